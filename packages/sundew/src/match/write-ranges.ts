import { formatRange } from './parse-address.ts'
import type { RangeSet } from './ranges.ts'

/** Bytes of one piece, and of the longest line. */
const pieceBytes = 256 * 1024
const longestLine = 96

const [point, slash, dash, lf] = [0x2e, 0x2f, 0x2d, 0x0a]

/** `0` to `255`: three digits a number from the left, and how many of them count. */
const digits = new Uint8Array(256 * 3)
const lengths = new Uint8Array(256)
for (let number = 0; number < 256; number++) {
  const text = String(number)
  lengths[number] = text.length
  for (let at = 0; at < text.length; at++) digits[number * 3 + at] = text.charCodeAt(at)
}

/** The set as text in pieces, a line for each prefix or for each range: ascending, IPv4 first. A piece is the caller's. */
export function* rangePieces(set: RangeSet, as: 'prefixes' | 'ranges'): Generator<Uint8Array> {
  const edges = set.edges4
  let piece = new Uint8Array(pieceBytes)
  let length = 0
  for (let at = 0; at < edges.length; at += 2) {
    const last = edges[at + 1]! - 1
    // A range of IPv4 is 62 prefixes at most.
    if (length + longestLine * 62 > pieceBytes) {
      yield piece.subarray(0, length)
      piece = new Uint8Array(pieceBytes)
      length = 0
    }
    length =
      as === 'ranges'
        ? writeRange(piece, length, edges[at]!, last)
        : writePrefixes(piece, length, edges[at]!, last)
  }
  if (length > 0) yield piece.subarray(0, length)
  yield* otherPieces(set, as)
}

function writeRange(piece: Uint8Array, from: number, first: number, last: number): number {
  let at = writeAddress(piece, from, first)
  piece[at++] = dash
  at = writeAddress(piece, at, last)
  piece[at++] = lf
  return at
}

function writePrefixes(piece: Uint8Array, from: number, first: number, last: number): number {
  let at = from
  for (let start = first; start <= last;) {
    const rest = last - start + 1
    // As large as the start is even, and as the end lets it be.
    const even = start === 0 ? 32 : 31 - Math.clz32(start & -start)
    const room = rest > 0xffff_ffff ? 32 : 31 - Math.clz32(rest)
    const bits = even < room ? even : room
    at = writeAddress(piece, at, start)
    if (bits > 0) {
      const length = 32 - bits
      piece[at++] = slash
      if (length >= 10) piece[at++] = 0x30 + Math.floor(length / 10)
      piece[at++] = 0x30 + (length % 10)
    }
    piece[at++] = lf
    start += 2 ** bits
  }
  return at
}

function writeAddress(piece: Uint8Array, from: number, address: number): number {
  let at = writeNumber(piece, from, address >>> 24)
  piece[at++] = point
  at = writeNumber(piece, at, (address >>> 16) & 255)
  piece[at++] = point
  at = writeNumber(piece, at, (address >>> 8) & 255)
  piece[at++] = point
  return writeNumber(piece, at, address & 255)
}

function writeNumber(piece: Uint8Array, from: number, number: number): number {
  const digit = number * 3
  // Three always, of which what is too much is written over.
  piece[from] = digits[digit]!
  piece[from + 1] = digits[digit + 1]!
  piece[from + 2] = digits[digit + 2]!
  return from + lengths[number]!
}

/** IPv6. */
function* otherPieces(set: RangeSet, as: 'prefixes' | 'ranges'): Generator<Uint8Array> {
  let text = ''
  for (const { first, last } of as === 'prefixes' ? set.prefixes6() : set.ranges6()) {
    text += `${as === 'prefixes' ? formatRange(first, last) : `${formatRange(first, first)}-${formatRange(last, last)}`}\n`
    if (text.length < pieceBytes) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}
