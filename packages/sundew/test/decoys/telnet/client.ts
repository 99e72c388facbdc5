import type { Socket } from 'node:net'
import { until } from '../host.ts'

/** How a client answers options: not at all, no to all, or as Linux's telnet does. */
export type Manner = 'silent' | 'refuses' | 'agrees'

/** A client of telnet that keeps every byte that came. */
export class Client {
  readonly #socket: Socket
  readonly #manner: Manner
  received = ''
  ended = false

  constructor(host: { connect(): Socket }, manner: Manner, user?: string) {
    this.#socket = host.connect()
    this.#manner = manner
    this.#socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1')
      this.#answer(chunk, user)
    })
    this.#socket.on('end', () => (this.ended = true))
    this.#socket.on('close', () => (this.ended = true))
  }

  send(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'))
  }

  /** What came since the last call, once it contains `text`; with `<end>` where the server hung up before. */
  async until(text: string): Promise<string> {
    await until(
      () => this.received.includes(text) || this.ended,
      `${JSON.stringify(text)} comes; so far: ${JSON.stringify(this.received)}`,
    )
    const all = this.received.includes(text) ? this.received : `${this.received}<end>`
    this.received = ''
    return all
  }

  async end(): Promise<string> {
    await until(() => this.ended, 'the server hangs up')
    return this.received
  }

  leave(): void {
    this.#socket.end()
  }

  #answer(chunk: Buffer, user: string | undefined): void {
    if (this.#manner === 'silent') return
    const out: number[] = []
    for (let at = 0; at + 2 < chunk.length; at++) {
      if (chunk[at] !== 255) continue
      const verb = chunk[at + 1]!
      const option = chunk[at + 2]!
      const yes = this.#manner === 'agrees' && (verb === 253 ? [24, 31, 32, 39] : [1, 3]).includes(option)
      if (verb === 253) out.push(255, yes ? 251 : 252, option)
      else if (verb === 251) out.push(255, yes ? 253 : 254, option)
      else if (verb === 250) out.push(255, 250, option, 0, ...value(option, user), 255, 240)
      if (verb === 253 && yes && option === 31) out.push(255, 250, 31, 0, 120, 0, 40, 255, 240)
      at += verb === 240 ? 1 : 2
    }
    if (out.length > 0) this.#socket.write(Uint8Array.from(out))
  }
}

function value(option: number, user: string | undefined): number[] {
  if (option === 24) return [...Buffer.from('XTERM')]
  if (option === 32) return [...Buffer.from('38400,38400')]
  return user === undefined ? [] : [...Buffer.from(`\0USER\x01${user}`, 'latin1')]
}
