import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const [se, sb, will, wont, doIt, dont, iac] = [240, 250, 251, 252, 253, 254, 255]
const windowSize = 31

/** A shell's prompt at the end of what came. */
const prompt = /(?:\w+@\w+:)?[~/][\w/.-]* ?[#$] $/
/** How long an answer is waited for, milliseconds. */
const patienceMs = 20_000

/** A client without a terminal, as loaders are: it says no to all options but a size, with a window so wide that no line wraps. */
export class TelnetPeer {
  readonly #socket: Socket
  #received = ''
  /** Of a command that was cut by the end of a packet. */
  #rest: number[] = []
  #arrived = Promise.withResolvers<void>()
  ended = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.ended = true
      this.#arrived.resolve()
    })
  }

  static async connect(port: number): Promise<TelnetPeer> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    const peer = new TelnetPeer(socket)
    await once(socket, 'connect')
    return peer
  }

  /** Logs in; what the shell says first. */
  static async logIn(port: number, user: string, password: string): Promise<[TelnetPeer, string]> {
    const peer = await TelnetPeer.connect(port)
    await peer.until(/ogin: $/)
    peer.send(`${user}\r\n`)
    await peer.until(/assword: $/)
    peer.send(`${password}\r\n`)
    return [peer, await peer.until(prompt)]
  }

  send(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'))
  }

  /** All that came since the last call, once it matches. */
  async until(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + patienceMs
    for (;;) {
      if (pattern.test(this.#received)) break
      const left = deadline - Date.now()
      if (this.ended || left <= 0)
        throw new Error(`waited for ${String(pattern)}, got ${JSON.stringify(this.#received.slice(-500))}`)
      this.#arrived = Promise.withResolvers()
      const timer = setTimeout(this.#arrived.resolve, left)
      await this.#arrived.promise
      clearTimeout(timer)
    }
    const all = this.#received
    this.#received = ''
    return all
  }

  /** What a command shows, without the line itself and the prompt after it; newlines as programs write them. */
  async run(command: string): Promise<string> {
    this.send(`${command}\r\n`)
    const text = (await this.until(prompt)).replaceAll('\r\n', '\n')
    return text.slice(text.indexOf('\n') + 1).replace(prompt, '')
  }

  leave(): void {
    this.#socket.end()
  }

  #take(chunk: Buffer): void {
    const bytes = [...this.#rest, ...chunk]
    const data: number[] = []
    let at = 0
    for (; at < bytes.length; at++) {
      if (bytes[at] !== iac) {
        data.push(bytes[at]!)
        continue
      }
      const [verb, option] = [bytes[at + 1], bytes[at + 2]]
      if (verb === undefined || (verb !== iac && option === undefined)) break
      at += verb === iac ? 1 : 2
      if (verb === iac) data.push(iac)
      else if (verb === doIt && option === windowSize)
        this.#socket.write(Uint8Array.of(iac, will, windowSize, iac, sb, windowSize, 2, 0, 0, 50, iac, se))
      else if (verb === doIt) this.#socket.write(Uint8Array.of(iac, wont, option!))
      else if (verb === will && option !== 1 && option !== 3)
        this.#socket.write(Uint8Array.of(iac, dont, option!))
    }
    this.#rest = bytes.slice(at)
    this.#received += Buffer.from(data).toString('latin1')
    this.#arrived.resolve()
  }
}
