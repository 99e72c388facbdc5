import { connect } from 'node:net'
import type { HttpScenario } from './http-requests.ts'

/** A scenario as one server played it. Bytes are one character (U+0000-U+00FF) each. */
export interface HttpTranscript extends HttpScenario {
  /** What the server sent to each thing said. */
  readonly heard: readonly string[]
  /** Whether the server ended the connection. */
  readonly ended: boolean
}

export interface Validators {
  readonly etag: string
  readonly lastModified: string
}

/** A server that says nothing for so long has said all, milliseconds. */
const quietMs = 150

const patientMs = 5_000

/** What the front page is known by, for conditional requests. */
export async function validatorsOf(port: number): Promise<Validators> {
  const { heard } = await playHttp(port, { name: '', say: ['HEAD / HTTP/1.1\r\nHost: x\r\n\r\n'] })
  const [answer = ''] = heard
  return {
    etag: /^ETag: (.*)\r$/m.exec(answer)?.[1] ?? '',
    lastModified: /^Last-Modified: (.*)\r$/m.exec(answer)?.[1] ?? '',
  }
}

/**
 * Plays one scenario against the server on a loopback port. With `expected`, what another server said to it, it waits
 * for as much as that (at most `patientMs`), so that a busy machine changes nothing.
 */
export async function playHttp(
  port: number,
  scenario: HttpScenario,
  validators?: Validators,
  expected?: HttpTranscript,
): Promise<HttpTranscript> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
  socket.on('error', () => {})
  let heard = ''
  let ended = false
  let noticed = (): void => {}
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
    noticed()
  })
  const over = (): void => {
    ended = true
    noticed()
  }
  socket.on('end', over).on('close', over)
  const answers: string[] = []
  for (const [turn, say] of scenario.say.entries()) {
    heard = ''
    const words = say
      .replaceAll('%ETAG%', validators?.etag ?? '')
      .replaceAll('%LASTMOD%', validators?.lastModified ?? '')
    if (!ended) socket.write(words, 'latin1')
    const last = turn === scenario.say.length - 1
    const whole = (): boolean =>
      expected === undefined || (heard.length >= expected.heard[turn]!.length && (!last || !expected.ended))
    for (let quiet = false; !quiet && !ended;) {
      quiet = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), whole() ? quietMs : patientMs)
        noticed = () => {
          clearTimeout(timer)
          resolve(false)
        }
      })
    }
    answers.push(heard)
  }
  socket.destroy()
  return { ...scenario, heard: answers, ended }
}
