import { createHash } from 'node:crypto'
import type { Book } from '../../intel/book/book.ts'
import type { SourceState } from '../../intel/book/source-state.ts'
import { listOf } from './list-section.ts'
import { notedSource, notedType, ownSource, type Source } from './sources.ts'
import type { IntelState } from './state.ts'

/** Which sources there are: those of the configuration, what is said by hand, and what was noted; and their rows in the book. */
export class Roster {
  readonly configured: readonly Source[]
  readonly #book: Book
  readonly #now: () => number
  #byRow: ReadonlyMap<number, Source> = new Map()

  constructor(configured: readonly Source[], book: Book, now: () => number) {
    this.configured = configured
    this.#book = book
    this.#now = now
    this.sync()
  }

  /** Sources that count, by their row in the book: those of the configuration that are enabled, and the others. */
  get byRow(): ReadonlyMap<number, Source> {
    return this.#byRow
  }

  /** All of them, the configuration's first. */
  get all(): readonly Source[] {
    const others = this.#book.sources.flatMap((state) =>
      this.#isConfigured(state) ? [] : (otherSource(state) ?? []),
    )
    return [...this.configured, ...others]
  }

  named(name: string): Source | undefined {
    return this.all.find((source) => source.name === name)
  }

  /** Looks at the book anew: after a source was made there. One that was taken out of the configuration no longer counts. */
  sync(): void {
    for (const { name, type } of this.configured) this.#book.source(name, type)
    const byRow = new Map<number, Source>()
    for (const state of this.#book.sources) {
      const source = this.configured.find(({ name }) => name === state.name) ?? otherSource(state)
      if (source?.enabled) byRow.set(state.id, source)
      if (!source && state.removed === undefined) this.#book.change(state, { removed: this.#now() })
    }
    this.#byRow = byRow
  }

  /** What of all this the sets depend on, in short. */
  get basis(): string {
    const settings = this.all.map(
      ({ name, type, enabled, weight, ceiling, lifetimeDays, leastPrefix, file }) => [
        name,
        type,
        enabled,
        weight,
        ceiling,
        [leastPrefix?.v4, leastPrefix?.v6],
        // JSON has no Infinity.
        Object.entries(lifetimeDays).map(([kind, days]) => `${kind} ${days}`),
        file && listOf(file).key,
      ],
    )
    return createHash('sha256')
      .update(JSON.stringify([settings, this.#book.revision]))
      .digest('hex')
      .slice(0, 32)
  }

  /** How the files of the configuration stand, for `sundew doctor`. */
  get lists(): IntelState['lists'] {
    return this.configured.flatMap(({ name, file }) => {
      if (!file) return []
      const state = this.#book.sourceNamed(name)
      return {
        key: listOf(file).key,
        entries: state?.live ?? 0,
        bad: state?.bad ?? 0,
        troubled: state?.trouble !== undefined,
      }
    })
  }

  #isConfigured({ name }: SourceState): boolean {
    return this.configured.some((source) => source.name === name)
  }
}

/** A source that no configuration names. */
function otherSource({ name, type, cursor }: SourceState): Source | undefined {
  if (name === ownSource.name) return ownSource
  return type === notedType ? notedSource(name, (cursor as { weight: number }).weight) : undefined
}
