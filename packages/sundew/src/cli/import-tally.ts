import { readable } from '../event/bytes.ts'
import type { Trouble } from '../importers/importer.ts'
import type { Taken } from '../importers/intake.ts'
import { note } from './output.ts'
import { plain } from './plain.ts'
import { countText } from './text.ts'

/** What came of an import, in words. */
export class ImportTally {
  readonly #things: string
  readonly #days: number
  readonly #key: string
  #known = 0
  #expired = 0
  readonly #troubles = new Map<string, { count: number; first: Trouble }>()

  /** @param days how long what it brings is kept */
  constructor({ things, lifetime }: { readonly things: string; readonly lifetime: string }, days: number) {
    this.#things = things
    this.#days = days
    this.#key = `keep.${lifetime}_days`
  }

  get troubled(): boolean {
    return this.#troubles.values().some(({ first }) => !first.expected)
  }

  count(what: Taken, times = 1): void {
    if (what === 'known') this.#known += times
    if (what === 'expired') this.#expired += times
  }

  trouble(one: Trouble, times = 1): void {
    const before = this.#troubles.get(one.reason)
    if (before) before.count += times
    else this.#troubles.set(one.reason, { count: times, first: one })
  }

  tell(durable: number): void {
    note(`${countText(durable)} ${this.#things} imported`)
    if (this.#known > 0) {
      note(`${countText(this.#known)} left out: imported before (--again brings them in once more)`)
    }
    if (this.#expired > 0) {
      note(
        `${countText(this.#expired)} left out: older than ${this.#days} days, the store would remove them at once. Raise ${this.#key} in sundew.yaml, start Sundew again, and import them then`,
      )
    }
    for (const [reason, { count, first }] of this.#troubles) {
      const sample = first.sample === undefined ? '' : `: ${readable(first.sample)}`
      note(
        plain(
          `${countText(count)} left out: ${reason}; the first: ${readable(first.file)} at byte ${first.offset}${sample}`,
        ),
      )
    }
  }
}
