import type { AddressSet } from '../../match/address-set.ts'
import type { Caveat, Direction, Severity } from '../../match/judge.ts'

/** Which address of a flow it is. */
export type End = 'source' | 'destination' | 'nat_source' | 'nat_destination' | 'next_hop'

/** Where each address of {@link MatchWindow.words} is. */
export const wordsOf = { source: 0, destination: 4, matched: 8, exporter: 12 } as const

/**
 * What flows, or lines of firewalls, of one pair added up to since the first of them; the pair is a host and the listed address it met. Used again
 * for another pair when it is over, so that a flood of pairs makes no garbage; text is made of it only when it is told.
 */
export class MatchWindow {
  /** When it was opened, by the export packets' times, milliseconds. */
  opened = 0
  /** The set that named the address, and its node. */
  set: AddressSet | undefined
  node = -1
  /** Addresses of the first flow, four words each as columns have them: source is who began. */
  readonly words = new Uint32Array(16)
  sourcePort = 0
  destinationPort = 0
  matched: End = 'source'
  direction: Direction = 'external'
  protocol = 0
  exporterPort = 0
  /** Of lines: the firewall that wrote the first, as text; whether one of them was of something let through. */
  log = ''
  allowed = false
  /** The caveat that all flows so far have; '' once one has none. */
  caveat: Caveat = ''
  flows = 0
  bytes = 0
  packets = 0
  firstSeen = Infinity
  lastSeen = 0
  /** Who began sent something; who was called did; one flow showed both. Flows with a caveat say neither. */
  called = false
  replied = false
  answered = false
  /** The severity last told, and the flows that it counted. */
  told: Severity | undefined
  toldFlows = 0

  /** As if no flow had come. */
  clear(): void {
    this.flows = this.bytes = this.packets = this.lastSeen = this.toldFlows = 0
    this.firstSeen = Infinity
    this.called = this.replied = this.answered = this.allowed = false
    this.told = undefined
  }
}

/** Words of a key: the host, the listed address, the direction. */
const keyWords = 9

/**
 * The windows that are open: a bounded table, found by the addresses as columns have them, without making anything. All
 * last equally long, so the oldest is the next to end; it ends early where the table is full.
 */
export class MatchWindows {
  readonly #limit: number
  readonly #ended: (window: MatchWindow) => void
  readonly #windows: (MatchWindow | undefined)[]
  readonly #keys: Uint32Array
  /** Slots with the same hash: the first, and each one's next; -1 ends. */
  readonly #heads: Int32Array
  readonly #nexts: Int32Array
  readonly #key = new Uint32Array(keyWords)
  #hash = 0
  #oldest = 0
  #count = 0
  /** Windows that ended before their time because the table was full. */
  crowdedOut = 0

  constructor(limit: number, ended: (window: MatchWindow) => void) {
    this.#limit = limit
    this.#ended = ended
    this.#windows = Array<MatchWindow | undefined>(limit)
    this.#keys = new Uint32Array(limit * keyWords)
    this.#heads = new Int32Array(1 << (32 - Math.clz32(limit))).fill(-1)
    this.#nexts = new Int32Array(limit).fill(-1)
  }

  get size(): number {
    return this.#count
  }

  /** The open window of this host, this listed address and this direction; undefined where there is none yet. */
  find(
    host: Uint32Array,
    hostAt: number,
    listed: Uint32Array,
    listedAt: number,
    direction: number,
  ): MatchWindow | undefined {
    const key = this.#key
    for (let word = 0; word < 4; word++) {
      key[word] = host[hostAt + word]!
      key[word + 4] = listed[listedAt + word]!
    }
    key[8] = direction
    this.#hash = this.#hashOf(key, 0)
    for (let slot = this.#heads[this.#hash]!; slot >= 0; slot = this.#nexts[slot]!) {
      if (this.#holds(slot)) return this.#windows[slot]
    }
    return undefined
  }

  /** Opens the window that {@link find} has just not found: empty, for the caller to fill. */
  open(): MatchWindow {
    if (this.#count === this.#limit) {
      this.crowdedOut++
      this.#endOldest()
    }
    const slot = (this.#oldest + this.#count++) % this.#limit
    const window = (this.#windows[slot] ??= new MatchWindow())
    window.clear()
    this.#keys.set(this.#key, slot * keyWords)
    this.#nexts[slot] = this.#heads[this.#hash]!
    this.#heads[this.#hash] = slot
    return window
  }

  /** Ends those opened at this time or before. */
  endOpenedBy(time: number): void {
    while (this.#count > 0 && this.#windows[this.#oldest]!.opened <= time) this.#endOldest()
  }

  endAll(): void {
    while (this.#count > 0) this.#endOldest()
  }

  #endOldest(): void {
    const slot = this.#oldest
    const window = this.#windows[slot]!
    this.#forget(slot)
    this.#oldest = (slot + 1) % this.#limit
    this.#count--
    this.#ended(window)
    window.set = undefined
  }

  #forget(slot: number): void {
    const hash = this.#hashOf(this.#keys, slot * keyWords)
    if (this.#heads[hash] === slot) {
      this.#heads[hash] = this.#nexts[slot]!
      return
    }
    let before = this.#heads[hash]!
    while (before >= 0 && this.#nexts[before] !== slot) before = this.#nexts[before]!
    if (before >= 0) this.#nexts[before] = this.#nexts[slot]!
  }

  #holds(slot: number): boolean {
    for (let word = 0; word < keyWords; word++)
      if (this.#keys[slot * keyWords + word] !== this.#key[word]) return false
    return true
  }

  #hashOf(keys: Uint32Array, at: number): number {
    let hash = keys[at + 8]!
    for (let word = 0; word < 8; word++) {
      hash = Math.imul(hash ^ keys[at + word]!, 0x9e37_79b1)
      hash ^= hash >>> 15
    }
    return hash & (this.#heads.length - 1)
  }
}
