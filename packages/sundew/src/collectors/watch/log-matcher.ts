import { networksOf } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { type Direction, directionOf, isWorse, type Severity } from '../../match/judge.ts'
import type { NameLookup } from '../../match/named.ts'
import { compareWords, type Words } from '../../match/words.ts'
import type { Parsed } from '../tail/parser.ts'
import { EventRate } from '../event-rate.ts'
import { type LogWindow, LogWindows, severityNow } from './log-window.ts'
import { type LogMatch, logMatchOf } from './match-event.ts'
import { type Hit, Sight } from './sight.ts'

/** Windows open at once; the oldest ends early where more clients and indicators meet within one. About a kilobyte each. */
const usualWindows = 65_536
/** Events in a second, by our clock; what is more is told when its window ends, or not at all, and counted. */
const usualEventsPerSecond = 2_000
/** A hit waits so long for what other lines and logs say of it: that the name server kept it from the client. */
const settleMs = 250
/** This machine, always ours: resolvers ask themselves. */
const loopback = ['127.0.0.0/8', '::1']
/** What a name server does that keeps nothing from the client. */
const passing: ReadonlySet<string> = new Set(['', 'passthru'])

export interface LogMatcherParts {
  /** Which addresses are ours: addresses and prefixes. */
  readonly networks: readonly string[]
  readonly windowMs: number
  readonly emit: (match: LogMatch) => void
  readonly windows?: number
  readonly eventsPerSecond?: number
}

/** Where lines stand, and what their clients ask for (dns; '' where that differs). */
export interface LogSource {
  readonly log: string
  readonly service: string
}

/**
 * Matches what lines of logs tell against the sets in force. A client that met an indicator is told within a second, again
 * where a later line is graver, and when their window ends with the counts of all, where that is more than was told.
 */
export class LogMatcher {
  readonly #parts: LogMatcherParts
  readonly #networks: AddressSet
  readonly #windows: LogWindows
  readonly #rate: EventRate
  #waiting: LogWindow[] = []
  /** What parsers tell; to be cleared before each line, and {@link line} called after it. */
  readonly sight: Sight
  /** Events made, and events not made because there were too many. */
  events = 0
  untold = 0

  constructor(parts: LogMatcherParts) {
    this.#parts = parts
    this.#networks = networksOf([...parts.networks, ...loopback])
    this.#rate = new EventRate(parts.eventsPerSecond ?? usualEventsPerSecond)
    this.#windows = new LogWindows(parts.windows ?? usualWindows, (window) => this.#ended(window))
    this.sight = new Sight(this.#networks)
  }

  /** From now on these sets are in force; windows that are open stay. */
  use(addresses: AddressSet | undefined, names: NameLookup | undefined): void {
    this.sight.use(addresses, names)
  }

  /** A line has been read into {@link sight}. */
  line(parsed: Parsed, source: LogSource, nowMs: number): void {
    const { sight } = this
    if (sight.count === 0 || parsed !== 'told') return
    const [client, server] = [sight.clientWords, sight.serverWords]
    for (let index = 0; index < sight.count; index++)
      this.#hit(sight.hit(index), client, server, source, nowMs)
  }

  /** Tells what has waited long enough, and ends windows whose time is over. To be called some times a second. */
  tick(nowMs: number): void {
    this.#tellWaiting(nowMs - settleMs)
    this.#windows.endOpenedBy(nowMs - this.#parts.windowMs)
  }

  /** Tells what waits, and ends all windows. */
  close(): void {
    this.#tellWaiting(Infinity)
    this.#windows.endAll()
  }

  /** Listed things met. */
  get hits(): number {
    return this.sight.met
  }

  /** Windows that ended early because more clients and indicators met than are kept. */
  get crowdedOut(): number {
    return this.#windows.crowdedOut
  }

  #hit(
    { matched, listing, observed, address }: Hit,
    client: Words | undefined,
    server: Words | undefined,
    { log, service }: LogSource,
    nowMs: number,
  ): void {
    const { sight } = this
    const time = Number.isNaN(sight.timeMs) ? nowMs : sight.timeMs
    const key = `${client ? client.join() : ''} ${listing.type} ${listing.indicator}`
    let window = this.#windows.find(key)
    if (!window) {
      window = {
        opened: nowMs,
        listing,
        client,
        port: sight.clientPort,
        server,
        matched,
        observed,
        address,
        direction: this.#directionOf(client, server, address, service),
        service,
        log,
        lines: 0,
        firstSeen: time,
        lastSeen: time,
        policy: '',
        blocked: false,
        answered: undefined,
        told: undefined,
        toldLines: 0,
        waitsSince: undefined,
      }
      this.#windows.open(key, window)
    }
    window.lines++
    if (time < window.firstSeen) window.firstSeen = time
    if (time > window.lastSeen) window.lastSeen = time
    this.#note(window)
    if (
      window.waitsSince === undefined &&
      (window.told === undefined || isWorse(severityNow(window), window.told))
    ) {
      window.waitsSince = nowMs
      this.#waiting.push(window)
    }
  }

  /** What the line says of what came of it. */
  #note(window: LogWindow): void {
    const { policy, logOnly, tookPart } = this.sight
    if (tookPart !== undefined) window.answered = window.answered === true || tookPart
    if (policy === '') return
    const kept = !logOnly && !passing.has(policy)
    if (kept) window.blocked = true
    if (kept || !window.blocked) window.policy = logOnly ? `log-only ${policy}` : policy
  }

  #directionOf(
    client: Words | undefined,
    server: Words | undefined,
    address: Words | undefined,
    service: string,
  ): Direction {
    // Who asks a name server whose log we have is one of ours where nothing else is known.
    const clientOurs = client ? this.#isOurs(client) : service !== ''
    if (address && client && compareWords(address, client) === 0)
      return directionOf(server ? this.#isOurs(server) : service !== '', clientOurs, true)
    const listedOurs = address !== undefined && this.#isOurs(address)
    return directionOf(clientOurs, listedOurs, false)
  }

  #isOurs(address: Words): boolean {
    return this.#networks.find(address) >= 0
  }

  #tellWaiting(since: number): void {
    const waiting = this.#waiting
    let count = 0
    while (count < waiting.length && waiting[count]!.waitsSince! <= since) {
      const window = waiting[count++]!
      window.waitsSince = undefined
      const severity = severityNow(window)
      if (window.told === undefined || isWorse(severity, window.told)) this.#tell(window, severity, false)
    }
    if (count > 0) this.#waiting = waiting.slice(count)
  }

  #ended(window: LogWindow): void {
    if (window.told !== undefined && window.lines === window.toldLines) return
    if (!this.#tell(window, severityNow(window), window.lines > 1)) this.untold++
  }

  /** False where there is too much to tell; a later line, or the window's end, tries again. */
  #tell(window: LogWindow, severity: Severity, summary: boolean): boolean {
    if (!this.#rate.may(severity)) return false
    window.told = severity
    window.toldLines = window.lines
    this.events++
    this.#parts.emit(logMatchOf(window, severity, summary))
    return true
  }
}
