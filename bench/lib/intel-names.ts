// How many names a second are looked up in a set of listed ones, one in a hundred of which is listed or lies below one that is.
import type { NameSet } from '../../packages/sundew/src/match/name-set.ts'
import { cleanName, listedName } from './intel-lists.ts'
import { median, round } from './measure.ts'

const asked = 1 << 20

export interface NameFigures {
  /** Million look-ups a second, the median of the runs. */
  readonly namesM: number
  /** Share of what was asked that is listed. */
  readonly hitShare: number
}

/** Looks up a million names, as they lie in one buffer. */
export function measureNames(set: NameSet, listed: number, runs = 7): NameFigures {
  const names = Array.from({ length: asked }, (_, n) =>
    n % 100 === 0 ? `a.${listedName((n * 7_919) % listed)}` : cleanName(n * 7),
  )
  const bytes = Buffer.from(names.join(''))
  const from = new Uint32Array(asked + 1)
  for (const [n, name] of names.entries()) from[n + 1] = from[n]! + name.length
  let hits = 0
  const rates = Array.from({ length: runs + 1 }, () => {
    hits = 0
    const began = performance.now()
    for (let n = 0; n < asked; n++) if (set.findName(bytes, from[n]!, from[n + 1]!) >= 0) hits++
    return asked / 1000 / (performance.now() - began)
  })
  if (hits < asked / 100) throw new Error(`${hits} of ${asked / 100} listed names were found`)
  // The first run is for the compiler.
  return { namesM: round(median(rates.slice(1))), hitShare: Math.round((hits / asked) * 1000) / 1000 }
}
