import { now as clock, rfc3339 } from '../core/clock.ts'
import { uuidv7 } from '../core/id.ts'
import type { JournalWriter } from '../core/journal/writer.ts'
import { explain, type Log } from '../core/log.ts'
import { localContext } from '../event/event.ts'

export interface Alert {
  /** RFC 3339. */
  readonly time: string
  readonly code: string
  readonly message: string
}

/** Alerts shown with the status; older ones are in the table `events`. */
const mostRecent = 20
/** The same code is raised again only after this long, milliseconds. */
const againMs = 60_000

/** What the owner should know: in the log at once, on the page, and as `alert.raised` in the journal like all else. */
export class Alerts {
  readonly #sensor: string
  readonly #journal: JournalWriter
  readonly #log: Log
  readonly #raised = new Map<string, number>()
  #recent: Alert[] = []

  constructor(parts: { sensor: string; journal: JournalWriter; log: Log }) {
    this.#sensor = parts.sensor
    this.#journal = parts.journal
    this.#log = parts.log
  }

  /** Newest first. */
  get recent(): readonly Alert[] {
    return this.#recent
  }

  raise(code: string, what: string, cause?: unknown): void {
    const now = performance.now()
    if (now - (this.#raised.get(code) ?? -Infinity) < againMs) return
    this.#raised.set(code, now)
    const message = cause === undefined ? what : `${what}: ${explain(cause)}`
    const moment = clock()
    const time = rfc3339(moment)
    this.#recent = [{ time, code, message }, ...this.#recent].slice(0, mostRecent)
    this.#log.warn(`${code}: ${message}`)
    this.#journal
      .append({
        ...localContext(this.#sensor, 'hub'),
        id: uuidv7(moment),
        time,
        kind: 'alert.raised',
        fields: { code, message },
      })
      .catch((error: unknown) => this.#log.error('an alert could not be written to the journal', error))
  }
}
