import { parseRange } from '../../match/parse-address.ts'
import { asBigInt, isRange4 } from '../../match/words.ts'
import type { AllowDecision } from '../allow/decision.ts'
import type { Heard } from './hear.ts'
import type { DoubtRules } from './rules.ts'
import type { Case, Witness } from './verdict.ts'

/** What keeps an indicator from being blocked, the weightiest first. */
export type Restraint =
  | { readonly by: 'exclude' | 'downgrade'; readonly decision: AllowDecision }
  | { readonly by: 'compromised'; readonly witness: Witness }
  | { readonly by: 'wide'; readonly length: number; readonly least: number }
  | { readonly by: 'ceiling' }
  | { readonly by: 'pulse'; readonly witness: Witness }
  | { readonly by: 'doubt' }
  | { readonly by: 'unbelieved' }

/** What keeps an indicator from being blocked; undefined where nothing does. */
export function restraintOf(asked: Case, heard: Heard, rules: DoubtRules): Restraint | undefined {
  const { witnesses, allowed } = asked
  if (allowed.length > 0) {
    const exclude = allowed.find(({ action }) => action === 'exclude')
    if (exclude) return { by: 'exclude', decision: exclude }
  }
  if (heard.confidence < rules.alertFrom) return { by: 'unbelieved' }
  if (allowed.length > 0) {
    const downgrade = allowed.find(({ action }) => action === 'downgrade')
    if (downgrade) return { by: 'downgrade', decision: downgrade }
  }
  const compromised = witnesses.find((witness) => witness.compromised)
  if (compromised) return { by: 'compromised', witness: compromised }
  const wide = asked.type === 'address' ? tooWide(asked, rules) : undefined
  if (wide) return wide
  const able = witnesses.filter(({ ceiling }) => ceiling === 'block')
  const [first] = able
  if (!first) return { by: 'ceiling' }
  if (heard.voices < 2 && able.every((witness) => isLonePulse(witness, rules)))
    return { by: 'pulse', witness: first }
  return heard.confidence < rules.blockFrom ? { by: 'doubt' } : undefined
}

/** Of an author who is not trusted alone. */
function isLonePulse({ report, author }: Witness, { pulses, authors }: DoubtRules): boolean {
  return pulses === 'alert' && report !== '' && author !== '' && !authors.has(author)
}

/** Of the sources that list it, the one that is believed of the widest networks decides, if it may have anything blocked at all. */
function tooWide({ value, witnesses }: Case, rules: DoubtRules): Restraint | undefined {
  // Most are single addresses.
  if (!value.includes('/') && !value.includes('-')) return undefined
  const range = parseRange(value)
  if (!range) return undefined
  const v4 = isRange4(range.first, range.last)
  const size = asBigInt(range.last) - asBigInt(range.first)
  const length = (v4 ? 32 : 128) - size.toString(2).length + (size === 0n ? 1 : 0)
  const family = v4 ? 'v4' : 'v6'
  let least = Infinity
  for (const { ceiling, leastPrefix } of witnesses)
    if (ceiling === 'block') least = Math.min(least, leastPrefix?.[family] ?? rules.leastPrefix[family])
  // Without such a source, that is the reason.
  if (least === Infinity) return undefined
  return length < least ? { by: 'wide', length, least } : undefined
}
