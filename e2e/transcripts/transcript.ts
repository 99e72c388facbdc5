import { connect } from 'node:net'
import type { Scenario } from './scenarios.ts'

/** One conversation: the greeting, then each write and what came back until the server had no more to say. */
export interface Transcript {
  readonly name: string
  readonly greeting: string
  readonly turns: readonly { readonly send: string; readonly receive: string }[]
  /** Whether the server had hung up before the client did. */
  readonly closed: boolean
}

/** Without a byte for this long, a server on this machine has said all it will. */
const quietMs = 150

/** Plays a scenario to the server on a loopback port. */
export async function play(port: number, scenario: Scenario): Promise<Transcript> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
  let received = ''
  let closed = false
  let last = performance.now()
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    last = performance.now()
  })
  socket.on('error', () => {})
  socket.on('end', () => (closed = true))
  socket.on('close', () => (closed = true))
  async function hear(): Promise<string> {
    last = performance.now()
    while (!closed && performance.now() - last < (received === '' ? 2 * quietMs : quietMs)) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const heard = received
    received = ''
    return heard
  }
  const greeting = await hear()
  const turns: { send: string; receive: string }[] = []
  for (const send of scenario.sends) {
    if (closed) break
    socket.write(Buffer.from(send, 'latin1'))
    turns.push({ send, receive: await hear() })
  }
  const ended = closed
  socket.end()
  await hear()
  socket.destroy()
  return { name: scenario.name, greeting, turns, closed: ended }
}
