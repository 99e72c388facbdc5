// Loaded into the machines' process and each of its threads: once they serve, tries every way out and prints what came of it.
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { isMainThread, Worker } from 'node:worker_threads'

const port = Number(new URL(import.meta.url).searchParams.get('port'))

const ways: Record<string, () => Promise<unknown>> = {
  connect: () =>
    new Promise((resolve, reject) => {
      connect(port, '127.0.0.1').on('connect', resolve).on('error', reject)
    }),
  listen: () =>
    new Promise((resolve, reject) => {
      // Node throws it from a later turn.
      process.once('uncaughtException', reject)
      createServer()
        .on('error', reject)
        .listen(0, '127.0.0.1', () => resolve(undefined))
    }),
  datagram: () =>
    new Promise((resolve, reject) => {
      const socket = createSocket('udp4').on('error', reject)
      socket.send('x', port, '127.0.0.1', (error) => (error ? reject(error) : resolve(undefined)))
    }),
  lookup: () => lookup('localhost'),
  fetch: () => fetch(`http://127.0.0.1:${port}/`),
  program: () =>
    new Promise((resolve, reject) => {
      execFile('/bin/true', (error) => (error ? reject(error) : resolve(undefined)))
    }),
  readPasswords: () => readFile('/etc/passwd'),
  write: () => writeFile('/tmp/sundew-probe-must-not-exist', 'x'),
  // Without the options of its process a thread would be without its permissions too.
  ...(isMainThread ? {} : { freeThread: async () => new Worker('0', { eval: true, execArgv: [] }) }),
  writeHere: () => writeFile(new URL('./must-not-exist', import.meta.url), 'x'),
}

function codeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: string; cause?: unknown; message?: string }
  return code ?? (cause ? codeOf(cause) : (message ?? 'error'))
}

async function outcomes(): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const [name, way] of Object.entries(ways)) {
    try {
      await way()
      all[name] = 'done'
    } catch (error) {
      all[name] = codeOf(error)
    }
  }
  return all
}

async function tell(): Promise<void> {
  process.stdout.write(`${JSON.stringify({ thread: !isMainThread, outcomes: await outcomes() })}\n`)
}

if (isMainThread) {
  const send = process.send!.bind(process)
  process.send = (message: { type: string }) => {
    if (message.type === 'ready') void tell()
    return send(message)
  }
} else {
  // Once the thread's own program has begun: it gives up the right to make threads first.
  const begun = setInterval(() => {
    if (process.permission.has('worker')) return
    clearInterval(begun)
    void tell()
  }, 50)
}
