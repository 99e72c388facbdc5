import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Need } from '../../e2e/check.ts'
import { run } from './processes.ts'
import { bound } from './udp.ts'

export const nfdumpNeed: Need = { command: 'nfcapd', package: 'nfdump' }

export interface NfcapdOptions {
  readonly port: number
  /** A folder in which it gets one of its own. */
  readonly under: string
  /** Receive buffer asked for; nfcapd gets no more than net.core.rmem_max. */
  readonly bufferBytes: number
  /** nfcapd, or sfcapd for sFlow. */
  readonly command?: 'nfcapd' | 'sfcapd'
  /** As nfcapd has it: -y compresses with LZ4. */
  readonly options?: readonly string[]
  /** What it is started through: taskset and its arguments. */
  readonly through?: readonly string[]
}

/** What nfdump counts in what nfcapd stored. */
export interface NfTotals {
  readonly flows: number
  readonly packets: number
  readonly bytes: number
  readonly sequenceFailures: number
}

/** nfdump's collector on a loopback port, storing into a folder of its own until it is disposed of. */
export class Nfcapd {
  readonly folder: string
  readonly port: number
  readonly #child: ChildProcess

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.folder = folder
    this.port = port
    this.#child = child
  }

  static async start({
    port,
    under,
    bufferBytes,
    command = 'nfcapd',
    options = [],
    through = [],
  }: NfcapdOptions): Promise<Nfcapd> {
    const folder = await mkdtemp(join(under, 'nfcapd-'))
    // Files of an hour: none ends while it is measured.
    const own = `-b 127.0.0.1 -p ${port} -B ${bufferBytes} -t 3600`.split(' ')
    const [program, ...args] = [...through, command, '-w', folder, ...own, ...options] as [
      string,
      ...string[],
    ]
    const child = spawn(program, args, { stdio: 'ignore' })
    const nfcapd = new Nfcapd(folder, port, child)
    await bound(port)
    return nfcapd
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Ends it, so that what it has is in its files. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }

  /** Of all that it stored; after {@link stop}. */
  async totals(): Promise<NfTotals> {
    return nfTotals(this.folder)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

export async function nfTotals(folder: string): Promise<NfTotals> {
  const said = await run('nfdump', ['-R', folder, '-I'])
  const number = (title: string) => {
    const [, found] = new RegExp(`^${title}: (\\d+)$`, 'm').exec(said) ?? []
    if (found === undefined) throw new Error(`nfdump -I told no ${title}: ${said.slice(0, 500)}`)
    return Number(found)
  }
  return {
    flows: number('Flows'),
    packets: number('Packets'),
    bytes: number('Bytes'),
    sequenceFailures: number('Sequence failures'),
  }
}
