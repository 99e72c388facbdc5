import type { AllowAction, AllowDecision, OwnAllow } from '../../intel/allow/decision.ts'
import type { AllowBook } from '../../intel/allow/book.ts'
import type { Case, Verdict } from '../../intel/doubt/verdict.ts'
import type { Indicator, IndicatorType } from '../../intel/indicator/indicator.ts'
import type { Range } from '../../match/ranges.ts'
import type { Words } from '../../match/words.ts'

/** What is allowed and how much is doubted, as one thing: made anew when a list of it changes, swapped whole. */
export interface Doubt {
  decide(indicator: Indicator): readonly AllowDecision[]
  /** @param now ms since 1970 */
  judge(asked: Case, now: number, explain?: boolean): Verdict
  /** What of a listed range may be matched, ascending. */
  carve(first: Words, last: Words): readonly Range[]
  /** Days that a sighting lasts after it was last told where neither it nor its source says; for ever where undefined. */
  lifetimeDays(type: IndicatorType): number | undefined
  /** For what is published. */
  readonly book: AllowBook
  readonly lists: readonly { readonly list: string; readonly action: AllowAction; readonly entries: number }[]
  /** When something of it ends, ms since 1970; Infinity where nothing does. */
  readonly nextEnd: number
  /** What of it could not be read, for the owner. */
  readonly troubles: readonly string[]
}

/** Makes it of the configuration and of what the owner allowed by command. */
export interface DoubtMaker {
  make(own: readonly OwnAllow[], now: number): Doubt
  /** Changes when a file that it is made of does. */
  stamp(): string
}
