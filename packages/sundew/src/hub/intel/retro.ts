import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'
import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import type { Log } from '../../core/log.ts'
import { localContext } from '../../event/event.ts'
import { networksOf } from '../../intel/ours.ts'
import { AddressSet } from '../../match/address-set.ts'
import { columnAddress, formatAddress } from '../../match/parse-address.ts'
import { transportName } from '../../match/services.ts'
import { isNewlyListed, searchNewEntries } from '../../match/set-changes.ts'
import { compareWords, type Words } from '../../match/words.ts'
import { pause } from '../connection.ts'
import { ipv6Text } from '../flows/membership.ts'
import { eachRows } from '../flows/seen.ts'
import { seenSql } from '../flows/tables.ts'
import { setFile } from './set-files.ts'
import type { InForce } from './intelligence.ts'
import { type PastMatch, pastMatches } from './retro-event.ts'
import { pastPairs } from './retro-rows.ts'

export interface RetroOptions {
  readonly lists: InForce
  readonly folder: string
  readonly store: ClickHouseClient
  readonly journal: JournalWriter
  readonly sensor: string
  readonly networks: readonly string[]
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly log: Log
  /** Between two questions, milliseconds. */
  readonly restMs?: number
  readonly mostAddresses?: number
  readonly mostMatches?: number
}

/** Newly listed addresses that were seen, and matches told, for one set: more is for `sundew flows --intel`. */
const usually = { restMs: 200, mostAddresses: 50_000, mostMatches: 10_000 } as const
/** Addresses in one question. */
const together = 200
/** Wait after the store failed, milliseconds; so many times for one set. */
const failed = { waitMs: 30_000, times: 10 } as const

/** How far the asking for a set has come: addresses up to this one are done. */
const progressSchema = z.object({ version: z.int(), after: z.string(), matches: z.int() })
type Progress = z.output<typeof progressSchema>

/**
 * Asks the past about what is newly listed: which of those addresses were ever seen, whom they met, and one `intel.match`
 * for each host and address, with `retro: true`. In the background, a little at a time. The set that was asked for last is
 * kept beside, so that nothing is asked twice and nothing left out, whatever the hub misses; a restart goes on where it was.
 */
export class Retro {
  readonly #options: RetroOptions
  readonly #networks: AddressSet

  constructor(options: RetroOptions) {
    this.#options = options
    this.#networks = networksOf(options.networks)
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { lists, trouble } = this.#options
    let failures = 0
    for (let asked = 0; !signal.aborted;) {
      await lists.newerThan(asked, signal)
      const { set, version } = lists
      if (!set || signal.aborted) return
      try {
        await this.#ask(set, version, signal)
        asked = version
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        if (++failures < failed.times) {
          await pause(failed.waitMs, signal)
          continue
        }
        trouble('SUNDEW_INTEL_RETRO', 'the past could not be asked about what is newly listed', error)
        asked = version
        failures = 0
      }
    }
  }

  async #ask(set: AddressSet, version: number, signal: AbortSignal): Promise<void> {
    const { folder, log, restMs = usually.restMs } = this.#options
    const [asking, last] = [join(folder, 'asking.bin'), join(folder, 'asked.bin')]
    await copyFile(setFile(folder, version), asking)
    const former = await formerSet(last, asking)
    if (former === 'same') return await rm(asking)
    if (await grew(set, former, signal)) {
      const addresses = await this.#seen(set, former, signal)
      let progress = await this.#progress(version)
      for (
        let at = addresses.findIndex((one) => hex(one) > progress.after);
        at >= 0 && at < addresses.length;
        at += together
      ) {
        const some = addresses.slice(at, at + together)
        const matches = await this.#matches(some, set, progress.matches, signal)
        for (const match of matches) await this.#tell(match)
        progress = { version, after: hex(some.at(-1)!), matches: progress.matches + matches.length }
        await this.#write(progress)
        await pause(restMs, signal)
        signal.throwIfAborted()
      }
      if (addresses.length > 0)
        log.info(
          `${addresses.length} newly listed addresses were seen before; ${progress.matches} matches told`,
        )
    }
    // From now on this is what was asked for.
    await rename(asking, last)
    await rm(join(folder, 'asking.json'), { force: true })
  }

  /** Newly listed addresses that were ever seen, ascending. */
  async #seen(set: AddressSet, former: AddressSet | undefined, signal: AbortSignal): Promise<Words[]> {
    const { store, trouble, mostAddresses = usually.mostAddresses } = this.#options
    const found = new Map<string, Words>()
    let more = 0
    const { sql, params } = seenSql({})
    await eachRows(store, { sql, params, rowWords: 4 }, signal, (words) => {
      for (let at = 0; at < words.length; at += 4) {
        if (set.findWords(words, at) < 0) continue
        const address = columnAddress(words, at)
        if (!isNewlyListed(set, former, address)) continue
        if (found.size < mostAddresses) found.set(hex(address), address)
        else more++
      }
    })
    if (more > 0) this.#tooMany(trouble, `${more} newly listed addresses that were seen are not looked into`)
    return [...found.values()].sort(compareWords)
  }

  async #matches(
    addresses: readonly Words[],
    set: AddressSet,
    told: number,
    signal: AbortSignal,
  ): Promise<PastMatch[]> {
    const { store, trouble, mostMatches = usually.mostMatches } = this.#options
    const room = mostMatches - told
    if (room <= 0) return []
    const pairs = await pastPairs(store, addresses.map(ipv6Text), signal)
    const asked = new Set(addresses.map(formatAddress))
    const matches = pastMatches(pairs, asked, set, this.#networks)
    if (matches.length > room)
      this.#tooMany(trouble, `more than ${mostMatches} matches of the past are not told`)
    return matches.slice(0, room)
  }

  #tooMany(trouble: RetroOptions['trouble'], what: string): void {
    trouble('SUNDEW_INTEL_RETRO', `${what}: sundew flows --intel all --since 90d tells them`)
  }

  async #tell({ fields, ...context }: PastMatch): Promise<void> {
    const { journal, sensor } = this.#options
    const moment = now()
    await journal.append({
      ...localContext(sensor, 'flow'),
      ...context,
      transport: transportName(fields.protocol),
      id: uuidv7(moment),
      time: rfc3339(moment),
      kind: 'intel.match',
      fields,
    })
  }

  async #progress(version: number): Promise<Progress> {
    try {
      const text = await readFile(join(this.#options.folder, 'asking.json'), 'utf8')
      const progress = progressSchema.parse(JSON.parse(text))
      if (progress.version === version) return progress
    } catch {
      // None, or damaged: from the beginning.
    }
    return { version, after: '', matches: 0 }
  }

  async #write(progress: Progress): Promise<void> {
    const file = join(this.#options.folder, 'asking.json')
    await writeFile(`${file}.next`, `${JSON.stringify(progress)}\n`, { mode: 0o600 })
    await rename(`${file}.next`, file)
  }
}

/** The set that the past was asked for last; undefined where none was, `same` where it is the one to be asked for. */
async function formerSet(last: string, asking: string): Promise<AddressSet | 'same' | undefined> {
  try {
    const [former, bytes] = await Promise.all([readFile(last), readFile(asking)])
    return former.equals(bytes) ? 'same' : AddressSet.from(former)
  } catch {
    return undefined
  }
}

/** Whether the set has an entry that the former had not; looked for in slices, as the hub has other things to do. */
async function grew(set: AddressSet, former: AddressSet | undefined, signal: AbortSignal): Promise<boolean> {
  const search = searchNewEntries(set, former)
  for (;;) {
    const { done, value } = search.next()
    if (done) return value
    await setImmediate()
    signal.throwIfAborted()
  }
}

/** The 16 bytes in hexadecimal: sorts as the addresses do. */
function hex(words: Words): string {
  return words.map((word) => word.toString(16).padStart(8, '0')).join('')
}
