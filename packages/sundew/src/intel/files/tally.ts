import { type AddressRange, parseRange } from '../../match/parse-address.ts'
import type { IndicatorType } from '../indicator/indicator.ts'
import type { About, Report } from '../sighting.ts'
import { kindOf } from './kind-of.ts'
import { listLimits } from './limits.ts'
import type { Taker } from './taker.ts'

/** Bad lines that are kept to be shown. */
const mostExamples = 5

/** One entry of a list. */
export interface FoundEntry extends AddressRange {
  /** Pulse name, comment …; '' where there is none. */
  readonly title: string
  readonly link: string
}

/** How the reading of a list went. */
export interface ListReport {
  readonly format: string
  readonly entries: number
  /** Prefixes with bits set after them, taken as the network. */
  readonly masked: number
  /** Indicators that are no addresses, by what they are: domain, url, hash … */
  readonly leftOut: Readonly<Record<string, number>>
  /** What could not be read, and the first of them. */
  readonly bad: number
  readonly examples: readonly string[]
  /** Why the rest was not read: `size`, `entries`; undefined where all was. */
  readonly cut?: 'size' | 'entries'
}

/** Takes the addresses that a reader finds, and counts the rest. */
export class Tally implements Taker {
  readonly #tell: (entry: FoundEntry) => boolean
  readonly #leftOut = new Map<string, number>()
  readonly #examples: string[] = []
  #report: Report | undefined
  #entries = 0
  #masked = 0
  #bad = 0
  #cut: ListReport['cut']

  /** @param tell called for each entry; false ends the reading */
  constructor(tell: (entry: FoundEntry) => boolean) {
    this.#tell = tell
  }

  /** No more is taken. */
  get full(): boolean {
    return this.#cut !== undefined
  }

  report(report: Report): void
  report(format: string): ListReport
  report(what: Report | string): ListReport | void {
    if (typeof what !== 'string') {
      this.#report = what
      return
    }
    return {
      format: what,
      entries: this.#entries,
      masked: this.#masked,
      leftOut: Object.fromEntries(this.#leftOut),
      bad: this.#bad,
      examples: this.#examples,
      ...(this.#cut && { cut: this.#cut }),
    }
  }

  take(text: string, about?: About, type?: IndicatorType, at?: number): boolean {
    const plain = withoutPort(text.trim())
    const range = type === undefined || type === 'address' ? parseRange(plain) : undefined
    if (!range) {
      const kind = type === 'address' ? undefined : (type ?? kindOf(plain))
      if (kind === undefined) this.bad(at === undefined ? 'entry' : `line ${at}`, text)
      else this.leaveOut(kind)
      return false
    }
    if (this.full) return false
    const title = about?.malware || about?.title || this.#report?.title || ''
    const link = about?.link || this.#report?.link || ''
    if (
      this.#entries >= listLimits.entries ||
      !this.#tell({ ...range, title: tidy(title), link: webLink(link) })
    ) {
      this.#cut = 'entries'
      return false
    }
    this.#entries++
    if (range.masked) this.#masked++
    return true
  }

  /** An indicator of a kind that is not matched. */
  leaveOut(kind: string): void {
    this.#leftOut.set(kind, (this.#leftOut.get(kind) ?? 0) + 1)
  }

  bad(where: string, text: string): void {
    this.#bad++
    if (this.#examples.length < mostExamples) this.#examples.push(`${where}: ${tidy(text).slice(0, 80)}`)
  }

  made(): void {}

  end(cut: ListReport['cut']): void {
    this.#cut = cut
  }
}

/** `192.0.2.1:8080` and `[2001:db8::1]:8080` without the port. */
function withoutPort(text: string): string {
  const match = /^(\d+\.\d+\.\d+\.\d+):\d*$/.exec(text) ?? /^\[([0-9a-fA-F:.]+)\](?::\d+)?$/.exec(text)
  return match?.[1] ?? text
}

/** A title on one line: whoever wrote the list chose it. */
function tidy(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  return text
    .slice(0, listLimits.title * 2)
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .trim()
    .slice(0, listLimits.title)
}

/** The link where it is one to the web; else ''. */
function webLink(text: string): string {
  return text.length <= listLimits.link && /^https?:\/\/[^\s"'<>\\]+$/.test(text) ? text : ''
}
