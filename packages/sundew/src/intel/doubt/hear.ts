import type { DoubtRules } from './rules.ts'
import type { Case, Witness } from './verdict.ts'

/** What the sightings of an indicator come to together. */
export interface Heard {
  /** 0 to 100. */
  readonly confidence: number
  /** How many speak for themselves: sources, and authors within a source. */
  readonly voices: number
  readonly sources: number
}

/** What a further author of the same source adds counts half: they read each other. */
const echo = 0.5
/** What was last told more than half its life ago counts so much. */
const staleShare = 0.75
const dayMs = 86_400_000

/** Combines what the sightings say. */
export function hear({ type, witnesses }: Case, rules: DoubtRules, now: number): Heard {
  const days = rules.lifetimeDays[type]
  const staleBefore = days === undefined ? -Infinity : now - (days * dayMs) / 2
  const [only] = witnesses
  if (only && witnesses.length === 1)
    return { confidence: Math.round(strengthOf(only, staleBefore) * 100), voices: 1, sources: 1 }
  const sources = new Map<string, Map<string, number>>()
  for (const witness of witnesses) {
    let voices = sources.get(witness.source)
    if (!voices) sources.set(witness.source, (voices = new Map<string, number>()))
    const author = witness.report === '' ? '' : witness.author
    voices.set(author, Math.max(voices.get(author) ?? 0, strengthOf(witness, staleBefore)))
  }
  let doubt = 1
  let count = 0
  for (const voices of sources.values()) {
    count += voices.size
    const strengths = [...voices.values()].toSorted((a, b) => b - a)
    for (const [index, strength] of strengths.entries()) doubt *= 1 - strength * (index === 0 ? 1 : echo)
  }
  return { confidence: Math.round((1 - doubt) * 100), voices: count, sources: sources.size }
}

/** 0 to 1. */
function strengthOf({ weight, confidence, last }: Witness, staleBefore: number): number {
  return (weight / 100) * ((confidence ?? 100) / 100) * (last < staleBefore ? staleShare : 1)
}
