import type { Known } from './known.ts'
import type { Scan } from './scan.ts'

/** A scan that is to be told: for the first time, or again where it was known before. */
export interface Told {
  readonly scan: Scan
  /** By which it is known again: its sources, or the port that rises. */
  readonly members: readonly string[]
  readonly before: Known | undefined
}

/** A scan at its height is told when it pauses, so that it is told whole; but it does not wait longer than that, milliseconds. */
const height = { pauseMs: 60_000, longestMs: 600_000 } as const

/** Whether it is better told later. */
export function isAtItsHeight({ first, last }: Pick<Scan, 'first' | 'last'>, moment: number): boolean {
  return moment - last < height.pauseMs && moment - first < height.longestMs
}
