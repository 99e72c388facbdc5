import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const hasNamed = spawnSync('named', ['-V']).status === 0

/** A running BIND, on loopback and a port of its own. */
export class Named implements AsyncDisposable {
  readonly folder: string
  readonly port: number
  readonly #child: ChildProcess
  #log = ''

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.folder = folder
    this.port = port
    this.#child = child
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text
    })
  }

  /**
   * @param config what stands within `options`, and what behind it; both may need the folder
   * @param at the port, where it must be known before
   */
  static async start(
    config: (folder: string) => { readonly options: string; readonly rest: string },
    at?: number,
  ): Promise<Named> {
    const folder = mkdtempSync(join(tmpdir(), 'sundew-named-'))
    chmodSync(folder, 0o755)
    const port = at ?? (await freePort())
    const { options, rest } = config(folder)
    const file = join(folder, 'named.conf')
    await writeFile(
      file,
      `options {
  directory "${folder}";
  pid-file none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  dnssec-validation no;
  empty-zones-enable no;
  ${options}
};
controls { };
${rest}
`,
    )
    const child = spawn('named', ['-g', '-n', '1', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    const named = new Named(folder, port, child)
    try {
      await named.says(/ running\n/)
    } catch (error) {
      await named[Symbol.asyncDispose]()
      throw error
    }
    return named
  }

  get log(): string {
    return this.#log
  }

  /** Waits until its log has it, from the place given on. */
  async says(what: RegExp, from = 0, withinMs = 15_000): Promise<void> {
    const until = performance.now() + withinMs
    while (!what.test(this.#log.slice(from))) {
      if (performance.now() > until || this.#child.exitCode !== null)
        throw new Error(`named did not say ${what} but:\n${this.#log.slice(-4000)}`)
      await sleep(20)
    }
  }

  /** Tells it to read its configuration and zones again. */
  reload(): void {
    this.#child.kill('SIGHUP')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await once(this.#child, 'exit')
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A port of loopback that is free for UDP and TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const udp = createSocket('udp4')
    const free = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false)).bind(port, '127.0.0.1', () => resolve(true))
    })
    udp.close()
    server.close()
    await once(server, 'close')
    if (free) return port
  }
}

/** What dig says of a question: what it prints. */
export function dig(port: number, ...args: string[]): Promise<string> {
  const child = spawn('dig', ['@127.0.0.1', '-p', String(port), '+time=2', '+tries=1', ...args])
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  return once(child, 'exit').then(() => said)
}
