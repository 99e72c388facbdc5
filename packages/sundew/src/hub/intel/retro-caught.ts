import { setImmediate } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import type { Log } from '../../core/log.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import { type Listing, Listings } from '../../intel/listings.ts'
import { eventColumns } from '../../store/events-table.ts'
import { rows } from '../api/store-reader.ts'
import { timeText } from '../api/where.ts'
import { pause } from '../connection.ts'
import { caughtFields, caughtParts, type CaughtSets, type Part, type Place, placeOf } from './caught-parts.ts'

export interface RetroCaughtOptions {
  readonly lists: {
    readonly version: number
    newerThan(version: number, signal: AbortSignal): Promise<void>
  }
  readonly sets: () => CaughtSets
  readonly store: ClickHouseClient
  readonly journal: JournalWriter
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly log: Log
  /** From one asking to the next, milliseconds: more lists gather, and what was told is in the store. */
  readonly restMs?: number
  readonly mostValues?: number
  readonly mostMatches?: number
}

/** Different values of a part, the latest, and matches told in one asking; how far back it goes, days. */
const usual = { restMs: 600_000, mostValues: 200_000, mostMatches: 10_000 } as const
const backDays = 90
/** Values looked up before others have their turn: some milliseconds. */
const slice = 1_000
/** Values in one question. */
const together = 500

type TextPart = Exclude<Part, { readonly of: 'peer' }>

interface Listed {
  readonly place: Place
  readonly listing: Listing
}

/** A source and a value that it brought or wanted. Numbers may come as text. */
interface Row {
  readonly value: string
  readonly source: string
  readonly times: number | string
  readonly first_text: string
  readonly last_text: string
  readonly sensor: string
  readonly session: string
  readonly service: string
  readonly transport: string
  readonly source_port: number
  readonly destination: string
  readonly destination_port: number
}

const ownColumns = new Set(eventColumns().map(({ name }) => name))
/** An address of the store as people write it. */
const plain = (address: string) => `replaceRegexpOne(toString(${address}), '^::ffff:', '')`

/**
 * Asks what decoys caught about what is listed since: names and URLs that intruders wanted, files and mail senders that they brought, as
 * {@link Caught} does when it happens. A source and an indicator that were told are not told again, whenever that was: the store
 * knows, so there is nothing to remember. In the background, one asking for all that was listed meanwhile.
 */
export class RetroCaught {
  readonly #options: RetroCaughtOptions

  constructor(options: RetroCaughtOptions) {
    this.#options = options
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { lists, trouble, restMs = usual.restMs } = this.#options
    for (let asked = 0; !signal.aborted;) {
      await lists.newerThan(asked, signal)
      if (signal.aborted) return
      asked = lists.version
      try {
        await this.#ask(signal)
      } catch (error) {
        if (signal.aborted) return
        trouble('SUNDEW_INTEL_RETRO', 'what was caught could not be asked about what is newly listed', error)
      }
      await pause(restMs, signal)
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { log, mostMatches = usual.mostMatches } = this.#options
    // Of one version all through, whatever is in force meanwhile.
    const sets = this.#options.sets()
    const known = new Map<Place['set'], Listings>()
    const told = new Set<string>()
    for (const [kind, parts = []] of Object.entries(caughtParts) as [EventKind, readonly Part[]][])
      for (const part of parts) {
        if (part.of === 'peer') continue
        const listed = await this.#listed(kind, part, sets, known, signal)
        for (let at = 0; at < listed.length && told.size < mostMatches; at += together)
          await this.#matches(kind, part, new Map(listed.slice(at, at + together)), told, signal)
      }
    if (told.size > 0) log.info(`${told.size} matches of what was caught before it was listed`)
  }

  /** Values that were caught and are listed now, by their bytes in hexadecimal. */
  async #listed(
    kind: EventKind,
    part: TextPart,
    sets: CaughtSets,
    known: Map<Place['set'], Listings>,
    signal: AbortSignal,
  ): Promise<[string, Listed][]> {
    const { store, trouble, mostValues = usual.mostValues } = this.#options
    const values = await rows<{ value: string }>(
      store,
      `SELECT hex(${columnOf(part)}) AS value FROM events WHERE ${conditionOf(part)} GROUP BY value ORDER BY max(time) DESC LIMIT {most:UInt32}`,
      { kind, days: backDays, most: mostValues + 1 },
      signal,
    )
    if (values.length > mostValues)
      trouble(
        'SUNDEW_INTEL_RETRO',
        `of ${kind} no more than ${mostValues} values are held against what is listed`,
      )
    const found: [string, Listed][] = []
    for (const [at, { value }] of values.slice(0, mostValues).entries()) {
      // The hub has other things to do.
      if (at % slice === slice - 1) {
        await setImmediate()
        signal.throwIfAborted()
      }
      const place = placeOf(part.of, Buffer.from(value, 'hex').toString('latin1'), sets)
      if (!place) continue
      let listings = known.get(place.set)
      if (!listings) known.set(place.set, (listings = new Listings(place.set)))
      found.push([value, { place, listing: listings.of(place.node) }])
    }
    return found
  }

  async #matches(
    kind: EventKind,
    part: TextPart,
    listed: ReadonlyMap<string, Listed>,
    told: Set<string>,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, journal, trouble, mostMatches = usual.mostMatches } = this.#options
    const first = (column: string) => `argMin(e.${column}, e.time) AS ${column}`
    const found = await rows<Row>(
      store,
      `SELECT value, source, count() AS times, ${timeText('min(e.time)', 'first')}, ${timeText('max(e.time)', 'last')},
        ${['sensor', 'session', 'service', 'transport', 'source_port', 'destination', 'destination_port'].map(first).join(', ')}
      FROM (
        SELECT *, hex(${columnOf(part)}) AS value, ${plain('source_ip')} AS source, ${plain('destination_ip')} AS destination
        FROM events WHERE ${conditionOf(part)} AND value IN {values:Array(String)}
      ) AS e GROUP BY value, source ORDER BY max(e.time) DESC LIMIT {most:UInt32}`,
      { kind, days: backDays, values: [...listed.keys()], most: mostMatches + 1 },
      signal,
    )
    const before = await this.#toldBefore([...listed.values()], signal)
    for (const row of found) {
      const { place, listing } = listed.get(row.value)!
      const pair = `${row.source} ${listing.indicator}`
      if (before.has(pair) || told.has(pair)) continue
      if (told.size >= mostMatches)
        return trouble(
          'SUNDEW_INTEL_RETRO',
          `more than ${mostMatches} matches of what was caught are not told`,
        )
      told.add(pair)
      await journal.append(matchOf(row, place, listing))
    }
  }

  /** Sources and indicators that there is a match of. */
  async #toldBefore(listed: readonly Listed[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    const pairs = await rows<{ source: string; indicator: string }>(
      this.#options.store,
      `SELECT DISTINCT ${plain('source_ip')} AS source, indicator FROM events WHERE kind = 'intel.match' AND indicator IN {indicators:Array(String)}`,
      { indicators: [...new Set(listed.map(({ listing }) => listing.indicator))] },
      signal,
    )
    return new Set(pairs.map(({ source, indicator }) => `${source} ${indicator}`))
  }
}

function columnOf({ field }: TextPart): string {
  return ownColumns.has(field) ? field : `ifNull(toString(fields.${field}), '')`
}

/** What another program caught long ago is not asked about, as it is not matched when it is imported. */
function conditionOf(part: TextPart): string {
  const when =
    'when' in part && part.when ? ` AND ifNull(toString(fields.${part.when[0]}), '') = '${part.when[1]}'` : ''
  return `kind = {kind:String} AND time > now() - toIntervalDay({days:UInt32}) AND ${columnOf(part)} != '' AND fields.imported_from IS NULL${when}`
}

function matchOf(row: Row, place: Place, listing: Listing): SundewEvent<'intel.match'> {
  const moment = now()
  const { sensor, session, service, transport, source_port, destination_port } = row
  const doing = {
    transport,
    service,
    times: Number(row.times),
    first: row.first_text,
    last: row.last_text,
  }
  return {
    sensor,
    session,
    service,
    transport,
    source_ip: row.source,
    source_port,
    destination_ip: row.destination,
    destination_port,
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind: 'intel.match',
    fields: caughtFields(place, listing, doing, 'medium', true),
  }
}
