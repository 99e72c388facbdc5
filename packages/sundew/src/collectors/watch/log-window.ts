import type { Direction, Severity } from '../../match/judge.ts'
import type { Words } from '../../match/words.ts'
import type { Listing } from '../../intel/listings.ts'

/** What in a line is listed. */
export type Matched = 'name' | 'address' | 'url' | 'hash' | 'ja3' | 'ja4' | 'email' | 'file_name'

/** What lines of one client and one indicator added up to since the first of them. */
export interface LogWindow {
  /** Milliseconds since 1970, by our clock. */
  readonly opened: number
  readonly listing: Listing
  /** Of the first line. */
  readonly client: Words | undefined
  readonly port: number
  readonly server: Words | undefined
  readonly matched: Matched
  readonly observed: string
  readonly address: Words | undefined
  readonly direction: Direction
  readonly service: string
  readonly log: string
  lines: number
  firstSeen: number
  lastSeen: number
  /** What the name server did, the last time it did something; '' where it was not told. */
  policy: string
  /** It was kept from the client once at least. */
  blocked: boolean
  /** Whether who was called took part; undefined where no line told it. */
  answered: boolean | undefined
  /** The severity last told, and the lines that it counted. */
  told: Severity | undefined
  toldLines: number
  /** Since when it waits to be told; undefined where it does not. */
  waitsSince: number | undefined
}

/** How grave it is, by what came so far. */
export function severityNow(window: LogWindow): Severity {
  const { direction, listing, answered } = window
  if (direction === 'external' || answered === false) return 'low'
  if (direction === 'inbound') return answered === true ? 'medium' : 'low'
  if (window.blocked) return 'medium'
  return listing.action === 'block' ? 'high' : 'medium'
}

/** The windows that are open, a bounded number of them. All last equally long, so the oldest is the next to end. */
export class LogWindows {
  readonly #limit: number
  readonly #ended: (window: LogWindow) => void
  readonly #windows = new Map<string, LogWindow>()
  /** Keys in the order of opening, a ring: to find the oldest in the map is slow, where those before it were deleted. */
  readonly #keys: string[]
  #oldest = 0
  /** Windows that ended before their time because too many were open. */
  crowdedOut = 0

  constructor(limit: number, ended: (window: LogWindow) => void) {
    this.#limit = limit
    this.#keys = Array<string>(limit).fill('')
    this.#ended = ended
  }

  find(key: string): LogWindow | undefined {
    return this.#windows.get(key)
  }

  open(key: string, window: LogWindow): void {
    if (this.#windows.size === this.#limit) {
      this.crowdedOut++
      this.#endOldest()
    }
    this.#keys[(this.#oldest + this.#windows.size) % this.#limit] = key
    this.#windows.set(key, window)
  }

  /** Ends those opened at this time or before. */
  endOpenedBy(time: number): void {
    while (this.#windows.size > 0 && this.#windows.get(this.#keys[this.#oldest]!)!.opened <= time)
      this.#endOldest()
  }

  endAll(): void {
    this.endOpenedBy(Infinity)
  }

  #endOldest(): void {
    const key = this.#keys[this.#oldest]!
    const window = this.#windows.get(key)!
    this.#keys[this.#oldest] = ''
    this.#oldest = (this.#oldest + 1) % this.#limit
    this.#windows.delete(key)
    this.#ended(window)
  }
}
