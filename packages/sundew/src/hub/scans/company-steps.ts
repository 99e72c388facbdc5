import type { ClickHouseClient } from '@clickhouse/client'
import { Steps } from '../../match/scan/steps.ts'
import { formatColumnAddress } from '../../match/parse-address.ts'
import { eachRows } from '../flows/seen.ts'
import { limits } from './ask.ts'
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
const sql = `
SELECT source_ip, step FROM (
  SELECT source_ip, groupArraySorted(${mostEach})(toUInt64(${ms('time')} - {from:Int64}) * ${timeUnit} + ${place}) AS steps
  FROM firewall WHERE ${inTime} AND ${isProbe} AND ${isPorted}
  GROUP BY source_ip HAVING uniqCombined(12)(${place}) >= ${leastPlaces}
  ORDER BY cityHash64(source_ip)
) ARRAY JOIN steps AS step LIMIT ${mostSteps}`
/** An address and a number of 64 bits. */
const rowWords = 6

/** What each source asked for in this time and when, and whose number is which address. */
export async function companySteps(
  store: ClickHouseClient,
  span: { readonly from: number; readonly before: number },
  signal: AbortSignal,
): Promise<{ steps: Steps; address: (source: number) => string }> {
  const steps = new Steps()
  const addresses: Uint32Array[] = []
  let current = new Uint32Array(4)
  await eachRows(store, { sql, params: { ...span }, rowWords, settings: limits }, signal, (words) => {
    for (let at = 0; at < words.length; at += rowWords) {
      const other = [0, 1, 2, 3].some((word) => words[at + word] !== current[word])
      if (other || addresses.length === 0) {
        if (addresses.length > 0) steps.endSource()
        current = words.slice(at, at + 4)
        addresses.push(current)
      }
      const [low, high] = [words[at + 4]!, words[at + 5]!]
      steps.add(high * 256 + (low >>> 24), low & 0xff_ffff)
    }
  })
  if (addresses.length > 0) steps.endSource()
  return {
    steps,
    address: (source) => formatColumnAddress(addresses[source]!, 0),
  }
}
