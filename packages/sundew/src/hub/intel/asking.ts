import type { SearchAnswer, SourceAnswer, StatsAnswer, WhyAnswer } from '../../intel/answers.ts'
import type { Book } from '../../intel/book/book.ts'
import { searchBook } from '../../intel/book/history.ts'
import { indicatorTypes } from '../../intel/indicator/indicator.ts'
import { type Telling, timeText, toldSighting, toldSource } from './answers.ts'
import type { Counted } from './build.ts'
import type { SearchQuery } from './desk.ts'
import type { Roster } from './roster.ts'
import type { Sets } from './sets.ts'
import type { Source } from './sources.ts'
import type { Scales } from './weigh.ts'
import { why } from './why.ts'

export interface AskingParts {
  readonly book: Book
  readonly roster: Roster
  readonly sets: Sets
  readonly scales: () => Scales
  /** What the last build counted; undefined before the first. */
  readonly counted: () => Counted | undefined
  readonly next: (source: Source) => number | undefined
}

/** Questions about what is listed, answered from the book. */
export class Asking {
  readonly #parts: AskingParts

  constructor(parts: AskingParts) {
    this.#parts = parts
  }

  why(value: string): Omit<WhyAnswer, 'met' | 'published'> {
    const { book, sets } = this.#parts
    return why(value, { ...this.#telling(), book, addresses: sets.there ? sets.load().addresses : undefined })
  }

  search({ text, type, source, gone, limit }: SearchQuery): SearchAnswer {
    const { book } = this.#parts
    const row = source === undefined ? undefined : book.sourceNamed(source)?.id
    if (source !== undefined && row === undefined) return { found: [], more: false }
    const found = searchBook(book, { text, type, source: row, gone, limit: limit + 1 })
    const telling = this.#telling()
    const told = found.map((one) => toldSighting(one, telling)).filter((one) => gone || one.in_force)
    return { found: told.slice(0, limit), more: found.length > limit }
  }

  sources(): SourceAnswer[] {
    const { book, roster, counted, next } = this.#parts
    const reports = new Map(
      book.database
        .rows('SELECT source, count(*) FROM reports WHERE gone IS NULL GROUP BY source')
        .map(([source, count]) => [source as number, count as number]),
    )
    const inForce = counted()?.inForce
    return roster.all.map((source) => {
      const state = book.sourceNamed(source.name)
      return toldSource(source, {
        state,
        reports: (state && reports.get(state.id)) ?? 0,
        inForce: (state && inForce?.get(state.id)) ?? 0,
        next: next(source),
      })
    })
  }

  stats(): Omit<StatsAnswer, 'publications'> {
    const { sets, scales, counted } = this.#parts
    const { version, made } = sets.state
    const counts = counted()
    return {
      version,
      made: version > 0 ? timeText(made) : null,
      by_type: indicatorTypes.map((type) => {
        const { inForce = 0, block = 0, alert = 0, none = 0 } = counts?.types[type] ?? {}
        return { type, in_force: inForce, block, alert, none }
      }),
      by_source: this.sources(),
      allowed: scales().doubt.lists.map(({ list, action, entries }) => ({
        list,
        action,
        entries,
        decided: counts?.decided.get(list) ?? 0,
      })),
    }
  }

  #telling(): Telling {
    const states = new Map(this.#parts.book.sources.map((state) => [state.id, state]))
    return { ...this.#parts.scales(), states }
  }
}
