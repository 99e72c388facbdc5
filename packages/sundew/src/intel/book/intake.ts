import { FeedError, type Intake } from '../feeds/feed.ts'
import type { Indicator, IndicatorType } from '../indicator/indicator.ts'
import { parseIndicator } from '../indicator/parse.ts'
import type { About, Report } from '../sighting.ts'
import { saidOf, textOf, timeOf } from './about.ts'
import type { Book } from './book.ts'
import { Changes } from './changes.ts'
import { writeCommit } from './commit.ts'
import { Counts } from './counts.ts'
import { contentOf, keyOf } from './keys.ts'
import { KnownSightings, standing } from './known.ts'
import { type Altered, type OpenReport, Staged } from './pending.ts'
import { believedAfterMs, doubtAbout, type Habits } from './sanity.ts'
import { typeNumbers } from './schema.ts'
import type { SourceState, Validator } from './source-state.ts'
import { tidy } from './tidy.ts'

/** `intel/indicator/parse.ts`: what a text means, or why it means nothing. */
export type Parse = (
  text: string,
  hint?: IndicatorType,
) => Indicator | { readonly type: 'refused'; readonly reason: string }

export interface IntakeOptions {
  readonly book: Book
  readonly source: string
  /** `parseIndicator` where it is not given. */
  readonly parse?: Parse
  readonly habits: Habits
  readonly now: () => number
  /** When what is told last changed, where that is known: a file's time of change. ms since 1970. */
  readonly changedAt?: number
  /** Asked at each commit: what to ask "has it changed?" with the next time. */
  readonly validators?: () => Readonly<Record<string, Validator>>
}

/** Of one source between two commits. Some 200 bytes each while they wait. */
export const mostSightings = 5_000_000
/** Of a report's name. */
const nameLength = 300
/** Refused though it is well-formed: no fault of the list. */
const notWanted: ReadonlySet<string> = new Set(['public-suffix', 'path-only'])

/** An {@link Intake} over the book. Nothing is written before a commit; what is unchanged is not written at all. */
export class BookIntake implements Intake {
  readonly #options: IntakeOptions
  readonly #source: SourceState
  readonly #parse: Parse
  readonly #reports = new Map<string, OpenReport>()
  readonly #withdrawn = new Set<string>()
  #known = new KnownSightings()
  #staged = new Staged()
  #altered: Altered[] = []
  #current: OpenReport | undefined
  #whole = false
  #told = 0
  #made: number | undefined
  readonly counts = new Counts()
  readonly changes = new Changes()
  /** Commits so far. */
  commits = 0
  /** More was told than is taken. */
  cut = false

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#parse = options.parse ?? parseIndicator
    const source = options.book.sourceNamed(options.source)
    if (!source) throw new TypeError(`the book has no source ${options.source}`)
    this.#source = source
  }

  get full(): boolean {
    return this.#told >= mostSightings
  }

  snapshot(): void {
    this.#whole = true
    const { book } = this.#options
    const rows = book.database.rows(
      'SELECT id, name FROM reports WHERE source = ? AND gone IS NULL',
      this.#source.id,
    )
    for (const [row, name] of rows as [number, string][]) {
      if (!this.#reports.has(name)) this.#load(name, row)
    }
  }

  report(report: Report): void {
    const open = this.#open(tidy(report.id, nameLength))
    open.report = report
    open.replaced = true
    this.#withdrawn.delete(open.name)
    this.#current = open
  }

  withdraw(report: string): void {
    const name = tidy(report, nameLength)
    this.#open(name).report = undefined
    this.#withdrawn.add(name)
    if (this.#current?.name === name) this.#current = undefined
  }

  reports(): ReadonlyMap<string, number | undefined> {
    const rows = this.#options.book.database.rows(
      'SELECT name, modified FROM reports WHERE source = ? AND gone IS NULL',
      this.#source.id,
    )
    return new Map(rows.map(([name, modified]) => [name as string, (modified as number | null) ?? undefined]))
  }

  take(text: string, about?: About, type?: IndicatorType, at?: number): boolean {
    if (this.full) {
      this.cut = true
      return false
    }
    const indicator = this.#parse(text, type)
    if (indicator.type === 'refused') {
      if (notWanted.has(indicator.reason)) this.counts.leaveOut(indicator.reason)
      else this.counts.addBad(at === undefined ? indicator.reason : `${at}: ${indicator.reason}`, text)
      return false
    }
    this.#take(indicator, about)
    return true
  }

  bad(where: string, text: string): void {
    this.counts.addBad(where, text)
  }

  leaveOut(reason: string): void {
    this.counts.leaveOut(reason)
  }

  made(time: number): void {
    this.#made = timeOf(time) ?? undefined
  }

  commit(cursor?: unknown): void {
    const { book } = this.#options
    const moment = this.#options.now()
    if (this.#whole) this.#believe(moment)
    writeCommit({
      book,
      source: this.#source,
      now: moment,
      whole: this.#whole,
      reports: [...this.#reports.values()],
      withdrawn: this.#withdrawn,
      known: this.#known,
      staged: this.#staged,
      altered: this.#altered,
      changes: this.changes,
      change: {
        ...(cursor !== undefined && { cursor }),
        ...(this.#made !== undefined && { made: this.#made }),
        ...(this.#options.validators && { validators: this.#options.validators() }),
        ...(this.#whole && { doubted: undefined }),
        bad: this.counts.bad,
        examples: this.counts.examples,
        leftOut: this.counts.leftOut,
      },
    })
    this.commits++
    this.#begin()
  }

  /** What one report or the whole list had is forgotten here; the book keeps it. */
  #begin(): void {
    this.#reports.clear()
    this.#withdrawn.clear()
    this.#known = new KnownSightings()
    this.#staged = new Staged()
    this.#altered = []
    this.#current = undefined
    this.#whole = false
    this.#told = 0
    this.#made = undefined
  }

  /** @throws FeedError `sanity` where what was told is not believed; since when is written down */
  #believe(moment: number): void {
    const { book, habits, changedAt } = this.#options
    const { live: before, doubted } = book.sourceNamed(this.#source.name)!
    const { bad, examples } = this.counts
    const entries = this.#told
    const doubt = doubtAbout({ entries, before, bad, example: examples[0] }, habits)
    if (!doubt) return
    if (!doubt.heals) throw new FeedError('sanity', doubt.why)
    // The same doubt as the last time: as large, give or take half.
    const same = doubted && entries <= doubted.entries * 1.5 && entries >= doubted.entries / 1.5
    const since = Math.min(same ? doubted.since : moment, changedAt ?? moment)
    if (moment - since >= believedAfterMs) return
    book.change(this.#source, { doubted: { since, entries: same ? doubted.entries : entries } })
    throw new FeedError('sanity', doubt.why)
  }

  #take({ type: name, value }: Indicator, about: About | undefined): void {
    const { seed } = this.#options.book
    const report = (this.#current ??= this.#open(''))
    report.report ??= { id: '', title: '' }
    const type = typeNumbers[name]
    const key = keyOf(seed, type, value)
    const slot = this.#known.find(key, report.number)
    // Told twice at once: the first counts.
    if (slot >= 0 && this.#known.standing(slot) !== standing.known) return
    this.#told++
    const said = saidOf(about)
    const text = textOf(said)
    const content = text === '' ? 0 : contentOf(seed, text)
    if (slot < 0) {
      this.#known.put(slot, key, report.number, content, this.#staged.size, standing.staged)
      this.#staged.push(key, type, value, report.number, content, said)
      return
    }
    this.#known.mark(slot, standing.told)
    if (this.#known.content(slot) !== content)
      this.#altered.push({ row: this.#known.row(slot), type, value, content, said })
  }

  #open(name: string): OpenReport {
    const open = this.#reports.get(name)
    if (open) return open
    const row = this.#options.book.database.row(
      'SELECT id FROM reports WHERE source = ? AND name = ?',
      this.#source.id,
      name,
    )
    return this.#load(name, row?.[0] as number | undefined)
  }

  #load(name: string, row: number | undefined): OpenReport {
    const open: OpenReport = { number: this.#reports.size, name, row, report: undefined, replaced: false }
    this.#reports.set(name, open)
    if (row === undefined) return open
    const { database } = this.#options.book
    for (const [id, key, content] of database.each(
      'SELECT id, key, content FROM sightings WHERE report = ?',
      row,
    ) as IterableIterator<[number, number, number]>) {
      const slot = this.#known.find(key, open.number)
      if (slot < 0) this.#known.put(slot, key, open.number, content, id, standing.known)
    }
    return open
  }
}
