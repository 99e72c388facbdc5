import type { OwnAllow } from '../../intel/allow/decision.ts'
import type { CoreSettings } from '../../intel/allow/core.ts'
import { allowStamp, loadAllow, type WarninglistSection } from '../../intel/allow/load.ts'
import { judge } from '../../intel/doubt/judge.ts'
import type { DoubtRules } from '../../intel/doubt/rules.ts'
import type { Doubt, DoubtMaker } from './doubt.ts'

export interface DoubtSettings {
  readonly core: CoreSettings
  /** Of the configuration. */
  readonly allow: readonly OwnAllow[]
  readonly warninglists: readonly WarninglistSection[]
  readonly rules: DoubtRules
}

/** Doubt as `intel/allow` and `intel/doubt` have it. */
export function doubtMaker({ core, allow, warninglists, rules }: DoubtSettings): DoubtMaker {
  return {
    stamp: () => allowStamp(warninglists),
    make(own, now): Doubt {
      const { book, reports, bad } = loadAllow({ core, own: [...allow, ...own], warninglists, now })
      return {
        book,
        decide: (indicator) => book.decide(indicator),
        judge: (asked, moment, explain) => judge(asked, rules, moment, explain),
        carve: (first, last) => book.carve(first, last),
        lifetimeDays: (type) => rules.lifetimeDays[type],
        lists: book.lists,
        nextEnd: book.nextEnd,
        troubles: [
          ...bad,
          ...reports.flatMap(({ path, trouble }) => (trouble === undefined ? [] : [`${path}: ${trouble}`])),
        ],
      }
    },
  }
}
