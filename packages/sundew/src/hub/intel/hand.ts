import type { AllowAction } from '../../intel/allow/decision.ts'
import type { ChangeAnswer } from '../../intel/answers.ts'
import type { Book } from '../../intel/book/book.ts'
import { BookIntake } from '../../intel/book/intake.ts'
import { liveOf } from '../../intel/book/live.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import { parseIndicator } from '../../intel/indicator/parse.ts'
import { refusals } from '../../intel/indicator/refusal.ts'
import type { About } from '../../intel/sighting.ts'
import type { NotedEntry, OwnEntry } from './desk.ts'
import { told } from './pull.ts'
import type { Roster } from './roster.ts'
import { notedSource, ownSource, type Source } from './sources.ts'
import { type Scales, weigh } from './weigh.ts'

export interface HandParts {
  readonly book: Book
  readonly roster: Roster
  readonly now: () => number
  readonly scales: () => Scales
  /** These are said otherwise than before: the sets are to be made anew. */
  readonly changed: (indicators: readonly Indicator[], byOwner: boolean) => void
  /** What the owner allowed has changed, before anything is weighed with it. */
  readonly allowed: (indicator: Indicator, byOwner: boolean) => void
}

/** Changes by command: what the owner lists, allows and takes back. */
export class ByHand {
  readonly #parts: HandParts

  constructor(parts: HandParts) {
    this.#parts = parts
  }

  async add({ value, reason, until, by }: OwnEntry): Promise<ChangeAnswer> {
    const about = { title: reason, author: by, ...(until !== undefined && { expires: until }) }
    return await this.#sight(ownSource, value, about, undefined)
  }

  /** What others say of an indicator that was met; told again, it is replaced. */
  async note({ source, weight, value, title, until }: NotedEntry): Promise<ChangeAnswer> {
    return await this.#sight(notedSource(source, weight), value, { title, expires: until }, { weight })
  }

  remove(value: string): ChangeAnswer {
    const { book, now, changed } = this.#parts
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refused(refusals[indicator.reason])
    const own = book.sourceNamed(ownSource.name)
    if (!own || !book.takeBack(own, indicator, now()))
      return { ...refused('it is not listed by hand; what a source lists can be allowed'), indicator }
    changed([indicator], true)
    return this.#comesTo(indicator)
  }

  allow({ value, reason, action, until, by }: OwnEntry & { readonly action: AllowAction }): ChangeAnswer {
    const { book, now, allowed } = this.#parts
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refused(refusals[indicator.reason])
    book.allow({ value: indicator.value, reason, action, by, ...(until !== undefined && { until }) }, now())
    allowed(indicator, by !== secondLook)
    return this.#comesTo(indicator)
  }

  disallow(value: string): ChangeAnswer {
    const { book, allowed } = this.#parts
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refused(refusals[indicator.reason])
    if (!book.disallow(indicator.value)) return { ...refused('it was not allowed by command'), indicator }
    allowed(indicator, true)
    return this.#comesTo(indicator)
  }

  async #sight(source: Source, value: string, about: About, cursor: unknown): Promise<ChangeAnswer> {
    const { book, roster, now, changed } = this.#parts
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refused(refusals[indicator.reason])
    const state = book.source(source.name, source.type)
    if (cursor !== undefined && state.cursor === undefined) book.change(state, { cursor })
    roster.sync()
    const habits = { mayBeEmpty: true, mayGrow: true }
    const intake = new BookIntake({ book, source: source.name, habits, now })
    const { answer } = await told(source, intake, { book, now }, () => {
      intake.take(indicator.value, about, indicator.type)
      intake.commit(cursor)
    })
    if (intake.commits === 0)
      return { ...refused(answer.trouble ?? 'the book could not be written'), indicator }
    if (intake.changes.any) changed([indicator], source === ownSource)
    return this.#comesTo(indicator)
  }

  #comesTo(indicator: Indicator): ChangeAnswer {
    const { book, scales } = this.#parts
    const weighed = weigh(indicator.type, indicator.value, liveOf(book, indicator), scales(), true)
    const verdict = weighed?.verdict ?? { action: 'none', confidence: 0, reasons: [notListed] }
    return { indicator, refused: null, verdict }
  }
}

/** Who says so where others were asked about what was met. */
const secondLook = 'second-look'

/** The reason of a verdict on what no source lists. */
export const notListed = 'No source lists it now'

function refused(why: string): ChangeAnswer {
  return { indicator: null, refused: why, verdict: null }
}
