import { type AddressRange, parseRange } from '../../match/parse-address.ts'
import { kindOf } from './kind-of.ts'
import { listLimits } from './limits.ts'

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
  /** Indicators that are no addresses, by what they are: domain, url, hash … They are not matched yet. */
  readonly leftOut: Readonly<Record<string, number>>
  /** What could not be read, and the first of them. */
  readonly bad: number
  readonly examples: readonly string[]
  /** Why the rest was not read: `size`, `entries`; undefined where all was. */
  readonly cut?: 'size' | 'entries'
}

/** Takes what a reader finds, and counts. */
export class Tally {
  readonly #tell: (entry: FoundEntry) => boolean
  readonly #leftOut = new Map<string, number>()
  readonly #examples: string[] = []
  #entries = 0
  #masked = 0
  #bad = 0
  #cut: ListReport['cut']

  /** @param tell called for each entry; false ends the reading */
  constructor(tell: (entry: FoundEntry) => boolean) {
    this.#tell = tell
  }

  /** No more is taken. */
  get over(): boolean {
    return this.#cut !== undefined
  }

  /**
   * An indicator as the list has it.
   *
   * @param where said of one that cannot be read: `line 7`
   */
  take(text: string, where: string, title = '', link = ''): void {
    const plain = withoutPort(text.trim())
    const range = parseRange(plain)
    if (!range) {
      const kind = kindOf(plain)
      if (kind === undefined) this.bad(where, text)
      else this.leaveOut(kind)
      return
    }
    if (this.over) return
    if (
      this.#entries >= listLimits.entries ||
      !this.#tell({ ...range, title: tidy(title), link: webLink(link) })
    ) {
      this.#cut = 'entries'
      return
    }
    this.#entries++
    if (range.masked) this.#masked++
  }

  /** An indicator of a kind that is not matched. */
  leaveOut(kind: string): void {
    this.#leftOut.set(kind, (this.#leftOut.get(kind) ?? 0) + 1)
  }

  bad(where: string, text: string): void {
    this.#bad++
    if (this.#examples.length < mostExamples) this.#examples.push(`${where}: ${tidy(text).slice(0, 80)}`)
  }

  end(cut: ListReport['cut']): void {
    this.#cut = cut
  }

  report(format: string): ListReport {
    return {
      format,
      entries: this.#entries,
      masked: this.#masked,
      leftOut: Object.fromEntries(this.#leftOut),
      bad: this.#bad,
      examples: this.#examples,
      ...(this.#cut && { cut: this.#cut }),
    }
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
