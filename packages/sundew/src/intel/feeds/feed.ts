import type { ZodType } from 'zod'
import type { IndicatorType } from '../indicator/indicator.ts'
import type { About, Report } from '../sighting.ts'

/** What a verdict may come to by one source alone: `block` is published, `alert` is only matched. */
export type Ceiling = 'block' | 'alert'

/** How a kind of feed is treated where the configuration says nothing else. */
export interface FeedHabits {
  /** From one pull to the next, minutes; and what its publisher allows at the least. */
  readonly everyMinutes: number
  readonly leastMinutes: number
  /** How far it is believed, 0 to 100. */
  readonly weight: number
  readonly ceiling: Ceiling
  /** An empty list can be right. */
  readonly mayBeEmpty?: boolean
  /** Days that a sighting without an expiry of its own lasts after it was last told, by type; for ever where none is given. */
  readonly lifetimeDays?: Partial<Record<IndicatorType, number>>
}

/** One kind of source: a file here, a line in `index.ts`, a test that calls the conformance suite. */
export interface Feed<C> {
  /** `type` of its sections in `intel.feeds`. */
  readonly type: string
  readonly summary: string
  /** Keys of its section beside those that every feed has. */
  readonly config: ZodType<C>
  readonly habits: FeedHabits
  /** Where it goes; nothing else is reached. Same host, any path. */
  urls(config: C): readonly string[]
  /**
   * Pulls once: fetches, tells the intake what there is, commits. Runs in the intelligence thread. One that ends without a
   * commit found that nothing has changed: what is known of the source counts as told again.
   *
   * @throws FeedError where it could not; what was committed stays
   */
  pull(config: C, host: FeedHost): Promise<void>
}

/** What a feed is lent for one pull. */
export interface FeedHost {
  readonly intake: Intake
  /** As last committed; undefined the first time. */
  readonly cursor: unknown
  readonly signal: AbortSignal
  /** ms since 1970. */
  now(): number
  fetch(request: FeedRequest): Promise<FeedAnswer>
  /** Who attacked our decoys since then (ms since 1970). */
  attackers(since: number): Promise<readonly Attacker[]>
}

export interface FeedRequest {
  readonly url: string
  /** The address as messages may show it, where it holds a key. */
  readonly shown?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Ask whether it has changed, by ETag and Last-Modified of the last committed pull. Default true. */
  readonly conditional?: boolean
  /** Of the body, unpacked. */
  readonly mostBytes?: number
  /** Where redirects may lead beside the same host: `host` or `host:port`. Headers do not go there. */
  readonly redirectsTo?: readonly string[]
  /** PEM file of the authorities that the server may be of; those known everywhere where not given. */
  readonly caFile?: string
  /** How often it is asked at the most while the server is busy or does not answer. Default 5. */
  readonly tries?: number
}

export type FeedAnswer =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'whole'
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>
      readonly bytes: number
      /** Of the unpacked body, lower-case hex. */
      readonly sha256: string
      /** The unpacked body, in pieces that share one buffer; may be walked more than once. */
      pieces(): Iterable<Uint8Array>
      /** The whole body as text. @throws FeedError where it is larger than 64 MiB */
      text(): string
    }

/** What went wrong with a pull. `code` is for deciding, the message for the owner. */
export class FeedError extends Error {
  override readonly name = 'FeedError'
  readonly code: FeedTrouble
  /** When it may be tried again, ms since 1970, where the publisher said so. */
  readonly retryAt: number | undefined

  constructor(code: FeedTrouble, message: string, options: ErrorOptions & { retryAt?: number } = {}) {
    super(message, options)
    this.code = code
    this.retryAt = options.retryAt
  }
}

/**
 * `key`: it does not take our key; `rate`: we ask too often; `server`: 5xx; `gone`: 404 and other 4xx; `cut`: a body that
 * broke off; `reach`: no connection; `redirect`: it leads elsewhere; `form`: not what it should be; `size`: too large;
 * `disk`: there was no room for it; `sanity`: the new list is not believed.
 */
export type FeedTrouble =
  | 'key'
  | 'rate'
  | 'server'
  | 'gone'
  | 'cut'
  | 'reach'
  | 'redirect'
  | 'form'
  | 'size'
  | 'disk'
  | 'sanity'

/**
 * Takes what a source tells. Nothing counts before it is committed, and a commit is whole or not at all; what is not
 * committed when the pull ends is forgotten.
 */
export interface Intake {
  /** What follows up to the commit is all that the source has: anything else of it is gone. */
  snapshot(): void
  /** What follows is of this report, and is all that it has. Without a call, sightings are of the list as a whole. */
  report(report: Report): void
  /** A report that was deleted, or that we no longer follow. */
  withdraw(report: string): void
  /** Reports that are known of this source: id and the publisher's `modified`. */
  reports(): ReadonlyMap<string, number | undefined>
  /**
   * An indicator as the source wrote it; it is normalised here. What is none is counted and shown.
   *
   * @param type what the source says it is; the form decides where it is not given
   * @param at the line or object it stands in, counted from 1, to be shown where it is none
   * @returns whether it was taken
   */
  take(text: string, about?: About, type?: IndicatorType, at?: number): boolean
  /** A part of the source that could not be read: where, and what stood there. */
  bad(where: string, text: string): void
  /** An indicator that is understood and not wanted (`to_ids: false`, a type that is not matched …), by its reason. */
  leaveOut(reason: string): void
  /** More is not taken. */
  readonly full: boolean
  /** When the publisher made it, ms since 1970: an old one is told as stale. */
  made(time: number): void
  /**
   * Puts all that was told since the last commit into the book, together with the cursor.
   *
   * @throws FeedError `sanity` where a snapshot is not believed; the book keeps what it had
   */
  commit(cursor?: unknown): void
}

/** Somebody who attacked our decoys. */
export interface Attacker {
  readonly ip: string
  /** ms since 1970. */
  readonly first: number
  readonly last: number
  /** How many events of each kind: `login.attempt` …. */
  readonly events: Readonly<Record<string, number>>
  /** One of the sessions; '' where there is none. */
  readonly session: string
}
