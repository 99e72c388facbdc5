import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onFirstProcessor, run } from './processes.ts'

/** What the sender says it sent. */
export interface Sent {
  readonly packets: number
  readonly flows: number
  readonly bytes: number
  readonly seconds: number
}

export interface Load {
  readonly port: number
  /** Packets a second. */
  readonly rate: number
  readonly seconds: number
  /** Ends after so many where that comes first. */
  readonly packets?: number
  /** Header times as they are in the file, instead of now. */
  readonly keepTime?: boolean
}

/** `flow-sender.c`, compiled for this machine, on the first processor. */
export class FlowSender {
  readonly #program: string

  private constructor(program: string) {
    this.#program = program
  }

  /** Compiles it into the folder. */
  static async build(folder: string): Promise<FlowSender> {
    await mkdir(folder, { recursive: true })
    const program = join(folder, 'flow-sender')
    await run('cc', ['-O2', '-o', program, join(import.meta.dirname, 'flow-sender.c')])
    return new FlowSender(program)
  }

  /** Sends a file of packets round and round; settles when it has. Rejects where nobody listened. */
  async send(file: string, { port, rate, seconds, packets, keepTime = false }: Load): Promise<Sent> {
    const [command, args] = onFirstProcessor(this.#program, [
      file,
      String(port),
      String(rate),
      String(seconds),
      ...(packets === undefined ? [] : [String(packets)]),
    ])
    const { stdout } = await promisify(execFile)(command, [...args], {
      env: { ...process.env, ...(keepTime ? { KEEP_TIME: '1' } : {}) },
    })
    const sent = JSON.parse(stdout) as Sent & { readonly refused: number }
    if (sent.refused > 0) throw new Error(`nobody listens on port ${port}`)
    return sent
  }
}
