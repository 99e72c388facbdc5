import { FeedError, type FeedHost } from '../feed.ts'
import { type JsonObject, timeOf } from '../json-fields.ts'
import { type OtxApi, otxTime } from './api.ts'
import { mostLater, type OtxCursor } from './cursor.ts'

const mostPages = 200
/** Clocks differ: events are asked for from this long before the first pull, ms. */
const slackMs = 3_600_000

/**
 * What happened to subscriptions since the last pull: the only place where OTX says that a pulse was deleted or is no longer
 * subscribed to. Commits.
 */
export async function takeEvents(api: OtxApi, host: FeedHost, cursor: OtxCursor): Promise<void> {
  const since = cursor.events
  if (since === undefined) {
    cursor.events = host.now() - slackMs
    return host.intake.commit(cursor)
  }
  const events = await eventsSince(api, since)
  // An event at that very time may have been in the last pull.
  const fresh = events.filter(({ created }) => created > since)
  cursor.wholeWanted ||= fresh.some(({ event }) => event['object_type'] !== 'pulse')
  const known = host.intake.reports()
  for (const [id, action] of lastActions(events)) {
    if (action !== 'subscribe') host.intake.withdraw(id)
    else if (!known.has(id) && cursor.later.length < mostLater && !cursor.later.includes(id))
      cursor.later.push(id)
  }
  for (const { created } of events) cursor.events = Math.max(cursor.events ?? since, created)
  host.intake.commit(cursor)
}

interface OtxEvent {
  /** ms since 1970. */
  readonly created: number
  readonly event: JsonObject
}

async function eventsSince(api: OtxApi, since: number): Promise<OtxEvent[]> {
  const events: OtxEvent[] = []
  let url: string | undefined = api.url('/pulses/events', { since: otxTime(since) })
  try {
    for (let pages = 0; url !== undefined && pages < mostPages; pages++) {
      const page = await api.page(url)
      for (const event of page.results) {
        const created = timeOf(event['created'])
        if (created !== undefined && created >= since) events.push({ created, event })
      }
      url = page.next
    }
  } catch (error) {
    // Without them a whole reading says what is gone, only later.
    if (!(error instanceof FeedError) || error.code !== 'gone') throw error
  }
  return events.sort((one, other) => one.created - other.created)
}

/** What happened last to each pulse. */
function lastActions(events: readonly OtxEvent[]): Map<string, string> {
  const last = new Map<string, string>()
  for (const { event } of events) {
    const { action, object_type, object_id } = event
    if (object_type !== 'pulse' || typeof object_id !== 'string' || !/^[\w-]{1,64}$/.test(object_id)) continue
    if (action === 'subscribe' || action === 'unsubscribe' || action === 'delete') last.set(object_id, action)
  }
  return last
}
