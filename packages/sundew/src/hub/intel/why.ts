import type { WhyAnswer } from '../../intel/answers.ts'
import type { Book } from '../../intel/book/book.ts'
import { type BookedSighting, sightingsOf } from '../../intel/book/history.ts'
import { liveOf } from '../../intel/book/live.ts'
import type { AllowDecision } from '../../intel/allow/decision.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import { parseIndicator, readingsOf } from '../../intel/indicator/parse.ts'
import { refusals } from '../../intel/indicator/refusal.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { formatRange, parseRange } from '../../match/parse-address.ts'
import { isRange4, prefixFirst, prefixLast } from '../../match/words.ts'
import { notListed } from './hand.ts'
import { timeText, type Telling, toldSighting } from './answers.ts'
import { weigh } from './weigh.ts'

/** Sightings told at most, of all indicators that bear on a value. */
const mostSightings = 500

export interface WhyParts extends Telling {
  readonly book: Book
  /** The address set in force: for ranges that are no prefixes. */
  readonly addresses: AddressSet | undefined
}

type Why = Pick<WhyAnswer, 'asked' | 'indicator' | 'refused' | 'sightings' | 'verdicts'>

/** Every sighting of a value and of whatever names it (a prefix around it, a domain above it), and what comes of them. */
export function why(asked: string, parts: WhyParts): Why {
  const reading = parseIndicator(asked)
  if (reading.type === 'refused')
    return { asked, indicator: null, refused: refusals[reading.reason], sightings: [], verdicts: [] }
  const found: BookedSighting[] = []
  const verdicts: Why['verdicts'][number][] = []
  const named = new Map(bearing(asked, reading, parts).map((one) => [keyOf(one), one]))
  for (const indicator of named.values()) {
    const sightings = sightingsOf(parts.book, indicator)
    found.push(...sightings)
    const live = liveOf(parts.book, indicator)
    const weighed = weigh(indicator.type, indicator.value, live, parts, true)
    const same = keyOf(indicator) === keyOf(reading)
    if (weighed)
      verdicts.push({ indicator, verdict: weighed.verdict, allowed: weighed.allowed.map(withTime) })
    else if (same)
      verdicts.push({
        indicator,
        verdict: { action: 'none', confidence: 0, reasons: [notListed] },
        allowed: parts.doubt.decide(indicator).map(withTime),
      })
  }
  return {
    asked,
    indicator: reading,
    refused: null,
    sightings: found.slice(0, mostSightings).map((sighting) => toldSighting(sighting, parts)),
    verdicts,
  }
}

function withTime(decision: AllowDecision) {
  return { ...decision, until_time: timeText(decision.until) }
}

function keyOf({ type, value }: Indicator): string {
  return `${type} ${value}`
}

/** The indicators that name what a value names, itself first. */
function bearing(asked: string, reading: Indicator, { addresses }: WhyParts): Indicator[] {
  switch (reading.type) {
    case 'address':
      return [reading, ...around(reading.value, addresses)]
    case 'domain':
    case 'hostname':
      return [
        reading,
        ...readingsOf(asked),
        { type: 'hostname', value: reading.value },
        ...above(reading.value),
      ]
    case 'url': {
      const host = hostOf(reading.value)
      return host === undefined
        ? [reading]
        : host.type === 'address'
          ? [reading, host, ...around(host.value, addresses)]
          : [reading, { type: 'hostname', value: host.value }, ...above(host.value)]
    }
    case 'email': {
      const name = reading.value.slice(reading.value.lastIndexOf('@') + 1)
      return [reading, ...above(name)]
    }
    default:
      return [reading, ...readingsOf(asked)]
  }
}

/** The domain itself and those above it. */
function above(name: string): Indicator[] {
  const labels = name.split('.')
  return labels.slice(0, -1).map((_, at) => ({ type: 'domain', value: labels.slice(at).join('.') }))
}

/** Prefixes and ranges that hold all of an address or range. */
function around(value: string, addresses: AddressSet | undefined): Indicator[] {
  const range = parseRange(value)
  if (!range) return []
  const { first, last } = range
  const v4 = isRange4(first, last)
  const texts: string[] = []
  for (let bits = 128; bits >= (v4 ? 96 : 0); bits--) {
    const prefix = prefixFirst(first, bits)
    const end = prefixLast(first, bits)
    if (end.join() === prefixLast(last, bits).join()) texts.push(formatRange(prefix, end))
  }
  const node = addresses?.find(first) ?? -1
  if (addresses && node >= 0)
    texts.push(...addresses.entries(node, Infinity).map(({ indicator }) => indicator))
  return texts.map((text) => ({ type: 'address', value: text }))
}

function hostOf(url: string): Indicator | undefined {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(\[[^\]]*\]|[^/:?#]*)/.exec(url)?.[1]
  const reading = host === undefined || host === '' ? undefined : parseIndicator(host)
  return reading === undefined || reading.type === 'refused' ? undefined : reading
}
