import type { Egress } from '../../core/egress.ts'
import type { KindFields } from '../../event/event.ts'
import { FeedError } from '../../intel/feeds/feed.ts'
import { type Indicator, indicatorTypes } from '../../intel/indicator/indicator.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { pause } from '../connection.ts'
import type { IntelDesk } from './desk.ts'
import { Dnsbl, type Listing } from './second-look-dnsbl.ts'
import { type FetchText, OtxValidation } from './second-look-otx.ts'
import { AskedOfOthers } from './second-look-scope.ts'
import type { SecondLookSection } from './second-look-section.ts'

const dayMs = 24 * 3_600_000
/** Indicators that wait; what comes while so many do is asked about when it is met again. */
const mostWaiting = 1_000
/** Indicators remembered as asked about; each is asked about again a day later. */
const mostRemembered = 50_000
const againMs = dayMs
/** After OTX did not answer, or wants us to wait and does not say how long, ms. */
const otxRestMs = 15 * 60_000

/** A block list says that an indicator that was met is listed there, too. */
export interface NotedListing {
  /** `dnsbl/zen.spamhaus.org`. */
  readonly source: string
  /** How far the source is believed, 0 to 100. */
  readonly weight: number
  readonly value: string
  readonly title: string
  /** ms since 1970. */
  readonly until: number
}

export interface SecondLookParts {
  readonly section: SecondLookSection
  readonly networks: AddressSet
  /** Own domains. */
  readonly domains: readonly string[]
  readonly fetch: FetchText
  readonly ask: Egress['ask']
  readonly allow: IntelDesk['allow']
  readonly note: (listing: NotedListing) => Promise<unknown>
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly now?: () => number
}

/**
 * Asks others about what was met, and about nothing else: whether OTX knows it to be harmless, and whether block lists have
 * it, too. Each indicator once a day, so many a minute, never one of ours.
 */
export class SecondLook {
  readonly #parts: SecondLookParts
  readonly #now: () => number
  readonly #scope: AskedOfOthers
  readonly #otx: OtxValidation | undefined
  readonly #dnsbl: Dnsbl | undefined
  /** When each was asked about, the longest ago first. */
  readonly #asked = new Map<string, number>()
  readonly #waiting: Indicator[] = []
  #wake: (() => void) | undefined
  #otxRestsUntil = 0
  #otxTold = ''
  /** Indicators that were not asked about, as too many waited. */
  passedOver = 0

  constructor(parts: SecondLookParts) {
    const { section, ask, now = Date.now } = parts
    this.#parts = parts
    this.#now = now
    this.#scope = new AskedOfOthers(parts.networks, parts.domains)
    this.#otx = section.otx && new OtxValidation(section.otx, parts.fetch)
    this.#dnsbl =
      section.dnsbl &&
      new Dnsbl({ section: section.dnsbl, ask, now, trouble: (message) => this.#trouble(message) })
  }

  /** Hears of a match; what it is about is asked when its turn comes. */
  offer(match: Pick<KindFields<'intel.match'>, 'indicator' | 'indicator_type' | 'matched_ip'>): void {
    if (!this.#otx && !this.#dnsbl) return
    const indicator = indicatorOf(match)
    if (!indicator || !this.#scope.has(indicator)) return
    const key = `${indicator.type} ${indicator.value}`
    const before = this.#asked.get(key)
    if (before !== undefined && this.#now() - before < againMs) return
    if (this.#waiting.length >= mostWaiting) {
      this.passedOver++
      return
    }
    this.#remember(key, this.#now())
    this.#waiting.push(indicator)
    this.#wake?.()
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const indicator = this.#waiting.shift()
      if (!indicator) {
        await this.#offered(signal)
        continue
      }
      try {
        await this.#look(indicator)
      } catch (error) {
        this.#trouble(`what was found out about ${indicator.value} could not be kept`, error)
      }
      await pause(60_000 / this.#parts.section.per_minute, signal)
    }
  }

  async #offered(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done)
        this.#wake = undefined
        resolve()
      }
      signal.addEventListener('abort', done)
      this.#wake = done
    })
  }

  async #look(indicator: Indicator): Promise<void> {
    const { section, allow, note } = this.#parts
    const { value } = indicator
    const until = this.#now() + section.days * dayMs
    const reasons = await this.#harmless(indicator)
    if (reasons.length > 0)
      await allow({
        value,
        reason: `OTX: ${reasons.join('; ')}`,
        until,
        by: 'second-look',
        action: 'downgrade',
      })
    const listings: readonly Listing[] = (await this.#dnsbl?.listings(indicator)) ?? []
    for (const { zone, meaning } of listings)
      await note({
        source: `dnsbl/${zone.name ?? zone.zone}`,
        weight: zone.weight,
        value,
        title: meaning,
        until,
      })
  }

  async #harmless(indicator: Indicator): Promise<readonly string[]> {
    const key = `${indicator.type} ${indicator.value}`
    if (!this.#otx) return []
    // A match when it has rested asks again.
    const soon = () => this.#remember(key, this.#now() - againMs + otxRestMs)
    if (this.#now() < this.#otxRestsUntil) {
      soon()
      return []
    }
    try {
      const reasons = await this.#otx.reasons(indicator)
      this.#otxTold = ''
      return reasons
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      soon()
      this.#otxRestsUntil = error.retryAt ?? this.#now() + otxRestMs
      if (this.#otxTold !== error.code) this.#trouble('OTX does not say what it knows of what was met', error)
      this.#otxTold = error.code
      return []
    }
  }

  #remember(key: string, time: number): void {
    this.#asked.delete(key)
    this.#asked.set(key, time)
    if (this.#asked.size <= mostRemembered) return
    const [oldest] = this.#asked.keys()
    if (oldest !== undefined) this.#asked.delete(oldest)
  }

  #trouble(message: string, cause?: unknown): void {
    this.#parts.trouble('SUNDEW_INTEL_SECOND_LOOK', message, cause)
  }
}

/** What is asked about: the address that was met, else the entry that names what was. */
function indicatorOf({
  indicator,
  indicator_type: type = 'address',
  matched_ip,
}: Parameters<SecondLook['offer']>[0]): Indicator | undefined {
  if (matched_ip !== '') return { type: 'address', value: matched_ip }
  const known = indicatorTypes.find((one) => one === type)
  return known && indicator !== '' ? { type: known, value: indicator } : undefined
}
