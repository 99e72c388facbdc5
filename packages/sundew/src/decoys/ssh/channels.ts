import type { Session } from '../../core/session.ts'
import type { HostKey } from '../../wire/ssh/key/host-key.ts'
import {
  parseChannelData,
  parseChannelSignal,
  parseExtendedData,
  parseWindowAdjust,
  writeChannelSignal,
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
import { Channel, channelPacketBytes } from './channel.ts'
import { Command, type CommandParts } from './command.ts'
import type { Tally } from './tally.ts'
import type { Forwards } from './tunnels/forwards.ts'
import { Tunnel } from './tunnels/tunnel.ts'
import type { Tunnels } from './tunnels/tunnels.ts'

/** Sessions at once: sshd's MaxSessions. */
const maxSessions = 10
/** Keys of which a client may want proof in one message. */
const maxProofs = 16

export interface ChannelsParts {
  readonly session: Session
  readonly hostKeys: readonly HostKey[]
  readonly sessionId: () => Uint8Array
  /** What RSA keys sign with for this client. */
  readonly rsaAlgorithm: () => string | undefined
  readonly tally: Tally
  readonly command: Pick<CommandParts, 'hold' | 'release' | 'user' | 'machines' | 'persona' | 'hostname'>
  readonly tunnels: Tunnels
  readonly forwards: Forwards
  readonly send: (message: Uint8Array) => void
  readonly end: () => void
  /** Hangs up with these last words. */
  readonly disconnect: (text: string) => void
}

/** What is done over a connection once somebody is let in (RFC 4254). */
export class Channels {
  readonly #parts: ChannelsParts
  readonly #open = new Map<number, Command | Tunnel>()
  #noMoreSessions = false

  constructor(parts: ChannelsParts) {
    this.#parts = parts
  }

  /** False where the message is not known. */
  message(payload: Uint8Array): boolean {
    switch (payload[0]) {
      case number.globalRequest:
        this.#read(parseGlobalRequest(payload), payload, ({ request, wantReply }) => {
          const answer = this.#global(request, wantReply)
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
        // sshd passes over what is meant for a standard error that it does not write.
        this.#read(parseExtendedData(payload), payload, ({ recipient, data }) =>
          this.#with(
            recipient,
            (end) => end instanceof Tunnel || end.channel.took(data.length),
            nowhere('extended data', recipient),
          ),
        )
        return true
      case number.channelWindowAdjust:
        this.#read(parseWindowAdjust(payload), payload, ({ recipient, bytes }) =>
          this.#with(recipient, (end) =>
            end instanceof Tunnel ? this.#parts.tunnels.widen(end, bytes) : end.channel.widen(bytes),
          ),
        )
        return true
      case number.channelEof:
        this.#read(parseChannelSignal(payload, 'channelEof'), payload, (id) =>
          this.#with(id, (end) => (end instanceof Tunnel ? end.ended() : end.end()), nowhere('ieof', id)),
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
            (end) => {
              if (end instanceof Command) end.request(request, wantReply)
              else if (wantReply) this.#parts.send(writeChannelSignal(end.peer, 'channelFailure'))
            },
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
    for (const end of this.#open.values()) if (end instanceof Command) end.close()
    this.#parts.tunnels.closed()
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

  #data(id: number, data: Uint8Array): void {
    const take = (end: Command | Tunnel): void => {
      if (end instanceof Tunnel) this.#parts.tunnels.data(end, data)
      else end.data(data)
    }
    this.#with(id, take, nowhere('data', id))
  }

  #close(end: Command | Tunnel): void {
    if (end instanceof Tunnel) return end.closed()
    end.close()
    end.channel.close()
    this.#open.delete(end.channel.id)
  }

  #openChannel(open: ChannelOpen): void {
    const { session, send, command } = this.#parts
    const { purpose } = open
    if (purpose.type === 'session' && this.#noMoreSessions)
      return this.#parts.disconnect(
        'Possible attack: attempt to open a session after additional sessions disabled',
      )
    let id = 0
    while (this.#open.has(id)) id++
    if (purpose.type === 'direct-tcpip') {
      const tunnel = this.#parts.tunnels.open(open, purpose, id, () => this.#open.delete(id))
      if (tunnel) this.#open.set(id, tunnel)
      return
    }
    const full =
      purpose.type === 'session' &&
      [...this.#open.values()].filter((end) => end instanceof Command).length >= maxSessions
    if (full) this.#parts.tally.limit('sessions', maxSessions)
    if (full || purpose.type !== 'session')
      return send(writeOpenFailure(open.sender, openFailure.connectFailed, 'open failed'))
    const channel = new Channel(id, open.sender, open.windowBytes, open.maxPacketBytes, send)
    // A session's window is opened when its program starts.
    send(writeOpenConfirmation(open.sender, id, 0, channelPacketBytes))
    this.#open.set(id, new Command(channel, { session, send, ...command }))
  }

  /** The answer's fields; undefined for no. */
  #global(request: GlobalSubject, wantReply: boolean): Uint8Array | undefined {
    switch (request.type) {
      case 'tcpip-forward':
        return this.#parts.forwards.listen(request.host, request.port, this.#parts.command.user(), wantReply)
      case 'cancel-tcpip-forward':
        return this.#parts.forwards.cancel(request.host, request.port)
      case 'hostkeys-prove-00@openssh.com':
        return this.#prove(request.blobs)
      case 'no-more-sessions@openssh.com':
        this.#noMoreSessions = true
        return new Uint8Array()
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
}

/** What sshd says of a message for a channel that is not there. */
function nowhere(what: string, id: number): string {
  return `${what} packet referred to nonexistent channel ${id | 0}`
}
