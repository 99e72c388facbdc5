import { createParser } from 'eventsource-parser'
import type { EventRow } from '../hub/api/contract.ts'
import type { Hub, HubRequest } from './client.ts'

export interface Live {
  readonly events: readonly EventRow[]
  /** Events that the hub left out because we read too slowly. */
  readonly leftOut: number
}

/** The longest line of the stream that is taken, characters: a batch of events. */
const maxLine = 64 * 1024 * 1024

/** What is caught from now on, as the hub tells it, until the hub or the signal ends the stream. */
export async function* live(
  hub: Hub,
  query: NonNullable<HubRequest['query']>,
  signal: AbortSignal,
): AsyncGenerator<Live> {
  const stream = await hub.open('/live', { query, signal })
  const told: Live[] = []
  const parser = createParser({
    maxBufferSize: maxLine,
    onEvent: ({ event, data }) => {
      if (event === 'left-out')
        told.push({ events: [], leftOut: (JSON.parse(data) as { count: number }).count })
      else if (event === undefined || event === 'message') {
        told.push({ events: JSON.parse(data) as EventRow[], leftOut: 0 })
      }
    },
    onError: (error) => stream.destroy(error),
  })
  stream.setEncoding('utf8')
  yield { events: [], leftOut: 0 } // the stream is open
  for await (const text of stream as AsyncIterable<string>) {
    parser.feed(text)
    yield* told.splice(0)
  }
}
