import type { Parsed, Seen } from '../tail/parser.ts'
import { holdsNetwork, networksOf } from '../../intel/ours.ts'
import { parseIndicator } from '../../intel/indicator/parse.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { type Direction, directionOf, isWorse, type Severity } from '../../match/judge.ts'
import type { NameLookup, TextKind } from '../../match/named.ts'
import { isMapped, type Words } from '../../match/words.ts'
import { Listings, type Listing } from './listing.ts'
import { type LogMatch, logMatchOf } from './match-event.ts'
import { type LogWindow, LogWindows, type Matched, severityNow } from './log-window.ts'
import { readAddress } from './read-address.ts'

/** Windows open at once; the oldest ends early where more clients and indicators meet within one. About a kilobyte each. */
const usualWindows = 65_536
/** Events in a second, by our clock; what is more is told when its window ends, or not at all, and counted. */
const usualEventsPerSecond = 2_000
/** A hit waits so long for what other lines and logs say of it: that the name server kept it from the client. */
const settleMs = 250
/** Listed things of one line that are told; an answer with more has told enough. */
const mostHits = 16
/** Bytes of what was seen that are told. */
const longestObserved = 1_024
/** Longest URL that is looked up. */
const longestUrl = 8_192
/** This machine, always ours: resolvers ask themselves. */
const loopback = ['127.0.0.0/8', '::1']
/** What a name server does that keeps nothing from the client. */
const passing = 'passthru'

export interface LogMatcherParts {
  /** Which addresses are ours: addresses and prefixes. */
  readonly networks: readonly string[]
  readonly windowMs: number
  readonly emit: (match: LogMatch) => void
  readonly windows?: number
  readonly eventsPerSecond?: number
}

interface Hit {
  matched: Matched
  listing: Listing | undefined
  observed: string
  address: Words | undefined
}

/**
 * Matches what lines of logs tell against the sets in force. A client that met an indicator is told within a second, again
 * where a later line is graver, and when their window ends with the counts of all, where that is more than was told.
 */
export class LogMatcher implements Seen {
  readonly #parts: LogMatcherParts
  readonly #networks: AddressSet
  readonly #windows: LogWindows
  readonly #eventsPerSecond: number
  #addresses: AddressSet | undefined
  #names: NameLookup | undefined
  #addressListings: Listings | undefined
  #nameListings: Listings | undefined
  #waiting: LogWindow[] = []
  #second = 0
  #eventsThisSecond = 0

  // Of the line that is being read.
  #log = ''
  #service = ''
  readonly #hits: Hit[] = []
  #hitCount = 0
  readonly #words = new Uint32Array(4)
  #client: Place | undefined
  #server: Place | undefined
  #port = 0
  #time = NaN
  #policy = ''
  #only = false
  #answered: boolean | undefined

  /** Listed things met, events made, and events not made because there were too many. */
  hits = 0
  events = 0
  untold = 0

  constructor(parts: LogMatcherParts) {
    this.#parts = parts
    this.#networks = networksOf([...parts.networks, ...loopback])
    this.#eventsPerSecond = parts.eventsPerSecond ?? usualEventsPerSecond
    this.#windows = new LogWindows(parts.windows ?? usualWindows, (window) => this.#ended(window))
  }

  /** From now on these sets are in force; windows that are open stay. */
  use(addresses: AddressSet | undefined, names: NameLookup | undefined): void {
    this.#addresses = addresses && addresses.size > 0 ? addresses : undefined
    this.#names = names && names.size > 0 ? names : undefined
    this.#addressListings = this.#addresses && new Listings(this.#addresses)
    this.#nameListings = this.#names && new Listings(this.#names)
  }

  /** Where the lines that follow stand, and what their clients asked for. */
  from(log: string, service: string): void {
    this.#log = log
    this.#service = service
  }

  /** To be called before each line's parser, and {@link end} after it. */
  begin(): void {
    this.#hitCount = 0
    this.#client = this.#server = this.#answered = undefined
    this.#port = 0
    this.#time = NaN
    this.#policy = ''
    this.#only = false
  }

  end(parsed: Parsed, nowMs: number): void {
    if (this.#hitCount === 0 || parsed !== 'told') return
    for (let index = 0; index < this.#hitCount; index++) this.#hit(this.#hits[index]!, nowMs)
  }

  name(line: Uint8Array, from: number, to: number): void {
    const node = this.#names ? this.#names.findName(line, from, to) : -1
    if (node >= 0) this.#found('name', this.#nameListings!.of(node), text(line, from, to))
  }

  address(line: Uint8Array, from: number, to: number): void {
    if (this.#addresses && readAddress(line, from, to, this.#words, 0)) this.addressWords(this.#words)
  }

  /** An address that is no text; the first word the most significant. */
  addressWords(words: Uint32Array): void {
    const set = this.#addresses
    if (!set) return
    const address: Words = [words[0]!, words[1]!, words[2]!, words[3]!]
    const node = set.find(address)
    if (node < 0) return
    const ours = this.#networks.find(address)
    // A list of unrouted space makes no host of ours one that is listed.
    if (ours >= 0 && holdsNetwork(set, node, this.#networks, ours)) return
    this.#found('address', this.#addressListings!.of(node), '', address)
  }

  url(line: Uint8Array, from: number, to: number): void {
    if (!this.#names || to - from > longestUrl) return
    const indicator = parseIndicator(text(line, from, to, longestUrl), 'url')
    if (!('type' in indicator) || indicator.type !== 'url') return
    this.#text('url', 'url', indicator.value)
  }

  email(line: Uint8Array, from: number, to: number): void {
    if (this.#names) this.#text('email', 'email', text(line, from, to).toLowerCase())
  }

  hash(line: Uint8Array, from: number, to: number): void {
    this.#exact('hash', 'hash', line, from, to)
  }

  ja3(line: Uint8Array, from: number, to: number): void {
    this.#exact('ja3', 'ja3', line, from, to)
  }

  ja4(line: Uint8Array, from: number, to: number): void {
    this.#exact('ja4', 'ja4', line, from, to)
  }

  fileName(line: Uint8Array, from: number, to: number): void {
    this.#exact('file_name', 'file_name', line, from, to)
  }

  client(line: Uint8Array, from: number, to: number): void {
    this.#client = this.#clientPlace.at(line, from, to)
  }

  server(line: Uint8Array, from: number, to: number): void {
    this.#server = this.#serverPlace.at(line, from, to)
  }

  port(port: number): void {
    this.#port = port
  }

  time(ms: number): void {
    this.#time = ms
  }

  blocked(policy: string, only: boolean): void {
    this.#policy = policy
    this.#only = only
  }

  answered(yes: boolean): void {
    this.#answered = yes
  }

  /** Tells what has waited long enough, and ends windows whose time is over. To be called some times a second. */
  tick(nowMs: number): void {
    this.#tellWaiting(nowMs - settleMs)
    this.#windows.endOpenedBy(nowMs - this.#parts.windowMs)
  }

  /** Tells what waits. */
  flush(): void {
    this.#tellWaiting(Infinity)
  }

  /** Ends all windows. */
  close(): void {
    this.flush()
    this.#windows.endAll()
  }

  /** Windows that ended early because more clients and indicators met than are kept. */
  get crowdedOut(): number {
    return this.#windows.crowdedOut
  }

  /** Hits that wait to be told. */
  get waiting(): number {
    return this.#waiting.length
  }

  readonly #clientPlace = new Place()
  readonly #serverPlace = new Place()

  #exact(matched: Matched, kind: TextKind, line: Uint8Array, from: number, to: number): void {
    const node = this.#names ? this.#names.findText(kind, line, from, to) : -1
    if (node >= 0) this.#found(matched, this.#nameListings!.of(node), text(line, from, to))
  }

  #text(matched: Matched, kind: TextKind, value: string): void {
    const node = this.#names!.find(kind, value)
    if (node >= 0) this.#found(matched, this.#nameListings!.of(node), value.slice(0, longestObserved))
  }

  #found(matched: Matched, listing: Listing, observed: string, address?: Words): void {
    this.hits++
    if (this.#hitCount === mostHits) return
    const hit = (this.#hits[this.#hitCount++] ??= { matched, listing, observed, address })
    hit.matched = matched
    hit.listing = listing
    hit.observed = observed
    hit.address = address
  }

  #hit({ matched, listing, observed, address }: Hit, nowMs: number): void {
    if (!listing) return
    const client = this.#client?.read()
    const key = `${client ? client.join() : ''} ${listing.type} ${listing.indicator}`
    const time = Number.isNaN(this.#time) ? nowMs : this.#time
    let window = this.#windows.find(key)
    if (!window) {
      const server = this.#server?.read()
      window = {
        opened: nowMs,
        listing,
        client,
        port: this.#port,
        server,
        matched,
        observed: address ? (formatted(address)) : observed,
        address,
        direction: this.#directionOf(client, server, address),
        service: this.#service,
        log: this.#log,
        lines: 0,
        firstSeen: time,
        lastSeen: time,
        policy: '',
        blocked: false,
        answered: undefined,
        told: undefined,
        toldLines: 0,
        due: false,
      }
      this.#windows.open(key, window)
    }
    window.lines++
    if (time < window.firstSeen) window.firstSeen = time
    if (time > window.lastSeen) window.lastSeen = time
    this.#did(window)
    if (!window.due && (window.told === undefined || isWorse(severityNow(window), window.told))) {
      window.due = true
      this.#waiting.push(window)
    }
  }
}
