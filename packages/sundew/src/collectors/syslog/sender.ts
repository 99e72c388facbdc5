import { formatColumnAddress } from '../../match/parse-address.ts'
import { swapBytes } from '../../match/words.ts'
import type { FirewallParser } from './parser.ts'
import { ZoneGuess } from './zone-guess.ts'

/** Bytes of a line that are kept as a sample. */
export const sampleBytes = 1_024

/** What became of lines. */
export interface LineCounts {
  lines: number
  /** Rows of the table `firewall`. */
  told: number
  /** Of a firewall or a known program, and no decision of a packet's. */
  other: number
  /** That no parser takes. */
  unparsed: number
  /** Told, and left out by `collectors.syslog.ignore`. */
  ignored: number
}

/** Who sends lines: an address, or a file. */
export class LineSender implements LineCounts {
  /** As address columns have it; all 0 for a file. */
  readonly words: Uint32Array
  /** Four numbers in network order, as the sink takes it. */
  readonly address: Uint32Array
  readonly allowed: boolean
  readonly zone = new ZoneGuess()
  parser: FirewallParser | undefined
  lines = 0
  told = 0
  other = 0
  unparsed = 0
  ignored = 0
  /** Unparsed lines that no event has told of. */
  untold = 0
  /** When unparsed lines were told of last, our clock; and the first bytes of one since. */
  toldAt = -Infinity
  sample: Uint8Array<ArrayBuffer> | undefined
  /** The last sample that was told of. */
  shown: Uint8Array<ArrayBuffer> | undefined
  /** How far the clock is ahead, ms: the least of its last lines, beside its zone; NaN where none told a time. */
  aheadMs = Number.NaN
  #least = Number.NaN
  #leastLines = 0
  seenAt = 0
  #name: string

  constructor(words: Uint32Array, allowed: boolean, name = '') {
    this.words = words
    this.address = words.map(swapBytes)
    this.allowed = allowed
    this.#name = name
  }

  get name(): string {
    if (this.#name === '') this.#name = formatColumnAddress(this.words, 0)
    return this.#name
  }

  /** Keeps the line's beginning, where none is kept. */
  keep(line: Uint8Array, from: number, to: number): void {
    this.sample ??= Uint8Array.from(line.subarray(from, Math.min(to, from + sampleBytes)))
  }

  /** Notes how far a line's time was ahead of its receipt: of so many lines the one that was nearest tells of the clock. */
  noteClock(aheadMs: number): void {
    if (Number.isNaN(aheadMs)) return
    if (!(Math.abs(this.#least) <= Math.abs(aheadMs))) this.#least = aheadMs
    if (++this.#leastLines < clockLines && !Number.isNaN(this.aheadMs)) return
    this.aheadMs = this.#least
    if (this.#leastLines < clockLines) return
    this.#least = Number.NaN
    this.#leastLines = 0
  }
}

const clockLines = 16
