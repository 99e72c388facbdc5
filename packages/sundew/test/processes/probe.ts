// Loaded into the decoys' process: waits until it serves, then tries every way out and prints what came of it.
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'

const port = Number(process.env['PROBE_PORT'])
const outcome = (work: () => Promise<unknown>) =>
  work().then(
    () => 'done',
    (error: unknown) => codeOf(error),
  )

function codeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: string; cause?: unknown; message?: string }
  return code ?? (cause ? codeOf(cause) : (message ?? 'error'))
}

const ways: Record<string, () => Promise<unknown>> = {
  connect: () =>
    new Promise((resolve, reject) => {
      connect(port, '127.0.0.1').on('connect', resolve).on('error', reject)
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
  worker: async () => new Worker('0', { eval: true }),
  readPasswords: () => readFile('/etc/passwd'),
  writeElsewhere: () => writeFile('/tmp/sundew-probe-must-not-exist', 'x'),
}

const send = process.send!.bind(process)
process.send = (message: { type: string }) => {
  if (message.type === 'ready') void tryAll()
  return send(message)
}

async function tryAll(): Promise<void> {
  const outcomes: Record<string, string> = {}
  for (const [name, way] of Object.entries(ways)) outcomes[name] = await outcome(async () => way())
  process.stdout.write(`outcomes ${JSON.stringify(outcomes)}\n`)
}
