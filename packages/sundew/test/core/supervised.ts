// A part for the supervisor's tests: says what it was told to say, and writes down what it hears.
import { appendFileSync } from 'node:fs'
import type { FromPart, ToPart } from '../../src/core/messages.ts'

export interface SupervisedStart {
  readonly says: readonly FromPart[]
  /** A line of JSON for each message; not written where it is empty. */
  readonly hears: string
}

process.on('message', (message: ToPart) => {
  if (message.type === 'stop') return process.disconnect?.()
  if (message.type === 'start') {
    const { says, hears } = message.start as SupervisedStart
    if (hears !== '') process.on('message', (heard) => appendFileSync(hears, `${JSON.stringify(heard)}\n`))
    process.send!({ type: 'ready' })
    for (const said of says) process.send!(said)
  }
})
