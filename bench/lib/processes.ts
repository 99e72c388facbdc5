import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { connect, createServer, type AddressInfo } from 'node:net'

/**
 * The command that keeps a load on the first processor, so that every server measured has the others, whatever the
 * kernel would have made of it. As it is where there is one processor only.
 */
export function onFirstProcessor(command: string, args: readonly string[]): [string, readonly string[]] {
  return availableParallelism() > 1 ? ['taskset', ['--cpu-list', '0', command, ...args]] : [command, args]
}

/** Runs a program to its end. Rejects with what it said where its exit code is not 0. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${said.slice(-2000)}`)
  return said
}

/** A server of somebody else's, until disposed of. */
export class Peer {
  readonly #child: ChildProcess

  constructor(command: string, args: readonly string[], options: { cwd?: string } = {}) {
    this.#child = spawn(command, args, { stdio: 'ignore', ...options })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await exited
  }
}

/** A loopback port that nobody uses right now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Settles once something listens on the port. */
export async function listening(port: number, timeoutMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (reached) return
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
