import { holdsNetwork } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { NameLookup, TextKind } from '../../match/named.ts'
import type { Words } from '../../match/words.ts'
import type { Seen } from '../tail/parser.ts'
import { type Listing, Listings } from '../../intel/listings.ts'
import type { Matched } from './log-window.ts'
import { readAddress } from './read-address.ts'

/** Listed things of one line that are told; an answer with more has told enough. */
const mostHits = 16
/** Bytes of what was seen that are told. */
const longestObserved = 1_024
/** Longest URL that is looked up. */
const longestUrl = 8_192

/** A listed thing in a line. */
export interface Hit {
  matched: Matched
  listing: Listing
  /** What stood there, one character a byte; '' for an address. */
  observed: string
  address: Words | undefined
}

/** What one line told, the listed things in it, looked up as they are told. One object, used again for the next line. */
export class Sight implements Seen {
  readonly #networks: AddressSet
  #addresses: AddressSet | undefined
  #names: NameLookup | undefined
  #addressListings: Listings | undefined
  #nameListings: Listings | undefined
  readonly #words = new Uint32Array(4)
  readonly #hits: Hit[] = []
  readonly #clientPlace = new Place()
  readonly #serverPlace = new Place()
  /** How many of {@link hit} there are. */
  count = 0
  clientPort = 0
  /** NaN where not told. */
  timeMs = NaN
  policy = ''
  logOnly = false
  tookPart: boolean | undefined
  /** Listed things met in all lines. */
  met = 0

  constructor(networks: AddressSet) {
    this.#networks = networks
  }

  use(addresses: AddressSet | undefined, names: NameLookup | undefined): void {
    this.#addresses = addresses && addresses.size > 0 ? addresses : undefined
    this.#names = names && names.size > 0 ? names : undefined
    this.#addressListings = this.#addresses && new Listings(this.#addresses)
    this.#nameListings = this.#names && new Listings(this.#names)
  }

  /** A new line. */
  clear(): void {
    this.count = this.clientPort = 0
    this.timeMs = NaN
    this.policy = ''
    this.logOnly = false
    this.tookPart = undefined
    this.#clientPlace.clear()
    this.#serverPlace.clear()
  }

  hit(index: number): Hit {
    return this.#hits[index]!
  }

  /** Good while the line's bytes are. */
  get clientWords(): Words | undefined {
    return this.#clientPlace.read()
  }

  get serverWords(): Words | undefined {
    return this.#serverPlace.read()
  }

  name(line: Uint8Array, from: number, to: number): void {
    const node = this.#names ? this.#names.findName(line, from, to) : -1
    if (node >= 0) this.#found('name', this.#nameListings!.of(node), text(line, from, to))
  }

  address(line: Uint8Array, from: number, to: number): void {
    if (this.#addresses && readAddress(line, from, to, this.#words)) this.addressWords(this.#words)
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
    this.#text('url', text(line, from, to, longestUrl))
  }

  email(line: Uint8Array, from: number, to: number): void {
    if (this.#names) this.#text('email', text(line, from, to).toLowerCase())
  }

  hash(line: Uint8Array, from: number, to: number): void {
    this.#exact('hash', line, from, to)
  }

  ja3(line: Uint8Array, from: number, to: number): void {
    this.#exact('ja3', line, from, to)
  }

  ja4(line: Uint8Array, from: number, to: number): void {
    this.#exact('ja4', line, from, to)
  }

  fileName(line: Uint8Array, from: number, to: number): void {
    this.#exact('file_name', line, from, to)
  }

  client(line: Uint8Array, from: number, to: number): void {
    this.#clientPlace.set(line, from, to)
  }

  /** A client whose address is no text; the first word the most significant. */
  clientIs(words: Uint32Array): void {
    this.#clientPlace.is(words)
  }

  server(line: Uint8Array, from: number, to: number): void {
    this.#serverPlace.set(line, from, to)
  }

  port(port: number): void {
    // Whoever wrote the line may say anything; a column of the store takes a port alone.
    this.clientPort = Number.isInteger(port) && port >= 0 && port <= 0xffff ? port : 0
  }

  time(ms: number): void {
    this.timeMs = ms
  }

  blocked(policy: string, only: boolean): void {
    this.policy = policy
    this.logOnly = only
  }

  answered(yes: boolean): void {
    this.tookPart = yes
  }

  #exact(kind: TextKind & Matched, line: Uint8Array, from: number, to: number): void {
    const node = this.#names ? this.#names.findText(kind, line, from, to) : -1
    if (node >= 0) this.#found(kind, this.#nameListings!.of(node), text(line, from, to))
  }

  #text(kind: TextKind & Matched, value: string): void {
    const node = this.#names!.find(kind, value)
    if (node >= 0) this.#found(kind, this.#nameListings!.of(node), value.slice(0, longestObserved))
  }

  #found(matched: Matched, listing: Listing, observed: string, address?: Words): void {
    this.met++
    if (this.count === mostHits) return
    const hit = (this.#hits[this.count++] ??= { matched, listing, observed, address: undefined })
    hit.matched = matched
    hit.listing = listing
    hit.observed = observed
    hit.address = address
  }
}

/** Where an address stands, read only when it is asked for. */
class Place {
  #line: Uint8Array | undefined
  #from = 0
  #to = 0
  #known = false
  readonly #words = new Uint32Array(4)

  clear(): void {
    this.#line = undefined
    this.#known = false
  }

  is(words: Uint32Array): void {
    this.#words.set(words)
    this.#known = true
  }

  set(line: Uint8Array, from: number, to: number): void {
    this.#line = line
    this.#from = from
    this.#to = to
  }

  read(): Words | undefined {
    if (!this.#known && !(this.#line && readAddress(this.#line, this.#from, this.#to, this.#words)))
      return undefined
    const [a = 0, b = 0, c = 0, d = 0] = this.#words
    return [a, b, c, d]
  }
}

function text(line: Uint8Array, from: number, to: number, most = longestObserved): string {
  const length = Math.min(Math.max(0, to - from), most)
  return Buffer.from(line.buffer, line.byteOffset + from, length).toString('latin1')
}
