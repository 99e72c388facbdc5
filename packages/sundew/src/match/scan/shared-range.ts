import { type Began, beginTogether, type Steps, type Together } from './steps.ts'

/**
 * Ports of one source: of this many by chance all differ from each other by multiples of five once in 80,000 times, and
 * they lie side by side never.
 */
const leastPorts = 8
const leastStride = 5
/** A block may have holes: what was lost on the way. */
const widest = 2
/** Sources that share a range begin within this of each other, milliseconds. */
const gapMs = 600_000
/** Of sources that share a range so many have a part of their own. */
const apart = 0.8

interface Part extends Began {
  readonly lowest: number
  readonly highest: number
  /** Greatest common divisor of the differences of its ports; 1 for a block. */
  readonly stride: number
}

/** Sources that each ask for a part of one range: every tenth port, or a block each. */
export function sharedRange(steps: Steps, least: number): Together[] {
  const by = new Map<number, Part[]>()
  for (let source = 0; source < steps.sources; source++) {
    const part = partOf(source, steps)
    if (!part) continue
    const others = by.get(part.stride)
    if (others) others.push(part)
    else by.set(part.stride, [part])
  }
  const found: Together[] = []
  for (const parts of by.values()) {
    const byNumber = new Map(parts.map((part) => [part.source, part]))
    for (const sources of beginTogether(parts, gapMs, least)) {
      const own = ownParts(sources.map((source) => byNumber.get(source)!))
      if (own >= apart * sources.length) found.push({ sources, why: 'range' })
    }
  }
  return found
}

function partOf(source: number, steps: Steps): Part | undefined {
  const places = [...new Set(steps.places(source))].sort((a, b) => a - b)
  if (places.length < leastPorts) return undefined
  const [lowest, highest] = [places[0]!, places.at(-1)!]
  let stride = 0
  for (let at = 1; at < places.length; at++) stride = divisor(places[at]! - places[at - 1]!, stride)
  const block = highest - lowest < widest * places.length
  if (!block && stride < leastStride) return undefined
  return { source, time: steps.times(source)[0]!, lowest, highest, stride: block ? 1 : stride }
}

/** How many of them have a part that no other has: another remainder, or a block beside the others. */
function ownParts(parts: readonly Part[]): number {
  const { stride } = parts[0]!
  if (stride > 1) return new Set(parts.map(({ lowest }) => lowest % stride)).size
  let [own, end] = [0, -1]
  for (const { lowest, highest } of parts.toSorted((a, b) => a.lowest - b.lowest)) {
    if (lowest > end) own++
    end = Math.max(end, highest)
  }
  return own
}

function divisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
