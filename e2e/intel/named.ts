import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { waitFor } from '../instance.ts'

const run = promisify(execFile)

export interface NamedOptions {
  readonly folder: string
  readonly port: number
  /** What stands in `options`, and after it. */
  readonly options?: string
  readonly statements?: string
  /** What stands in `logging` beside its own file. */
  readonly logging?: string
}

/** A real BIND on loopback, until it is disposed of. */
export class Named {
  readonly #process: ChildProcess
  readonly port: number
  output = ''

  private constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.port = port
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text
    })
  }

  static async start({
    folder,
    port,
    options = '',
    statements = '',
    logging = '',
  }: NamedOptions): Promise<Named> {
    await mkdir(folder, { recursive: true })
    const file = join(folder, 'named.conf')
    await writeFile(
      file,
      `options {
  directory "${folder}";
  pid-file "${join(folder, 'named.pid')}";
  session-keyfile "${join(folder, 'session.key')}";
  managed-keys-directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  dnssec-validation no;
  notify no;
  allow-query { any; };
  ${options}
};
controls { };
logging { channel own { file "${join(folder, 'named.log')}"; severity info; }; category default { own; }; ${logging} };
${statements}
`,
    )
    // Not -g: it would keep its logging from going where the configuration says.
    const named = new Named(
      spawn('named', ['-f', '-n', '1', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] }),
      port,
    )
    await waitFor(async () => {
      if (named.#process.exitCode !== null) throw new Error(named.output)
      const log = await readFile(join(folder, 'named.log'), 'utf8')
      return log.includes('all zones loaded') && log.includes('running')
    })
    return named
  }

  /** What it answers: the status, and addresses. */
  async ask(name: string, type = 'A'): Promise<{ status: string; addresses: string[] }> {
    const { stdout } = await run('dig', [
      '+time=2',
      '+tries=1',
      '+noall',
      '+comments',
      '+answer',
      '-p',
      String(this.port),
      '@127.0.0.1',
      name,
      type,
    ])
    const status = /status: ([A-Z]+)/.exec(stdout)?.[1] ?? 'none'
    return { status, addresses: [...stdout.matchAll(/\sIN\s+A\s+(\S+)/g)].map(([, address]) => address!) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await ended
  }
}
