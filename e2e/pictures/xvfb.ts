import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** A screen that nobody sees, with a number that it chose itself. */
export class Xvfb implements AsyncDisposable {
  readonly display: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, display: string) {
    this.#process = process
    this.display = display
  }

  static async start(): Promise<Xvfb> {
    const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    const [number] = await Promise.race([
      once(child.stdio[3] as Readable, 'data') as Promise<[Buffer]>,
      once(child, 'exit').then(() => {
        throw new Error('Xvfb ended')
      }),
    ])
    return new Xvfb(child, `:${number.toString().trim()}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.kill()
    await ended
  }
}
