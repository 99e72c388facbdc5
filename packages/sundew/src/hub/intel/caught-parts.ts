import { readable, type ByteString } from '../../event/bytes.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { KindFields } from '../../event/event.ts'
import { parseIndicator } from '../../intel/indicator/parse.ts'
import type { Listing } from '../../intel/listings.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { Severity } from '../../match/judge.ts'
import type { NameLookup, TextKind } from '../../match/named.ts'
import { formatAddress, parseAddress } from '../../match/parse-address.ts'
import type { Words } from '../../match/words.ts'

/** What of an event can be listed: of which kind, where it stands. `peer` is the source's own address. */
export type Part =
  | { readonly of: 'peer' }
  | { readonly of: 'host'; readonly field: string }
  | { readonly of: TextKind; readonly field: string; readonly when?: readonly [field: string, value: string] }

/** Of what decoys catch: who came, where they wanted to go, what they brought and wanted to fetch. */
export const caughtParts: Partial<Record<EventKind, readonly Part[]>> = {
  'connection.open': [{ of: 'peer' }],
  'tunnel.open': [{ of: 'host', field: 'target_host' }],
  'connection.wanted': [{ of: 'host', field: 'wanted_host' }],
  'file.download_requested': [
    { of: 'url', field: 'url' },
    { of: 'hash', field: 'file_sha256' },
  ],
  'file.captured': [{ of: 'hash', field: 'file_sha256' }],
  'mail.received': [{ of: 'email', field: 'mail_from' }],
  'client.fingerprint': [{ of: 'ja4', field: 'fingerprint', when: ['method', 'ja4'] }],
}

/** The sets in force; undefined before the first. */
export interface CaughtSets {
  readonly addresses: AddressSet | undefined
  readonly names: NameLookup | undefined
}

/** Where a value is listed. */
export interface Place {
  readonly matched: string
  readonly observed: string
  /** Of an address. */
  readonly address: Words | undefined
  readonly set: AddressSet | NameLookup
  readonly node: number
}

/** Looks a part's value up; undefined where it is not listed. */
export function placeOf(of: Part['of'], value: string, { addresses, names }: CaughtSets): Place | undefined {
  const address = of === 'peer' || of === 'host' ? parseAddress(value) : undefined
  if (address) {
    const node = addresses?.find(address) ?? -1
    return node < 0 ? undefined : { matched: 'address', observed: value, address, set: addresses!, node }
  }
  if (of === 'peer' || !names) return undefined
  const text = (kind: TextKind, node: number): Place | undefined => {
    const matched = kind === 'hostname' || kind === 'domain' ? 'name' : kind
    return node < 0 ? undefined : { matched, observed: value, address: undefined, set: names, node }
  }
  // Bytes of the peer: a name or address is ASCII, or it is none.
  if (of === 'host') {
    const bytes = Buffer.from(value, 'latin1')
    return text('hostname', names.findName(bytes, 0, bytes.length))
  }
  const parsed = parseIndicator(readable(value as ByteString), of)
  if (parsed.type === 'refused' || parsed.type === 'address') return undefined
  return text(parsed.type, names.find(parsed.type, parsed.value))
}

/** Who did it, how often, and when. */
export interface Doing {
  readonly transport: string
  readonly service: string
  readonly times: number
  readonly first: string
  readonly last: string
}

/** What an `intel.match` of what was caught says. */
export function caughtFields(
  { matched, observed, address }: Place,
  listing: Listing,
  { transport, service, times, first, last }: Doing,
  severity: Severity,
  retro: boolean,
): KindFields<'intel.match'> {
  return {
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
    protocol: transport === 'udp' ? 17 : 6,
    service_name: service,
    bytes: 0,
    packets: 0,
    flows: times,
    first_seen: first,
    last_seen: last,
    summary: false,
    severity,
    retro,
  }
}
