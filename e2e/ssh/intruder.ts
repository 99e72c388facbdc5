import { setTimeout as wait } from 'node:timers/promises'
import {
  parseChannelData,
  writeChannelSignal,
  writeWindowAdjust,
} from '../../packages/sundew/src/wire/ssh/message/channel-data.ts'
import { messageNumber as number } from '../../packages/sundew/src/wire/ssh/message/message-number.ts'
import { WireReader } from '../../packages/sundew/src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../packages/sundew/src/wire/ssh/message/wire-writer.ts'
import { Peer } from '../../packages/sundew/test/decoys/ssh/peer/peer.ts'

/** What a command came to. */
export interface Answer {
  /** Standard output, and then standard error: byte strings. */
  readonly output: string
  readonly errors: string
  /** Undefined where a signal ended it, or the server hung up. */
  readonly status: number | undefined
}

/** How long a screen is quiet before the next is typed, milliseconds. */
const quietMs = 300
const windowBytes = 2 * 1024 * 1024
const packetBytes = 32_768

/** Somebody with a password and commands, over a client that does what it is told. */
export class Intruder {
  readonly peer: Peer
  #channels = 0

  private constructor(peer: Peer) {
    this.peer = peer
  }

  /** Exchanges keys and asks to log in; nothing is tried yet. Rejects where the server would not. */
  static async meet(port: number, from?: string): Promise<Intruder> {
    const peer = await Peer.connect(port, { quietMs: 100, ...(from === undefined ? {} : { from }) })
    if (!(await peer.keyed())) throw new Error(`no keys: ${peer.heard.join('\n')}`)
    peer.send(new WireWriter(number.serviceRequest).string('ssh-userauth').bytes())
    if (!(await peer.expect(number.serviceAccept))) throw new Error('no service')
    return new Intruder(peer)
  }

  static async logIn(port: number, user = 'root', password = 'root', from?: string): Promise<Intruder> {
    const intruder = await Intruder.meet(port, from)
    if (!(await intruder.tries(user, password))) throw new Error(`${user} was not let in`)
    return intruder
  }

  /** Whether this pair lets in. */
  async tries(user: string, password: string): Promise<boolean> {
    const request = new WireWriter(number.userauthRequest).string(user).string('ssh-connection')
    this.peer.send(request.string('password').flag(false).string(password).bytes())
    for (;;) {
      const answer = await this.peer.answer()
      if (answer === undefined) throw new Error('no answer to a password')
      if (answer[0] === number.userauthSuccess) return true
      if (answer[0] === number.userauthFailure) return false
    }
  }

  /** Runs a command without a terminal. */
  async run(command: string): Promise<Answer> {
    const id = await this.#open()
    this.peer.send(
      new WireWriter(number.channelRequest).uint32(id).string('exec').flag(true).string(command).bytes(),
    )
    return this.#listen(id)
  }

  /** Opens a shell with a terminal, once its first words have come. */
  async shell(): Promise<void> {
    await this.#terminal()
    if (!(await this.peer.expect(number.channelData))) throw new Error('no shell')
  }

  /** What a terminal shows for keys; each group is typed once the screen has been quiet for a while. */
  async type(keys: readonly string[]): Promise<string> {
    const id = await this.#terminal()
    let screen = await this.#quiet(id)
    for (const group of keys) {
      this.peer.send(new WireWriter(number.channelData).uint32(id).string(group).bytes())
      screen += await this.#quiet(id)
    }
    return screen
  }

  leave(): void {
    this.peer.destroy()
  }

  /** Opens a session; the server's number for it. */
  async #open(): Promise<number> {
    const own = this.#channels++
    const open = new WireWriter(number.channelOpen).string('session').uint32(own)
    this.peer.send(open.uint32(windowBytes).uint32(packetBytes).bytes())
    const confirmed = await this.peer.expect(number.channelOpenConfirmation)
    if (!confirmed) throw new Error('no session')
    const reader = new WireReader(confirmed, number.channelOpenConfirmation)
    reader.uint32()
    return reader.uint32()
  }

  /** A shell with a terminal of 80 by 24; the server's number for it. */
  async #terminal(): Promise<number> {
    const id = await this.#open()
    const terminal = new WireWriter(number.channelRequest).uint32(id).string('pty-req').flag(true)
    terminal.string('xterm').uint32(80).uint32(24).uint32(0).uint32(0).string('\0')
    this.peer.send(terminal.bytes())
    if (!(await this.peer.expect(number.channelSuccess))) throw new Error('no terminal')
    this.peer.send(new WireWriter(number.channelRequest).uint32(id).string('shell').flag(true).bytes())
    return id
  }

  /** What comes until nothing has for a while. */
  async #quiet(id: number): Promise<string> {
    let shown = ''
    for (let waited = 0; waited < quietMs;) {
      const message = this.peer.next()
      if (message === undefined) {
        await wait(20)
        waited += 20
      } else if (message[0] === number.channelData) {
        const data = dataOf(message)
        shown += data
        this.peer.send(writeWindowAdjust(id, data.length))
        waited = 0
      }
    }
    return shown
  }

  async #listen(id: number): Promise<Answer> {
    let output = ''
    let errors = ''
    let status: number | undefined
    for (;;) {
      const message = await this.peer.answer()
      if (message === undefined) return { output, errors, status }
      switch (message[0]) {
        case number.channelData:
        case number.channelExtendedData: {
          const data = dataOf(message)
          if (message[0] === number.channelData) output += data
          else errors += data
          this.peer.send(writeWindowAdjust(id, data.length))
          break
        }
        case number.channelRequest: {
          const reader = new WireReader(message, number.channelRequest)
          reader.uint32()
          const type = reader.name()
          reader.flag()
          if (type === 'exit-status') status = reader.uint32()
          break
        }
        case number.channelClose:
          this.peer.send(writeChannelSignal(id, 'channelClose'))
          return { output, errors, status }
        default:
          break
      }
    }
  }
}

function dataOf(message: Uint8Array): string {
  if (message[0] === number.channelData) {
    const parsed = parseChannelData(message)
    if (parsed.state === 'read') return Buffer.from(parsed.message.data).toString('latin1')
  }
  const reader = new WireReader(message, number.channelExtendedData)
  reader.uint32()
  reader.uint32()
  return Buffer.from(reader.string()).toString('latin1')
}
