import { isJournal, JournalEntries } from '../../wire/syslog/journal-entries.ts'
import { LineCutter, type TailFeed } from '../tail/line-cutter.ts'
import type { Dispatch } from './dispatch.ts'
import { LineReader } from './line-reader.ts'
import type { FirewallParser } from './parser.ts'
import { LineSender } from './sender.ts'

/** Lines that are looked at to tell what a file is. */
const mostLines = 200

/** Gives the lines of a file, or of a journal that was exported into one, to the way that received lines go. */
export class FirewallFeed extends LineCutter implements TailFeed {
  readonly #dispatch: Dispatch
  readonly #file: Uint8Array
  readonly #sender: LineSender
  #journal: JournalEntries | undefined
  /** Whether the file's beginning is still to come. */
  #atBeginning = true

  /** @param usual the parser that is asked first, where its section names one */
  constructor(dispatch: Dispatch, path: string, usual?: FirewallParser) {
    super()
    this.#dispatch = dispatch
    this.#file = Buffer.from(path)
    this.#sender = new LineSender(new Uint32Array(4), true, path)
    this.#sender.parser = usual
  }

  get format(): string | undefined {
    return this.#sender.parser?.format
  }

  get pending(): number {
    return this.#journal?.pending ?? 0
  }

  prime(bytes: Uint8Array, from: number, to: number): void {
    this.#begin(bytes, from, to)
  }

  override restart(): void {
    super.restart()
    this.#atBeginning = true
    this.#journal = undefined
  }

  override take(bytes: Uint8Array, from: number, to: number, last = false): number {
    if (this.#atBeginning && !this.#begin(bytes, from, to) && !last) return from
    return this.#journal ? this.#journal.take(bytes, from, to) : super.take(bytes, from, to, last)
  }

  protected override line(bytes: Uint8Array, from: number, to: number): void {
    this.#tell(bytes, from, from, to, Number.NaN)
  }

  /** A line, and before it the host's name that a journal has of it. */
  #tell(bytes: Uint8Array, host: number, from: number, to: number, time: number): void {
    const parsed = this.#dispatch.filed(bytes, from, to, this.#sender, this.#file, Date.now(), time, host)
    if (parsed === 'told') this.tally.told++
    else if (parsed === 'malformed') {
      this.tally.malformed++
      this.tally.sample(bytes, from, to)
    }
  }

  /** Looks whether this is a journal's export; false where more must come to tell. */
  #begin(bytes: Uint8Array, from: number, to: number): boolean {
    const journal = isJournal(bytes, from, to)
    if (journal === undefined) return false
    this.#atBeginning = false
    if (journal)
      this.#journal = new JournalEntries({
        entry: (line, host, start, end, time) => {
          this.tally.lines++
          this.#tell(line, host, start, end, time)
        },
      })
    return true
  }
}

/** Whether lines are a firewall's: one of the first that a parser takes. */
export function areFirewalls(
  parsers: readonly FirewallParser[],
  bytes: Uint8Array,
  from: number,
  to: number,
): boolean {
  if (isJournal(bytes, from, to)) return true
  const reader = new LineReader(parsers)
  let at = from
  for (let line = 0; line < mostLines && at < to; line++) {
    const found = bytes.indexOf(0x0a, at)
    const end = found < 0 || found > to ? to : found
    if (end > at && reader.read(bytes, at, end, Date.now(), undefined) === 'told') return true
    at = end + 1
  }
  return false
}
