import type { FirewallSink, LineAbout } from './firewall-sink.ts'
import { LineReader } from './line-reader.ts'
import { LineTimes } from './line-times.ts'
import { offsetsOf } from './offsets.ts'
import type { Noise } from './noise.ts'
import type { FirewallParser } from './parser.ts'
import type { LineSender } from './sender.ts'
import type { Unparsed } from './unparsed.ts'

/** Longest device that is told of, bytes. */
const longestDevice = 255

export interface DispatchParts {
  readonly parsers: readonly FirewallParser[]
  /** Of the owner's patterns. */
  readonly own: readonly FirewallParser[]
  readonly sink: FirewallSink
  readonly noise: Noise
  readonly unparsed: Unparsed
  /** Zone of clocks that tell none; guessed where not given. */
  readonly zone?: string | undefined
}

/** The way of a line: header, the sender's parser, what is left out, when it was; then the sink. Makes no object a line. */
export class Dispatch {
  readonly #parts: DispatchParts
  readonly #reader: LineReader
  readonly #times: LineTimes
  /** Of files, whose clock is this machine's where nothing is configured. */
  readonly #fileTimes: LineTimes
  readonly #about: LineAbout & {
    sender: Uint32Array
    device: { bytes: Uint8Array; from: number; to: number }
  } = {
    time: 0,
    received: 0,
    sender: new Uint32Array(4),
    device: { bytes: new Uint8Array(0), from: 0, to: 0 },
    format: '',
  }

  constructor(parts: DispatchParts) {
    this.#parts = parts
    this.#reader = new LineReader(parts.parsers, parts.own)
    this.#times = new LineTimes(parts.zone === undefined ? undefined : offsetsOf(parts.zone))
    this.#fileTimes = new LineTimes(offsetsOf(parts.zone))
  }

  /** A line that somebody sent, without its end. */
  line(line: Uint8Array, from: number, to: number, sender: LineSender, received: number): void {
    const reader = this.#reader
    sender.lines++
    const parsed = reader.read(line, from, to, received, sender.parser)
    if (parsed !== 'told') return this.#untold(parsed, line, from, to, sender)
    sender.parser = reader.parser
    const { header, row } = reader
    if (!header.zoned && !this.#times.isConfigured) sender.zone.note(header.time, received)
    const told = this.#times.told(header, sender.zone.offset)
    sender.noteClock(told - received)
    if (this.#ignored(sender)) return
    const about = this.#about
    about.received = received
    about.time =
      row.logged > 0
        ? this.#times.live(row.logged, true, received)
        : this.#times.live(told, header.fine, received, header.yearless)
    about.sender = sender.address
    this.#device(line, header.hostFrom, header.hostTo)
    this.#tell(line, sender)
  }

  /** An entry of a journal that somebody sent: its host, time and message are told apart. */
  entry(
    bytes: Uint8Array,
    host: number,
    from: number,
    to: number,
    time: number,
    sender: LineSender,
    received: number,
  ): void {
    const reader = this.#reader
    sender.lines++
    const parsed = reader.read(bytes, from, to, received, sender.parser)
    if (parsed !== 'told') return this.#untold(parsed, bytes, from, to, sender)
    sender.parser = reader.parser
    sender.noteClock(time - received)
    if (this.#ignored(sender)) return
    const about = this.#about
    about.received = received
    about.time = this.#times.live(reader.row.logged || time, true, received)
    about.sender = sender.address
    this.#device(bytes, host, from)
    this.#tell(bytes, sender)
  }

  /** A line of a file, whose name is `file`; what a journal tells of its time and, in line[host, from), of its host. */
  filed(
    line: Uint8Array,
    from: number,
    to: number,
    sender: LineSender,
    file: Uint8Array,
    now: number,
    time = Number.NaN,
    host = from,
  ): 'told' | 'other' | 'malformed' {
    const reader = this.#reader
    sender.lines++
    const parsed = reader.read(line, from, to, now, sender.parser)
    if (parsed !== 'told') {
      this.#untold(parsed, line, from, to, sender)
      return parsed === 'other' ? 'other' : 'malformed'
    }
    sender.parser = reader.parser
    if (this.#ignored(sender)) return 'told'
    const { header, row } = reader
    const about = this.#about
    about.received = now
    about.time = this.#times.filed(
      row.logged || (Number.isNaN(time) ? this.#fileTimes.told(header, 0) : time),
      now,
    )
    about.sender = sender.address
    if (host < from) this.#device(line, host, from)
    else if (header.hostTo > 0) this.#device(line, header.hostFrom, header.hostTo)
    else this.#device(file, 0, file.length)
    this.#tell(line, sender)
    return 'told'
  }

  #untold(
    parsed: 'other' | 'malformed' | undefined,
    line: Uint8Array,
    from: number,
    to: number,
    sender: LineSender,
  ): void {
    if (parsed === 'other') sender.other++
    else this.#parts.unparsed.note(sender, line, from, to)
  }

  #ignored(sender: LineSender): boolean {
    if (!this.#parts.noise.has(this.#reader.row)) return false
    sender.ignored++
    return true
  }

  #device(bytes: Uint8Array, from: number, to: number): void {
    const { device } = this.#about
    device.bytes = bytes
    device.from = from
    device.to = Math.min(to, from + longestDevice)
  }

  #tell(line: Uint8Array, sender: LineSender): void {
    sender.told++
    this.#about.format = this.#reader.parser!.format
    this.#parts.sink.take(this.#reader.row, line, this.#about)
  }
}
