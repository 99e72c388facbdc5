import type { Intake } from '../feed.ts'
import { isObject, type JsonObject, secondsOf } from '../json-fields.ts'

/** Of one manifest. */
const mostEvents = 200_000
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface ListedEvent {
  readonly id: string
  /** When it was last changed, ms since 1970. */
  readonly modified: number
}

/** The events of a `manifest.json`, the latest first. What is none is told the intake. */
export function listedEvents(intake: Intake, manifest: JsonObject): ListedEvent[] {
  const events: ListedEvent[] = []
  for (const [id, entry] of Object.entries(manifest)) {
    const modified = isObject(entry) ? secondsOf(entry['timestamp']) : undefined
    if (!uuid.test(id) || modified === undefined) intake.bad('manifest.json', id)
    else if (events.length < mostEvents) events.push({ id: id.toLowerCase(), modified })
    else {
      intake.bad('manifest.json', `more than ${mostEvents} events`)
      break
    }
  }
  return events.sort((one, other) => other.modified - one.modified)
}
