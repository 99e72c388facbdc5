import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import type { Log } from '../../core/log.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { ByteString } from '../../event/bytes.ts'
import { readable } from '../../event/bytes.ts'
import type { SundewEvent } from '../../event/event.ts'
import { parseIndicator } from '../../intel/indicator/parse.ts'
import { type Listing, Listings } from '../../intel/listings.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { Severity } from '../../match/judge.ts'
import type { NameLookup, TextKind } from '../../match/named.ts'
import { formatAddress, parseAddress } from '../../match/parse-address.ts'
import type { Words } from '../../match/words.ts'

export interface CaughtOptions {
  /** The sets in force; undefined before the first. */
  readonly sets: () => { readonly addresses: AddressSet | undefined; readonly names: NameLookup | undefined }
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

/** What of an event can be listed: of which kind, where it stands. `peer` is the source's own address. */
type Part =
  | { readonly of: 'peer' }
  | { readonly of: 'host'; readonly field: string }
  | { readonly of: TextKind; readonly field: string; readonly when?: (fields: Fields) => boolean }

type Fields = Readonly<Record<string, unknown>>

const parts: Partial<Record<EventKind, readonly Part[]>> = {
  'connection.open': [{ of: 'peer' }],
  'tunnel.open': [{ of: 'host', field: 'target_host' }],
  'connection.wanted': [{ of: 'host', field: 'wanted_host' }],
  'file.download_requested': [
    { of: 'url', field: 'url' },
    { of: 'hash', field: 'file_sha256' },
  ],
  'file.captured': [{ of: 'hash', field: 'file_sha256' }],
  'mail.received': [{ of: 'email', field: 'mail_from' }],
  'client.fingerprint': [{ of: 'ja4', field: 'fingerprint', when: ({ method }) => method === 'ja4' }],
}

/** What was found listed of one event. */
interface Found {
  readonly matched: string
  readonly observed: string
  readonly address: Words | undefined
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
    const { addresses, names } = this.#options.sets()
    if (!addresses && !names) return
    for (const event of events) {
      const looked = parts[event.kind]
      const fields = event.fields as Fields
      // What another program caught long ago warns nobody now.
      if (!looked || fields['imported_from'] !== undefined) continue
      for (const part of looked) {
        const found = this.#look(event, fields, part, addresses, names)
        if (found && this.#fresh(event.source_ip, found)) this.#tell(event, found)
      }
    }
  }

  #look(
    event: SundewEvent,
    fields: Fields,
    part: Part,
    addresses: AddressSet | undefined,
    names: NameLookup | undefined,
  ): Found | undefined {
    if (part.of === 'peer') return this.#address(parseAddress(event.source_ip), event.source_ip, addresses)
    const value = fields[part.field] ?? (event as unknown as Fields)[part.field]
    if (typeof value !== 'string' || value === '') return undefined
    if ('when' in part && part.when && !part.when(fields)) return undefined
    // Bytes of the peer: a name or address is ASCII, or it is none.
    if (part.of === 'host') {
      const words = parseAddress(value)
      if (words) return this.#address(words, value, addresses)
      const bytes = Buffer.from(value, 'latin1')
      return this.#text('hostname', names, names?.findName(bytes, 0, bytes.length) ?? -1, value)
    }
    const parsed = parseIndicator(readable(value as ByteString), part.of)
    if (parsed.type === 'refused' || parsed.type === 'address') return undefined
    const node = names?.find(parsed.type, parsed.value) ?? -1
    return this.#text(parsed.type, names, node, value)
  }

  #address(words: Words | undefined, observed: string, addresses: AddressSet | undefined): Found | undefined {
    if (!words || !addresses) return undefined
    const node = addresses.find(words)
    if (node < 0) return undefined
    return { matched: 'address', observed, address: words, listing: this.#listingOf(addresses, node) }
  }

  #text(kind: TextKind, names: NameLookup | undefined, node: number, observed: string): Found | undefined {
    if (!names || node < 0) return undefined
    const matched = kind === 'hostname' || kind === 'domain' ? 'name' : kind
    return { matched, observed, address: undefined, listing: this.#listingOf(names, node) }
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

  #tell(event: SundewEvent, { matched, observed, address, listing }: Found): void {
    const { journal, log } = this.#options
    const moment = now()
    // Who is listed and comes to a decoy does what is expected of them; what they brought or wanted says more.
    const severity: Severity =
      address && matched === 'address' && observed === event.source_ip ? 'low' : 'medium'
    journal
      .append({
        ...event,
        id: uuidv7(moment),
        time: rfc3339(moment),
        kind: 'intel.match',
        fields: {
          indicator: listing.indicator,
          matched,
          matched_ip: address ? formatAddress(address) : '',
          observed: observed as ByteString,
          indicator_type: listing.type,
          action: listing.action,
          direction: 'inbound',
          list: listing.list,
          lists: listing.lists,
          indicators: listing.indicators,
          titles: listing.titles,
          links: listing.links,
          protocol: event.transport === 'udp' ? 17 : 6,
          service_name: event.service,
          bytes: 0,
          packets: 0,
          flows: 1,
          first_seen: event.time,
          last_seen: event.time,
          summary: false,
          severity,
          retro: false,
        },
      } as SundewEvent)
      .catch((error: unknown) => log.error('a match of what decoys caught was lost', error))
  }
}
