import { randomInt } from 'node:crypto'
import type { Session } from '../../core/session.ts'
import { byteString } from '../../event/bytes.ts'
import type { HostKey } from '../../wire/ssh/key/host-key.ts'
import {
  parseChannelData,
  parseChannelSignal,
  parseExtendedData,
  parseWindowAdjust,
} from '../../wire/ssh/message/channel-data.ts'
import {
  openFailure,
  parseChannelOpen,
  parseOpenAnswer,
  writeOpenConfirmation,
  writeOpenFailure,
  type ChannelOpen,
} from '../../wire/ssh/message/channel-open.ts'
import { parseChannelRequest } from '../../wire/ssh/message/channel-request.ts'
import {
  parseGlobalRequest,
  writeRequestFailure,
  writeRequestSuccess,
  type GlobalSubject,
} from '../../wire/ssh/message/global-request.ts'
import { messageNumber as number } from '../../wire/ssh/message/message-number.ts'
import type { Parsed } from '../../wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../wire/ssh/message/wire-writer.ts'
import { Channel, channelPacketBytes, windowBytes } from './channel.ts'
import { Command } from './command.ts'
import type { Tally } from './tally.ts'
import { Tunnel } from './tunnel.ts'

/** Sessions at once: sshd's MaxSessions. */
const maxSessions = 10
/** Tunnels at once. sshd sets no limit; each of ours may keep 64 KiB. */
const maxTunnels = 64
/** Tunnels of one connection that are recorded one by one. */
const maxRecorded = 10_000
/** Keys of which a client may want proof in one message. */
const maxProofs = 16

export interface ChannelsParts {
  readonly session: Session
  readonly hostKeys: readonly HostKey[]
  readonly sessionId: () => Uint8Array
  /** What RSA keys sign with for this client. */
  readonly rsaAlgorithm: () => string | undefined
  readonly tally: Tally
  readonly motd: string
  readonly send: (message: Uint8Array) => void
  readonly end: () => void
  /** Hangs up with these last words. */
  readonly disconnect: (text: string) => void
}

/** What is done over a connection once somebody is let in (RFC 4254). */
export class Channels {
  readonly #parts: ChannelsParts
  readonly #open = new Map<number, Command | Tunnel>()
  #recorded = 0
  #noMoreSessions = false

  constructor(parts: ChannelsParts) {
    this.#parts = parts
  }

  /** False where the message is not known. */
  message(payload: Uint8Array): boolean {
    switch (payload[0]) {
      case number.globalRequest:
        this.#read(parseGlobalRequest(payload), payload, ({ request, wantReply }) => {
          const answer = this.#global(request)
          if (wantReply) this.#parts.send(answer ? writeRequestSuccess(answer) : writeRequestFailure())
        })
        return true
      case number.channelOpen:
        this.#read(parseChannelOpen(payload), payload, (open) => this.#openChannel(open))
        return true
      case number.channelData:
        this.#read(parseChannelData(payload), payload, ({ recipient, data }) => this.#data(recipient, data))
        return true
      case number.channelExtendedData:
        this.#read(parseExtendedData(payload), payload, ({ recipient, data }) =>
          this.#data(recipient, data, 'extended data'),
        )
        return true
      case number.channelWindowAdjust:
        this.#read(parseWindowAdjust(payload), payload, ({ recipient, bytes }) =>
          this.#with(recipient, ({ channel }) => channel.widen(bytes)),
        )
        return true
      case number.channelEof:
        this.#read(parseChannelSignal(payload, 'channelEof'), payload, (id) =>
          this.#with(id, (end) => end instanceof Tunnel && end.end(), nowhere('ieof', id)),
        )
        return true
      case number.channelClose:
        this.#read(parseChannelSignal(payload, 'channelClose'), payload, (id) =>
          this.#with(id, (end) => this.#close(end), nowhere('oclose', id)),
        )
        return true
      case number.channelRequest:
        this.#read(parseChannelRequest(payload), payload, ({ recipient, request, wantReply }) =>
          this.#with(
            recipient,
            (end) => end instanceof Command && end.request(request, wantReply),
            `server_input_channel_req: unknown channel ${recipient | 0}`,
          ),
        )
        return true
      case number.channelOpenConfirmation:
      case number.channelOpenFailure: {
        // We open none.
        const what = payload[0] === number.channelOpenFailure ? 'failure' : 'confirmation'
        this.#read(parseOpenAnswer(payload), payload, ({ recipient }) =>
          this.#parts.disconnect(nowhere(`open ${what}`, recipient)),
        )
        return true
      }
      // Answers to keepalives of ours, of which there are none.
      case number.channelSuccess:
      case number.channelFailure:
      case number.requestSuccess:
      case number.requestFailure:
        return true
      default:
        return false
    }
  }

  /** The connection is over. */
  closed(): void {
    for (const end of this.#open.values()) if (end instanceof Tunnel) end.tell()
  }

  #read<T>(parsed: Parsed<T>, payload: Uint8Array, then: (message: T) => void): void {
    if (parsed.state === 'read') return then(parsed.message)
    this.#parts.tally.malformed(`ssh.message-${payload[0]}`, payload)
    this.#parts.end()
  }

  /** sshd hangs up over a channel that is not there, with `words`; without any it takes no notice. */
  #with(id: number, then: (end: Command | Tunnel) => unknown, words?: string): void {
    const end = this.#open.get(id)
    if (end) return void then(end)
    this.#parts.tally.malformed('ssh.no-such-channel', Buffer.from(String(id)))
    if (words !== undefined) this.#parts.disconnect(words)
  }

  #data(id: number, data: Uint8Array, what = 'data'): void {
    const take = (end: Command | Tunnel) => {
      end.channel.took(data.length)
      if (end instanceof Tunnel) end.data(data)
    }
    this.#with(id, take, nowhere(what, id))
  }

  #close(end: Command | Tunnel): void {
    if (end instanceof Tunnel) end.tell()
    end.channel.close()
    this.#open.delete(end.channel.id)
  }

  #openChannel(open: ChannelOpen): void {
    const { session, send, motd } = this.#parts
    const { purpose } = open
    if (purpose.type === 'session' && this.#noMoreSessions)
      return this.#parts.disconnect(
        'Possible attack: attempt to open a session after additional sessions disabled',
      )
    if (purpose.type === 'direct-tcpip')
      this.#note('direct', purpose.host, purpose.port, purpose.originHost, purpose.originPort)
    const kind = purpose.type === 'session' ? Command : purpose.type === 'direct-tcpip' ? Tunnel : undefined
    const most = kind === Command ? maxSessions : maxTunnels
    const full =
      kind !== undefined && [...this.#open.values()].filter((end) => end instanceof kind).length >= most
    if (full) this.#parts.tally.limit(kind === Command ? 'sessions' : 'tunnels', most)
    if (full || kind === undefined)
      return send(writeOpenFailure(open.sender, openFailure.connectFailed, 'open failed'))
    let id = 0
    while (this.#open.has(id)) id++
    const channel = new Channel(id, open.sender, open.windowBytes, open.maxPacketBytes, send)
    // A session's window is opened when its program starts.
    const window = purpose.type === 'session' ? 0 : windowBytes
    send(writeOpenConfirmation(open.sender, id, window, channelPacketBytes))
    if (purpose.type === 'direct-tcpip') this.#open.set(id, new Tunnel(session, channel, purpose))
    else this.#open.set(id, new Command(session, channel, send, motd))
  }

  /** The answer's fields; undefined for no. */
  #global(request: GlobalSubject): Uint8Array | undefined {
    switch (request.type) {
      case 'tcpip-forward': {
        this.#note('forward', request.host, request.port)
        // Where none is asked for, one of Linux's own range; nobody will ever come through it.
        return request.port === 0
          ? new WireWriter().uint32(randomInt(32_768, 61_000)).bytes()
          : new Uint8Array()
      }
      case 'hostkeys-prove-00@openssh.com':
        return this.#prove(request.blobs)
      case 'no-more-sessions@openssh.com':
        this.#noMoreSessions = true
        return new Uint8Array()
      case 'cancel-tcpip-forward':
      case 'streamlocal-forward@openssh.com':
      case 'cancel-streamlocal-forward@openssh.com':
      case 'keepalive@openssh.com':
      case 'other':
        return undefined
    }
  }

  /** OpenSSH's PROTOCOL §2.5. */
  #prove(blobs: readonly Uint8Array[]): Uint8Array | undefined {
    if (blobs.length > maxProofs) return undefined
    const proofs = new WireWriter()
    for (const blob of blobs) {
      const key = this.#parts.hostKeys.find((own) => Buffer.compare(own.blob, blob) === 0)
      if (!key) return undefined
      const signed = new WireWriter()
        .string('hostkeys-prove-00@openssh.com')
        .string(this.#parts.sessionId())
        .string(blob)
      const algorithm = key.type === 'ssh-rsa' ? (this.#parts.rsaAlgorithm() ?? 'ssh-rsa') : key.type
      proofs.string(key.sign(algorithm, signed.bytes()))
    }
    return proofs.bytes()
  }

  #note(
    direction: string,
    host: Uint8Array,
    port: number,
    originHost?: Uint8Array,
    originPort?: number,
  ): void {
    if (++this.#recorded > maxRecorded) return this.#parts.tally.limit('tunnels_recorded', maxRecorded)
    this.#parts.session.note('tunnel.open', {
      direction,
      target_host: byteString(host.subarray(0, 1024)),
      target_port: port,
      ...(originHost ? { origin_host: byteString(originHost.subarray(0, 1024)) } : {}),
      ...(originPort === undefined ? {} : { origin_port: originPort }),
      ...(direction === 'direct' ? { answered_by: 'sink' } : {}),
    })
  }
}

/** What sshd says of a message for a channel that is not there. */
function nowhere(what: string, id: number): string {
  return `${what} packet referred to nonexistent channel ${id | 0}`
}
