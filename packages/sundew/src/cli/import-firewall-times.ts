import { createHash } from 'node:crypto'
import type { LogSegment } from '../importers/firewall-segments.ts'
import type { KnownImports } from '../importers/known.ts'
import type { Times } from './import-firewall-rows.ts'

const secondMs = 1_000
/** So that of two notes the one that counts, which is the higher number, is that of the earlier time. */
const highest = 9_999_999_999

/** What is taken of a segment, and what is noted when it is. */
export interface Taking {
  readonly times: Times
  readonly identity: string
  readonly nth: number
  /** Its own first. */
  readonly keys: readonly string[]
  /** To be noted too where lines of it were older than those that are taken. */
  readonly expiredKeys: readonly string[]
}

export interface SegmentTimesParts {
  readonly known: Pick<KnownImports, 'has' | 'count'>
  /** Brings in also what is known. */
  readonly again: boolean
  /** Older lines are left out, ms since 1970: whole seconds. */
  readonly oldestMs: number
}

/**
 * Says of which times lines of a segment are to be taken. Of one that is known those are that were too old when it was imported and
 * are not any more, since `keep.firewall_days` was raised: it is noted how far back was taken.
 */
export class SegmentTimes {
  readonly #parts: SegmentTimesParts

  constructor(parts: SegmentTimesParts) {
    this.#parts = parts
  }

  /** Undefined where nothing is. */
  of({ identity, nth }: Pick<LogSegment, 'identity' | 'nth'>): Taking | undefined {
    const { known, again, oldestMs } = this.#parts
    const older = olderOf(identity, nth)
    const olderNth = highest - oldestMs / secondMs
    const expiredKeys = [`${older}:${olderNth}`]
    if (!known.has(identity, nth) || again) {
      const fresh = again ? known.count(identity) + 1 : nth
      const times = { from: oldestMs, before: Infinity }
      return { times, identity, nth: fresh, keys: [`${identity}:${fresh}`], expiredKeys }
    }
    const noted = known.count(older)
    const before = (highest - noted) * secondMs
    if (noted === 0 || before <= oldestMs) return undefined
    return {
      times: { from: oldestMs, before },
      identity: older,
      nth: olderNth,
      keys: expiredKeys,
      expiredKeys: [],
    }
  }
}

function olderOf(identity: string, nth: number): string {
  return createHash('sha256').update(`older ${identity} ${nth}`).digest('hex').slice(0, 32)
}
