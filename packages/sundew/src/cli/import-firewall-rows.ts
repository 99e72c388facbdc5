import type { LineAbout } from '../collectors/syslog/firewall-sink.ts'
import { LineReader } from '../collectors/syslog/line-reader.ts'
import { LineTimes } from '../collectors/syslog/line-times.ts'
import type { Noise } from '../collectors/syslog/noise.ts'
import { offsetsOf } from '../collectors/syslog/offsets.ts'
import type { FirewallParser } from '../collectors/syslog/parser.ts'
import { RowWriter } from '../collectors/syslog/row-writer.ts'
import type { StagedBatch } from '../importers/batch-staging.ts'
import { blockColumns, nativeBlock } from '../wire/columns/block.ts'
import { FirewallColumns } from '../wire/firewall/columns.ts'
import { longestLine } from '../wire/syslog/limits.ts'
import { trimmedEnd } from '../wire/syslog/lines.ts'
import { LogYears } from './import-firewall-years.ts'

/** Rows of a batch. */
const batchRows = 65_536
const dayMs = 86_400_000
const lf = 0x0a

export interface FirewallRowsParts {
  readonly parsers: readonly FirewallParser[]
  /** Of the owner's patterns. */
  readonly own: readonly FirewallParser[]
  readonly noise: Noise
  /** Of clocks that tell none. */
  readonly zone: string
  /** Of the first line of each log, where lines tell none. */
  readonly year?: number | undefined
  /** Looks at a batch before it is written, and may fill in what lines do not tell. */
  readonly look: (columns: FirewallColumns) => void
}

/** Times that are taken, ms since 1970; the end is left out. */
export interface Times {
  readonly from: number
  readonly before: number
}

/** What became of lines that are no rows. */
export type Left = 'unread' | 'long' | 'other' | 'noise' | 'future' | 'expired'

/** Makes rows of lines of logs: one log after the other, segment by segment. */
export class FirewallRows {
  readonly #parts: FirewallRowsParts
  readonly #reader: LineReader
  readonly #times: LineTimes
  readonly #columns = new FirewallColumns(batchRows)
  #writer = new RowWriter(this.#columns)
  #batches: StagedBatch[] = []
  #years: LogYears
  /** The parser that took the log's last line. */
  #usual: FirewallParser | undefined
  /** When the last line was, and whether it said so. */
  #last = 0
  #timed = false
  readonly #about: LineAbout = {
    time: 0,
    received: 0,
    sender: new Uint32Array(4),
    device: { bytes: new Uint8Array(0), from: 0, to: 0 },
    format: '',
  }
  #device: Uint8Array = new Uint8Array(0)
  /** Lines of which a row was made, and of these those without a time of their own. */
  told = 0
  timeless = 0

  constructor(parts: FirewallRowsParts) {
    this.#parts = parts
    this.#reader = new LineReader(parts.parsers, parts.own)
    this.#times = new LineTimes(offsetsOf(parts.zone))
    this.#years = new LogYears(0, parts.year)
  }

  /**
   * Another log begins.
   *
   * @param device of lines that name none
   * @param asOf when its last line was written at the latest, ms since 1970
   */
  begin(device: Uint8Array, asOf: number): void {
    this.#device = device
    this.#years = new LogYears(asOf, this.#parts.year)
    this.#usual = undefined
    this.#last = asOf
    this.told = this.timeless = 0
  }

  /**
   * Makes rows of lines.
   *
   * @param midLine whether `bytes` begin within a line, which is passed over
   * @param left called for each line of which none was made, with where it begins and ends
   */
  take(
    bytes: Buffer,
    midLine: boolean,
    { from: first, before }: Times,
    left: (why: Left, from: number, to: number) => void,
  ): StagedBatch[] {
    const about = this.#about
    const now = (about.received = Date.now())
    for (const [from, to] of linesOf(bytes, midLine)) {
      const parsed = to - from > longestLine ? 'long' : this.#read(bytes, from, to)
      if (parsed !== 'told') {
        left(parsed === 'other' || parsed === 'long' ? parsed : 'unread', from, to)
        continue
      }
      const time = this.#timeOf()
      if (this.#parts.noise.has(this.#reader.row)) left('noise', from, to)
      else if (time < first) left('expired', from, to)
      else if (time >= now + dayMs) left('future', from, to)
      else if (time < before) this.#write(bytes, time)
    }
    this.#seal()
    const batches = this.#batches
    this.#batches = []
    return batches
  }

  /** Passes over lines that are known, whose times tell those of what follows. */
  pass(bytes: Buffer, midLine: boolean): void {
    if (this.#parts.year === undefined) return
    for (const [from, to] of linesOf(bytes, midLine))
      if (to - from <= longestLine && this.#read(bytes, from, to) === 'told') this.#timeOf()
  }

  #read(bytes: Buffer, from: number, to: number): ReturnType<LineReader['read']> {
    const parsed = this.#reader.read(bytes, from, to, this.#years.asOf, this.#usual)
    if (parsed === 'told') this.#usual = this.#reader.parser
    return parsed
  }

  /** A line that tells none was when the one before it was. */
  #timeOf(): number {
    const { row, header } = this.#reader
    const told = row.logged || this.#times.told(header, 0)
    this.#timed = !Number.isNaN(told)
    if (!this.#timed) return this.#last
    this.#years.note(told)
    this.#last = told
    return told
  }

  #write(bytes: Buffer, time: number): void {
    const { header, row, parser } = this.#reader
    const about = this.#about
    const { device } = about
    about.time = time
    about.format = parser!.format
    const named = header.hostTo > 0
    device.bytes = named ? bytes : this.#device
    device.from = named ? header.hostFrom : 0
    device.to = named ? header.hostTo : this.#device.length
    this.told++
    if (!this.#timed) this.timeless++
    if (this.#writer.write(row, bytes, about)) return
    this.#seal()
    // The texts of one line are fewer than an empty batch takes.
    this.#writer.write(row, bytes, about)
  }

  #seal(): void {
    const columns = this.#columns
    if (columns.rows > 0) {
      this.#parts.look(columns)
      const pieces = nativeBlock(columns).map((piece) => piece.slice())
      this.#batches.push({ pieces, rows: columns.rows, columns: blockColumns(columns) })
    }
    columns.clear()
    this.#writer = new RowWriter(columns)
  }
}

/** Where lines that are not empty begin and end. */
function* linesOf(bytes: Buffer, midLine: boolean): Generator<readonly [number, number]> {
  let from = 0
  for (let nth = midLine ? -1 : 0; from < bytes.length; nth++) {
    const found = bytes.indexOf(lf, from)
    const end = found < 0 ? bytes.length : found
    const to = trimmedEnd(bytes, from, end)
    if (nth >= 0 && to > from) yield [from, to]
    from = end + 1
  }
}
