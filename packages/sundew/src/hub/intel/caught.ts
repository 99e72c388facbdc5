import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import type { Log } from '../../core/log.ts'
import type { SundewEvent } from '../../event/event.ts'
import { type Listing, Listings } from '../../intel/listings.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { Severity } from '../../match/judge.ts'
import type { NameLookup } from '../../match/named.ts'
import { caughtFields, caughtParts, type CaughtSets, type Part, type Place, placeOf } from './caught-parts.ts'

export interface CaughtOptions {
  /** The sets in force; undefined before the first. */
  readonly sets: () => CaughtSets
  readonly journal: JournalWriter
  readonly log: Log
  /** One source and one indicator are told again only after so long, milliseconds. */
  readonly windowMs?: number
}

/** Told at most in a minute; a flood of listed intruders is in the report of hits all the same, as far as it is told. */
const perMinute = 1_200
const usualWindowMs = 3_600_000
/** Pairs remembered. */
const mostPairs = 65_536

type Fields = Readonly<Record<string, unknown>>

/** What was found listed of one event. */
interface Found extends Place {
  readonly listing: Listing
}

/**
 * Holds what decoys catch against the sets in force: who came, where they wanted to go, what they brought and wanted to fetch. Each
 * hit is an `intel.match` of its session, once for a source and an indicator in an hour.
 */
export class Caught {
  readonly #options: CaughtOptions
  /** Pairs told, and when, by the monotonic clock. */
  readonly #told = new Map<string, number>()
  #listings: { readonly of: AddressSet | NameLookup; readonly listings: Listings }[] = []
  #minute = 0
  #inMinute = 0

  constructor(options: CaughtOptions) {
    this.#options = options
  }

  /** Takes events as they are read from the journals. */
  take(events: readonly SundewEvent[]): void {
    const sets = this.#options.sets()
    if (!sets.addresses && !sets.names) return
    for (const event of events) {
      const looked = caughtParts[event.kind]
      const fields = event.fields as Fields
      // What another program caught long ago warns nobody now.
      if (!looked || fields['imported_from'] !== undefined) continue
      for (const part of looked) {
        const found = this.#look(event, fields, part, sets)
        if (found && this.#fresh(event.source_ip, found)) this.#tell(event, found)
      }
    }
  }

  #look(event: SundewEvent, fields: Fields, part: Part, sets: CaughtSets): Found | undefined {
    const value =
      part.of === 'peer' ? event.source_ip : (fields[part.field] ?? (event as unknown as Fields)[part.field])
    if (typeof value !== 'string' || value === '') return undefined
    if ('when' in part && part.when && fields[part.when[0]] !== part.when[1]) return undefined
    const place = placeOf(part.of, value, sets)
    return place && { ...place, listing: this.#listingOf(place.set, place.node) }
  }

  #listingOf(set: AddressSet | NameLookup, node: number): Listing {
    const known = this.#listings.find(({ of }) => of === set)
    if (known) return known.listings.of(node)
    // Of sets that are no longer in force nothing is asked again.
    const { addresses, names } = this.#options.sets()
    this.#listings = this.#listings.filter(({ of }) => of === addresses || of === names)
    const made = { of: set, listings: new Listings(set) }
    this.#listings.push(made)
    return made.listings.of(node)
  }

  /** Whether it is to be told: not within the hour, and not too many in this minute. */
  #fresh(source: string, { listing }: Found): boolean {
    const { windowMs = usualWindowMs } = this.#options
    const moment = performance.now()
    const key = `${source} ${listing.type} ${listing.indicator}`
    if (moment - (this.#told.get(key) ?? -Infinity) < windowMs) return false
    const minute = Math.floor(moment / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#inMinute = 0
    }
    if (++this.#inMinute > perMinute) return false
    this.#told.delete(key)
    this.#told.set(key, moment)
    if (this.#told.size > mostPairs) this.#told.delete(this.#told.keys().next().value!)
    return true
  }

  #tell(event: SundewEvent, found: Found): void {
    const { journal, log } = this.#options
    const moment = now()
    const { transport, service, time } = event
    // Who is listed and comes to a decoy does what is expected of them; what they brought or wanted says more.
    const severity: Severity =
      found.address && found.matched === 'address' && found.observed === event.source_ip ? 'low' : 'medium'
    const doing = { transport, service, times: 1, first: time, last: time }
    journal
      .append({
        ...event,
        id: uuidv7(moment),
        time: rfc3339(moment),
        kind: 'intel.match',
        fields: caughtFields(found, found.listing, doing, severity, false),
      } as SundewEvent)
      .catch((error: unknown) => log.error('a match of what decoys caught was lost', error))
  }
}
