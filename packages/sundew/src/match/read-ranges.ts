import { parseRange } from './parse-address.ts'
import { type Range, RangeSet } from './ranges.ts'
import { isRange4 } from './words.ts'

/** The longest line looked at, characters. */
const longestLine = 64 * 1024

const [lf, cr, tab, blank, hash, comma, dash, point, slash, semicolon] = [
  0x0a, 0x0d, 0x09, 0x20, 0x23, 0x2c, 0x2d, 0x2e, 0x2f, 0x3b,
]

/** What was found in a text of addresses. */
export interface RangesRead {
  readonly set: RangeSet
  /** Entries, also doubled ones. */
  readonly entries: number
  /** Not all lines were read: there are more entries than were to be taken. */
  readonly cut: boolean
}

/**
 * Reads text with an address, a prefix or a range a line: `#` and `;` begin comments, and what follows a blank, tab or comma is
 * passed over. Plain IPv4, which is most of what lists hold, is read from the bytes; any other line goes the way of
 * {@link parseRange}.
 *
 * @param bad told each line that is none of these: its number from 1 and what stands there
 */
export function readRanges(
  bytes: Buffer,
  mostEntries: number,
  bad: (line: number, item: string) => void,
): RangesRead {
  const lines = new Plain4(bytes, mostEntries)
  const others: Range[] = []
  let cut = false
  for (let from = lines.next(); from >= 0; from = lines.next()) {
    const end = lines.endOf(from)
    const item = itemOf(bytes.toString('latin1', from, Math.min(end, from + longestLine)))
    lines.skip(end)
    if (item === '') continue
    const range = parseRange(item)
    if (!range) bad(lines.number, item)
    else if (lines.count + others.length >= mostEntries) {
      cut = true
      break
    } else if (isRange4(range.first, range.last)) lines.push(range.first[3], range.last[3])
    else others.push(range)
  }
  return {
    set: RangeSet.ofColumns(lines.firsts, lines.lasts, others),
    entries: lines.count + others.length,
    cut: cut || lines.full,
  }
}

/** Takes lines of plain IPv4 one after the other, up to one that is something else. */
class Plain4 {
  readonly #bytes: Buffer
  readonly #most: number
  readonly #firsts: Uint32Array
  readonly #lasts: Uint32Array
  #at = 0
  count = 0
  /** Of the line that was read last, from 1. */
  number = 0
  full = false

  constructor(bytes: Buffer, most: number) {
    this.#bytes = bytes
    this.#most = most
    // No line is shorter than 0.0.0.0 and its end.
    const room = Math.min(most, Math.ceil((bytes.length + 1) / 8))
    this.#firsts = new Uint32Array(room)
    this.#lasts = new Uint32Array(room)
  }

  get firsts(): Uint32Array {
    return this.#firsts.subarray(0, this.count)
  }

  get lasts(): Uint32Array {
    return this.#lasts.subarray(0, this.count)
  }

  push(first: number, last: number): void {
    this.#firsts[this.count] = first
    this.#lasts[this.count++] = last
  }

  /** Where the next line begins that is not plain; -1 at the end. {@link skip} goes past it. */
  next(): number {
    const bytes = this.#bytes
    const length = bytes.length
    let at = this.#at
    while (at < length) {
      const from = at
      this.number++
      let address = 0
      let parts = 0
      let value = 0
      let digits = 0
      let byte = -1
      for (; at < length; at++) {
        byte = bytes[at]!
        if (byte >= 0x30 && byte <= 0x39) {
          // A zero before other digits is none of ours: some read it as octal.
          if (digits > 0 && value === 0) break
          value = value * 10 + byte - 0x30
          if (value > 255) break
          digits++
        } else if (byte === point && digits > 0 && parts < 3) {
          address = address * 256 + value
          parts++
          value = 0
          digits = 0
        } else break
      }
      if (parts !== 3 || digits === 0 || (at < length && byte >= 0x30 && byte <= 0x39))
        return (this.#at = from)
      address = address * 256 + value
      let bits = 32
      if (at < length && byte === slash) {
        bits = 0
        const start = ++at
        for (; at < length && at < start + 3; at++) {
          byte = bytes[at]!
          if (byte < 0x30 || byte > 0x39) break
          bits = bits * 10 + byte - 0x30
        }
        if (at === start || bits > 32 || (at > start + 1 && bytes[start] === 0x30) || at === start + 3)
          return (this.#at = from)
      }
      if (at < length) {
        byte = bytes[at]!
        if (byte === cr && bytes[at + 1] === lf) byte = bytes[++at]!
        if (byte !== lf) {
          if (!isPassedOver(bytes, at)) return (this.#at = from)
          const end = bytes.indexOf(lf, at)
          at = end < 0 ? length : end
        }
        at++
      }
      if (this.count >= this.#most) {
        this.full = true
        this.#at = length
        return -1
      }
      const mask = bits === 0 ? 0 : -1 << (32 - bits)
      this.push((address & mask) >>> 0, (address | ~mask) >>> 0)
    }
    this.#at = at
    return -1
  }

  endOf(from: number): number {
    const end = this.#bytes.indexOf(lf, from)
    return end < 0 ? this.#bytes.length : end
  }

  skip(end: number): void {
    this.#at = end + 1
  }
}

/** Whether what comes after an address says nothing of it: a comment, another column; not the rest of a range. */
function isPassedOver(bytes: Uint8Array, from: number): boolean {
  const byte = bytes[from]!
  if (byte === hash || byte === semicolon || byte === comma) return true
  if (byte !== blank && byte !== tab) return false
  let at = from
  while (bytes[at] === blank || bytes[at] === tab) at++
  return bytes[at] !== dash
}

/** The first column, or a range with blanks around its dash. */
function itemOf(line: string): string {
  const text = line.replace(/[#;].*/s, '').trim()
  const range = /^\S+\s+-\s+\S+/.exec(text)?.[0]
  return range ?? /^[^\s,]*/.exec(text)![0]
}
