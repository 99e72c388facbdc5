import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { CaptureRoom } from '../../../../src/core/capture.ts'
import type { Decoy, DecoyService, ListenerLimits } from '../../../../src/core/decoy.ts'
import type { JournalWriter } from '../../../../src/core/journal/writer.ts'
import { Room } from '../../../../src/core/room.ts'
import { Session } from '../../../../src/core/session.ts'
import { http } from '../../../../src/decoys/http/http.ts'
import { LentPort } from '../../../../src/decoys/lent-port.ts'
import { noMachines } from '../../host.ts'
import { smtp } from '../../../../src/decoys/smtp/smtp.ts'
import { Channels } from '../../../../src/decoys/ssh/channels.ts'
import type { Line } from '../../../../src/decoys/ssh/line.ts'
import { sshConfig } from '../../../../src/decoys/ssh/settings.ts'
import { Tally } from '../../../../src/decoys/ssh/tally.ts'
import { openSshFailures } from '../../../../src/decoys/ssh/tunnels/failures.ts'
import { Forwards } from '../../../../src/decoys/ssh/tunnels/forwards.ts'
import { Tunnels } from '../../../../src/decoys/ssh/tunnels/tunnels.ts'
import { TunnelWorld } from '../../../../src/decoys/ssh/tunnels/world.ts'
import type { EventKind } from '../../../../src/event/catalogue.ts'
import type { SundewEvent } from '../../../../src/event/event.ts'
import { messageNumber as number } from '../../../../src/wire/ssh/message/message-number.ts'
import { WireReader } from '../../../../src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../../../src/wire/ssh/message/wire-writer.ts'
import { until } from '../../host.ts'

/** What came of a channel that was asked for. */
export type Answered =
  | { readonly opened: true; readonly id: number; readonly window: number; readonly maxPacket: number }
  | { readonly opened: false; readonly code: number; readonly text: string }

/** The channels of one logged-in connection, without the cipher around: this end speaks in messages. */
export class Bench {
  readonly channels: Channels
  readonly events: SundewEvent[] = []
  readonly said: string[] = []
  readonly socket = new PassThrough()
  readonly room: Room
  held = 0
  user = 'root'
  /** By the client's number. */
  readonly answers = new Map<number, Answered>()
  readonly data = new Map<number, Buffer[]>()
  readonly signals = new Map<number, string[]>()
  readonly replies: (Uint8Array | undefined)[] = []
  /** Bytes of all messages that came. */
  bytes = 0
  readonly #stop: () => Promise<void>
  #next = 0

  private constructor(
    world: TunnelWorld,
    host: { captures: CaptureRoom; room: Room },
    stop: () => Promise<void>,
  ) {
    this.#stop = stop
    this.room = host.room
    const note = (json: string): void => void this.events.push(JSON.parse(json) as SundewEvent)
    const journal = {
      noteJson: note,
      appendJson: (json: string) => Promise.resolve(note(json)),
      segment: 1,
    } as unknown as JournalWriter
    const context = {
      sensor: 'test',
      session: 'the session',
      service: 'ssh',
      transport: 'tcp',
      source_ip: '203.0.113.9',
      source_port: 5,
      destination_ip: '192.0.2.1',
      destination_port: 2222,
    }
    const port = { port: 2222, as: 22, tls: false }
    const session = new Session({ journal, ...host }, context, this.socket, port, '203.0.113.9')
    const line = {
      hold: () => this.held++,
      release: () => this.held--,
      disconnect: (text: string) => this.said.push(text),
      end: (reason: string) => this.said.push(`end: ${reason}`),
    } as unknown as Line
    const tally = new Tally(session)
    const send = (message: Uint8Array): void => this.#take(message)
    this.channels = new Channels({
      session,
      hostKeys: [],
      tally,
      tunnels: new Tunnels({ session, line, tally, world, send, exchanging: () => false }),
      forwards: new Forwards(session, world, tally),
      command: {
        hold: () => line.hold(),
        release: () => line.release(),
        user: () => this.user,
        machines: noMachines,
        persona: undefined,
        hostname: 'mx.example.net',
      },
      rsaAlgorithm: () => undefined,
      sessionId: () => new Uint8Array(),
      send,
      end: () => this.said.push('end'),
      disconnect: (text) => this.said.push(text),
    })
  }

  /** `settings` are those of `decoys.ssh.tunnels`; connections take no time unless they say so. */
  static async start(
    settings: Readonly<Record<string, unknown>> = {},
    limits: Partial<ListenerLimits> = {},
  ): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'sundew-tunnels-'))
    const services: DecoyService[] = []
    const lent = new Map<number, LentPort>()
    const signal = new AbortController().signal
    for (const decoy of [smtp, http] as unknown as readonly Decoy<never>[]) {
      const stateFolder = await mkdtemp(join(folder, decoy.name))
      const service = await decoy.start(decoy.config.parse({}), {
        hostname: 'mx.example.net',
        stateFolder,
        signal,
        machines: noMachines,
      })
      services.push(service)
      for (const port of decoy.ports) {
        const fault = (error: unknown): void => {
          throw error
        }
        lent.set(
          port.as,
          new LentPort({ decoy: decoy.name, port, limits: { ...decoy.limits, ...limits }, service, fault }),
        )
      }
    }
    // Whatever decoy comes to stand for that port.
    lent.set(3306, lent.get(25)!)
    const { tunnels } = sshConfig.parse({ tunnels: { round_trip_ms: 0, away_share: 0, ...settings } })
    const world = await TunnelWorld.open(tunnels, openSshFailures, {
      hostname: 'mx.example.net',
      stateFolder: folder,
      signal,
      machines: noMachines,
      neighbours: { at: (port) => lent.get(port) },
    })
    const host = { captures: new CaptureRoom(folder), room: new Room({ directory: folder, reserveBytes: 0 }) }
    return new Bench(world, host, async () => {
      await world.stop()
      for (const port of lent.values()) await port.close()
      for (const service of services) await service.stop?.()
      await rm(folder, { recursive: true, force: true })
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.channels.closed()
    await this.#stop()
  }

  /** Asks for a tunnel; the client's number for it. */
  ask(host: string, port: number, { window = 2 ** 21, maxPacket = 32_768, originPort = 4 } = {}): number {
    const sender = this.#next++
    this.message(
      new WireWriter(number.channelOpen)
        .string('direct-tcpip')
        .uint32(sender)
        .uint32(window)
        .uint32(maxPacket)
        .string(Buffer.from(host, 'latin1'))
        .uint32(port)
        .string('127.0.0.1')
        .uint32(originPort),
    )
    return sender
  }

  async open(host: string, port: number, ends?: { window?: number; maxPacket?: number }): Promise<number> {
    const sender = this.ask(host, port, ends)
    await until(() => this.answers.has(sender), 'it is answered')
    return sender
  }

  id(sender: number): number {
    const answer = this.answers.get(sender)
    if (!answer?.opened) throw new Error(`not opened: ${JSON.stringify(answer)}`)
    return answer.id
  }

  send(sender: number, data: Uint8Array | string): void {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data
    this.message(new WireWriter(number.channelData).uint32(this.id(sender)).string(bytes))
  }

  widen(sender: number, bytes: number): void {
    this.message(new WireWriter(number.channelWindowAdjust).uint32(this.id(sender)).uint32(bytes))
  }

  signal(sender: number, which: 'channelEof' | 'channelClose'): void {
    this.message(new WireWriter(number[which]).uint32(this.id(sender)))
  }

  forward(what: 'tcpip-forward' | 'cancel-tcpip-forward', host: string, port: number, reply = true): void {
    const message = new WireWriter(number.globalRequest).string(what).flag(reply).string(host).uint32(port)
    this.message(message)
  }

  message(writer: WireWriter): void {
    this.channels.message(writer.bytes())
  }

  text(sender: number): string {
    return Buffer.concat(this.data.get(sender) ?? []).toString('latin1')
  }

  async heard(sender: number, text: string | RegExp): Promise<void> {
    await until(
      () => (typeof text === 'string' ? this.text(sender).includes(text) : text.test(this.text(sender))),
      `${String(text)} is heard, not ${this.text(sender)}`,
    )
  }

  of<K extends EventKind>(kind: K): SundewEvent<K>[] {
    return this.events.filter((event) => event.kind === kind) as SundewEvent<K>[]
  }

  #take(message: Uint8Array): void {
    this.bytes += message.length
    const reader = new WireReader(message, message[0]!)
    switch (message[0]) {
      case number.channelOpenConfirmation: {
        const sender = reader.uint32()
        const [id, window, maxPacket] = [reader.uint32(), reader.uint32(), reader.uint32()]
        this.answers.set(sender, { opened: true, id, window, maxPacket })
        return
      }
      case number.channelOpenFailure: {
        const sender = reader.uint32()
        const code = reader.uint32()
        this.answers.set(sender, {
          opened: false,
          code,
          text: Buffer.from(reader.string()).toString('latin1'),
        })
        return
      }
      case number.channelData: {
        const sender = reader.uint32()
        const list = this.data.get(sender) ?? []
        list.push(Buffer.from(reader.string()))
        this.data.set(sender, list)
        return
      }
      case number.channelEof:
      case number.channelClose: {
        const sender = reader.uint32()
        const name = message[0] === number.channelEof ? 'eof' : 'close'
        this.signals.set(sender, [...(this.signals.get(sender) ?? []), name])
        return
      }
      case number.channelFailure: {
        const sender = reader.uint32()
        this.signals.set(sender, [...(this.signals.get(sender) ?? []), 'failure'])
        return
      }
      case number.requestSuccess:
        this.replies.push(Buffer.from(message.subarray(1)))
        return
      case number.requestFailure:
        this.replies.push(undefined)
        return
      case number.channelWindowAdjust:
        return
      default:
        throw new Error(`message ${message[0]}`)
    }
  }
}
