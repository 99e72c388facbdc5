import type { Period } from '../../match/scan/periods.ts'
import type { Known } from './known.ts'

/** Sources of a scan of many, when that was, and how many ports each asked for, on average. */
export type InCompany = Pick<Known, 'members' | 'first' | 'seen' | 'each'>

/** So many times the ports of one of its company are a source's own scan. */
const byItself = 5

/**
 * How many ports a source must have asked for in some time to be told alone: none where it was of no company then.
 *
 * @param least ports below which none is much more than another
 */
export function companyOf(
  companies: readonly InCompany[],
  least: number,
): (source: string, time: Period) => number {
  const of = new Map<string, InCompany[]>()
  for (const company of companies)
    for (const member of company.members) of.set(member, [...(of.get(member) ?? []), company])
  return (source, { from, before }) => {
    const then = of.get(source)?.filter(({ first, seen }) => first < before && seen >= from) ?? []
    return then.reduce((most, { each }) => Math.max(most, byItself * Math.max(least, each)), 0)
  }
}
