import { FeedError, type Intake } from '../feed.ts'
import { isObject, type JsonObject, secondsOf } from '../json-fields.ts'

/** Of one manifest. */
const mostEvents = 200_000
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface ListedEvent {
  readonly id: string
  /** When it was last changed, ms since 1970. */
  readonly modified: number
}

/**
 * The events of a `manifest.json`, the latest first. What is none is told the intake.
 *
 * @throws FeedError `form` where most are none: it is no manifest
 */
export function listedEvents(intake: Intake, manifest: JsonObject): ListedEvent[] {
  const events: ListedEvent[] = []
  const entries = Object.entries(manifest)
  for (const [id, entry] of entries) {
    const modified = isObject(entry) ? secondsOf(entry['timestamp']) : undefined
    if (!uuid.test(id) || modified === undefined) intake.bad('manifest.json', id)
    else if (events.length < mostEvents) events.push({ id: id.toLowerCase(), modified })
    else {
      intake.bad('manifest.json', `more than ${mostEvents} events`)
      break
    }
  }
  if (events.length * 2 < Math.min(entries.length, mostEvents))
    throw new FeedError('form', 'what lies at manifest.json is none')
  return events.sort((one, other) => other.modified - one.modified)
}
