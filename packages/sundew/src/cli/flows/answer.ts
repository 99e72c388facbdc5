import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Hub } from '../client.ts'
import { exitCode, Failure } from '../failure.ts'
import { note } from '../output.ts'
import { plainStream } from '../plain.ts'

/** Puts a question about flows to the hub, and says where what it has does not reach back as far as was asked. */
export async function askHub(
  hub: Hub,
  question: { readonly filter: { readonly since?: string | undefined }; readonly [part: string]: unknown },
): Promise<IncomingMessage> {
  const answer = await hub.open('/flows', { method: 'POST', body: question })
  const table = header(answer, 'x-sundew-table')
  const kept = header(answer, 'x-sundew-kept-since')
  const { since } = question.filter
  if (since !== undefined && kept !== '' && Date.parse(kept) > Date.parse(since))
    note(`The oldest of ${table} is of ${kept}: nothing before that is in the answer.`)
  if (table !== 'flows' && table !== '') note(`Answered from ${table}.`)
  if (header(answer, 'x-sundew-cut') !== '')
    note('There were more rows than could be told: ask for less time, or for some lists.')
  return answer
}

function header(answer: IncomingMessage, name: string): string {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : ''
}

/** Its rows: one JSON object a line. */
export async function* rowsOf<R>(answer: IncomingMessage, about = 'flows'): AsyncGenerator<R> {
  answer.setEncoding('utf8')
  let rest = ''
  try {
    for await (const piece of answer as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line) as R
    }
  } catch (cause) {
    throw brokenOff(cause, about)
  }
}

/** Prints it as it comes; what a person sees on a terminal must not act on it. */
export async function passOn(answer: IncomingMessage): Promise<void> {
  const harmless = process.stdout.isTTY ? [plainStream()] : []
  try {
    await pipeline([answer, ...harmless, process.stdout], { end: false })
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === 'EPIPE') throw error
    throw brokenOff(error)
  }
}

function brokenOff(cause: unknown, about = 'flows'): Failure {
  return new Failure(
    'SUNDEW_NOT_RUNNING',
    exitCode.unavailable,
    `the hub’s answer about ${about} broke off; the rows above are not all. Ask for less time, or look with "sundew status".`,
    { cause },
  )
}
