import type { SyslogHeader } from '../../wire/syslog/header.ts'

const dayMs = 86_400_000
/** Times before are a clock that was never set. */
const earliest = Date.UTC(2000, 0, 1)
/** Older than this is no line that a device sends: its clock is wrong. */
const oldestMs = 400 * dayMs
const oldestYearlessMs = 183 * dayMs

/**
 * When a line was: as it says, or, where that cannot be, when it came. A line of the same second as its receipt, told in whole seconds,
 * was when it came: to the millisecond.
 */
export class LineTimes {
  readonly #offset: ((local: number) => number) | undefined

  /** @param offset of clocks that tell no zone, by what they show, ms; where not given, what the sender's lines have shown */
  constructor(offset?: (local: number) => number) {
    this.#offset = offset
  }

  /** Whether a zone is configured: none need be guessed then. */
  get isConfigured(): boolean {
    return this.#offset !== undefined
  }

  /** By its header alone, without a look at what is possible; NaN where it tells none. `offset` is the sender's, ms. */
  told({ time, zoned }: SyslogHeader, offset: number): number {
    return zoned ? time : time - (this.#offset ? this.#offset(time) : offset)
  }

  /** Of a line that came just now. A date without a year that is half a year ago is one that lies ahead. */
  live(told: number, fine: boolean, received: number, yearless = false): number {
    const oldest = received - (yearless ? oldestYearlessMs : oldestMs)
    if (!(told >= earliest && told >= oldest && told <= received + dayMs)) return received
    return !fine && received >= told && received < told + 1_000 ? received : told
  }

  /** Of a line of a file, which may be of any time that has been. */
  filed(told: number, now: number): number {
    return told >= earliest && told <= now + dayMs ? told : now
  }
}
