import type { ClickHouseClient } from '@clickhouse/client'
import { Steps } from '../../match/scan/steps.ts'
import { formatColumnAddress } from '../../match/parse-address.ts'
import { eachRows } from '../flows/seen.ts'
import { limits } from './ask.ts'
import { inPart, inParts, type Part } from './parts.ts'
import { inTime, isPorted, isProbe, ms, place } from './probes-sql.ts'

/** Different ports below which a source is not looked at: most of what comes asks for one or two. */
const leastPlaces = 3
/** Steps looked at of one source, the first ones. */
const mostEach = 128
/** Steps of all of them, 32 MB. Of more, sources are left out by a hash of theirs: a part of a group is a group as well. */
const mostSteps = 4_000_000
/** Where in a step's number the time begins: before it is the place. */
const timeUnit = 2 ** 24

// The part of the time and the place in one number: they sort as the time does.
const sql = (parts: number) => `
SELECT source_ip, step FROM (
  SELECT source_ip, groupArraySorted(${mostEach})(toUInt64(${ms('time')} - {from:Int64}) * ${timeUnit} + ${place}) AS steps
  FROM firewall WHERE ${inTime} AND ${isProbe} AND ${isPorted} AND ${inPart(parts)}
  GROUP BY source_ip HAVING uniqUpTo(${leastPlaces})(${place}) >= ${leastPlaces}
  ORDER BY sipHash64Keyed(({key:UInt64}, toUInt64(0)), source_ip)
) ARRAY JOIN steps AS step LIMIT ${mostSteps}`
/** An address and a number of 64 bits. */
const rowWords = 6

/** What sources asked for and when, and whose number is which address. */
export interface CompanySteps {
  readonly steps: Steps
  readonly address: (source: number) => string
}

/**
 * What each source asked for in this time and when.
 *
 * @returns and of which share of all sources: all where a flood of forged ones is not too much for the store
 */
export async function companySteps(
  store: ClickHouseClient,
  span: { readonly from: number; readonly before: number },
  signal: AbortSignal,
): Promise<CompanySteps & { readonly share: number }> {
  const { answers, share } = await inParts(1, (part) => stepsOf(store, span, part, signal))
  const [found = { steps: new Steps(), address: () => '' }] = answers
  return { ...found, share }
}

async function stepsOf(
  store: ClickHouseClient,
  span: { readonly from: number; readonly before: number },
  part: Part,
  signal: AbortSignal,
): Promise<CompanySteps> {
  const steps = new Steps()
  const addresses = new Addresses()
  const question = { sql: sql(part.parts), params: { ...span, ...part }, rowWords, settings: limits }
  await eachRows(store, question, signal, (words) => {
    for (let at = 0; at < words.length; at += rowWords) {
      if (addresses.begin(words, at) && addresses.count > 1) steps.endSource()
      const [low, high] = [words[at + 4]!, words[at + 5]!]
      steps.add(high * 256 + (low >>> 24), low & 0xff_ffff)
    }
  })
  if (addresses.count > 0) steps.endSource()
  return { steps, address: (source) => addresses.text(source) }
}

/** Addresses one after the other, four words each. */
class Addresses {
  #words = new Uint32Array(4096)
  count = 0

  /** Takes an address, where it is another one than the last. */
  begin(words: Uint32Array, at: number): boolean {
    const last = (this.count - 1) * 4
    if (last >= 0 && [0, 1, 2, 3].every((word) => this.#words[last + word] === words[at + word])) return false
    if ((this.count + 1) * 4 > this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words.set(words.subarray(at, at + 4), this.count++ * 4)
    return true
  }

  text(source: number): string {
    return formatColumnAddress(this.#words, source * 4)
  }
}
