import { holdsNetwork, networksOf } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import {
  type Caveat,
  caveatOf,
  type Direction,
  directionOf,
  type FlowFacts,
  isAnswered,
  isWorse,
  type Severity,
  sourceBegan,
} from '../../match/judge.ts'
import { EventRate } from '../event-rate.ts'
import { severityNow, turnedEnds } from './match-event.ts'
import { type End, type MatchWindow, MatchWindows, wordsOf } from './match-windows.ts'

/** Windows open at once; the oldest ends early where more pairs meet within one. About 400 bytes each. */
const usualWindows = 65_536
/** Events in a second, by our clock; what is more is told when its window ends, or not at all, and counted. */
const usualEventsPerSecond = 2_000

export interface PairMatcherParts {
  /** Which addresses are ours: addresses and prefixes. */
  readonly networks: readonly string[]
  readonly windowMs: number
  readonly windows?: number
  readonly eventsPerSecond?: number
}

/** Rows that tell of two ends. */
export interface PairColumns {
  cells(name: 'source_ip' | 'destination_ip'): Uint32Array
}

/** What is known of a row to judge it by. */
export type RowFacts = { -readonly [K in keyof FlowFacts]: FlowFacts[K] }

const directions: readonly Direction[] = ['outbound', 'inbound', 'internal', 'external']
/** Stands for every host that one of ours met, where the one of ours is listed itself. */
const anyone = new Uint32Array(4)

/**
 * Matches rows, each of two ends that met, against the set in force as they arrive. The first row of a pair is told at once, a
 * worse one of it again, and when the pair's window ends what all came to, where that is more than was told.
 */
export abstract class PairMatcher<C extends PairColumns> {
  readonly #windowMs: number
  readonly #networks: AddressSet
  readonly #windows: MatchWindows
  readonly #rate: EventRate
  #set: AddressSet | undefined
  /** Whether a node of the set holds a whole network of ours, by both nodes' numbers. */
  readonly #holdsOurs = new Map<number, boolean>()
  readonly #facts = {
    protocol: 0,
    sourcePort: 0,
    destinationPort: 0,
    tcpFlags: 0,
    firewallEvent: 0,
    forwardingStatus: 0,
    reversePackets: 0,
    reverseTcpFlags: 0,
  } satisfies RowFacts
  /** Ends that were listed, events made, and events not made because there were too many. */
  hits = 0
  events = 0
  untold = 0

  constructor(parts: PairMatcherParts) {
    this.#windowMs = parts.windowMs
    this.#networks = networksOf(parts.networks)
    this.#rate = new EventRate(parts.eventsPerSecond ?? usualEventsPerSecond)
    this.#windows = new MatchWindows(parts.windows ?? usualWindows, (window) => this.#ended(window))
  }

  /** From now on this set is in force; windows that are open stay. */
  use(set: AddressSet): void {
    this.#set = set
    this.#holdsOurs.clear()
  }

  /** What the row says of itself. */
  protected abstract know(columns: C, row: number, facts: RowFacts): void
  /** What the first row of a window says beside its ends. */
  protected abstract begin(window: MatchWindow, columns: C, row: number): void
  /** What the row adds to its window. */
  protected abstract add(window: MatchWindow, columns: C, row: number, facts: RowFacts): void
  protected abstract emit(window: MatchWindow, severity: Severity, summary: boolean): void

  /** Why the row need not be of a conversation. */
  protected caveat(facts: RowFacts): Caveat {
    return caveatOf(facts)
  }

  /** An end of the row is listed. */
  protected mark(_columns: C, _row: number): void {}

  /** Matches the ends that not every row has, by {@link matchMore}. */
  protected more(_columns: C, _from: number, _to: number): void {}

  /** Matches the rows from row `from` to before row `to`. */
  match(columns: C, from: number, to: number): void {
    const set = this.#set
    if (!set || set.size === 0) return
    const source = columns.cells('source_ip')
    const destination = columns.cells('destination_ip')
    for (let row = from; row < to; row++) {
      const at = row * 4
      const sourceNode = set.findWords(source, at)
      if (sourceNode >= 0) this.#hit(columns, row, 'source', source, sourceNode)
      const destinationNode = set.findWords(destination, at)
      if (destinationNode >= 0) this.#hit(columns, row, 'destination', destination, destinationNode)
    }
    this.more(columns, from, to)
  }

  /** Ends the windows whose time is over. To be called about once a second. */
  tick(nowMs: number): void {
    this.#windows.endOpenedBy(nowMs - this.#windowMs)
  }

  /** Ends all windows. */
  close(): void {
    this.#windows.endAll()
  }

  /** Windows that ended early because more pairs met than are kept. */
  get crowdedOut(): number {
    return this.#windows.crowdedOut
  }

  /**
   * Ends that many rows do not have, or that are the same as the end they belong to.
   *
   * @param words their cells
   * @param plain cells of the end that they belong to
   */
  protected matchMore(
    columns: C,
    from: number,
    to: number,
    end: End,
    words: Uint32Array,
    plain: Uint32Array,
  ): void {
    const set = this.#set!
    for (let row = from; row < to; row++) {
      const at = row * 4
      // None: :: or 0.0.0.0, which exporters put where nothing was translated.
      if (words[at + 3] === 0 && words[at] === 0 && words[at + 1] === 0) continue
      if (
        words[at + 3] === plain[at + 3] &&
        words[at + 2] === plain[at + 2] &&
        words[at + 1] === plain[at + 1] &&
        words[at] === plain[at]
      )
        continue
      const node = set.findWords(words, at)
      if (node >= 0) this.#hit(columns, row, end, words, node)
    }
  }

  #hit(columns: C, row: number, end: End, words: Uint32Array, node: number): void {
    const at = row * 4
    // `::`: no address at all, though lists of unrouted space have it.
    if (words[at + 3] === 0 && words[at + 2] === 0 && words[at + 1] === 0 && words[at] === 0) return
    const listedIsSource = end === 'source' || end === 'nat_source'
    const host = columns.cells(listedIsSource ? 'destination_ip' : 'source_ip')
    const ours = this.#networks.findWords(words, at)
    if (ours >= 0 && this.#holdsWhole(node, ours)) return
    this.hits++
    this.mark(columns, row)
    const facts = this.#facts
    this.know(columns, row, facts)
    let began = sourceBegan(facts)
    const hostOurs = this.#networks.findWords(host, at) >= 0
    // Where one of ours is listed itself, all whom it met are one.
    const key = ours >= 0 && !hostOurs ? anyone : host
    const keyAt = key === anyone ? 0 : at
    const find = (direction: Direction) =>
      this.#windows.find(key, keyAt, words, at, directions.indexOf(direction))
    let window: MatchWindow | undefined
    if (facts.sourcePort === facts.destinationPort && facts.sourcePort !== 0) {
      // Both have the service's port: who was seen first began.
      window = find(directionOf(hostOurs, ours >= 0, listedIsSource !== began))
      if (window) began = !began
    }
    const direction = directionOf(hostOurs, ours >= 0, listedIsSource === began)
    window ??= find(direction)
    if (!window) {
      window = this.#windows.open()
      window.set = this.#set
      window.node = node
      window.direction = direction
      window.matched = began ? end : turnedEnds[end]
      this.#fill(window, columns, row, began)
      copyAddress(words, at, window.words, wordsOf.matched)
    }
    this.add(window, columns, row, facts)
    this.#count(window, began)
    const severity = severityNow(window)
    if (window.told === undefined || isWorse(severity, window.told)) this.#tell(window, severity, false)
  }

  /** What the first row says. */
  #fill(window: MatchWindow, columns: C, row: number, began: boolean): void {
    const at = row * 4
    const facts = this.#facts
    const source = began ? wordsOf.source : wordsOf.destination
    copyAddress(columns.cells('source_ip'), at, window.words, source)
    copyAddress(columns.cells('destination_ip'), at, window.words, wordsOf.destination - source)
    // Ports of ICMP are its type and code, which are not turned round.
    const turned = !began && facts.sourcePort !== 0
    window.sourcePort = turned ? facts.destinationPort : facts.sourcePort
    window.destinationPort = turned ? facts.sourcePort : facts.destinationPort
    window.protocol = facts.protocol
    window.caveat = this.caveat(facts)
    this.begin(window, columns, row)
  }

  #count(window: MatchWindow, began: boolean): void {
    const facts = this.#facts
    window.flows++
    if (this.caveat(facts) !== '') return
    window.caveat = ''
    if (began) window.called = true
    else window.replied = true
    if (isAnswered(facts)) window.answered = true
  }

  /** Whether the listed prefix is one that all of a network of ours lies in: a list of unrouted space, and no news. */
  #holdsWhole(node: number, ours: number): boolean {
    const key = node * 16_384 + ours
    const known = this.#holdsOurs.get(key)
    if (known !== undefined) return known
    const holds = holdsNetwork(this.#set!, node, this.#networks, ours)
    if (this.#holdsOurs.size < usualWindows) this.#holdsOurs.set(key, holds)
    return holds
  }

  #ended(window: MatchWindow): void {
    if (window.told !== undefined && window.flows === window.toldFlows) return
    if (!this.#tell(window, severityNow(window), window.flows > 1)) this.untold++
  }

  /** False where there is too much to tell; a later flow of the pair, or its window's end, tries again. */
  #tell(window: MatchWindow, severity: Severity, summary: boolean): boolean {
    if (!this.#rate.may(severity)) return false
    window.told = severity
    window.toldFlows = window.flows
    this.events++
    this.emit(window, severity, summary)
    return true
  }
}

/** Copies the four words of an address. */
export function copyAddress(from: Uint32Array, at: number, to: Uint32Array, toAt: number): void {
  for (let word = 0; word < 4; word++) to[toAt + word] = from[at + word]!
}
