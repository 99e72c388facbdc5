/** Looks into the bytes of a line without making anything of them. */

export const space = 0x20

/** `text` as bytes to look for; ASCII. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Whether `word` stands at this place, before `to`. */
export function startsWith(line: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  if (to - at < word.length) return false
  for (let index = 0; index < word.length; index++) if (line[at + index] !== word[index]) return false
  return true
}

/** Where this byte is first in line[from, to); -1 where it is not. */
export function indexOf(line: Uint8Array, from: number, to: number, byte: number): number {
  for (let at = from; at < to; at++) if (line[at] === byte) return at
  return -1
}

/** Where this byte is last in line[from, to); -1 where it is not. */
export function lastIndexOf(line: Uint8Array, from: number, to: number, byte: number): number {
  for (let at = to - 1; at >= from; at--) if (line[at] === byte) return at
  return -1
}

/** Where `word` is first in line[from, to); -1 where it is not. */
export function find(line: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const [first] = word
  const last = to - word.length
  for (let at = from; at <= last; at++) if (line[at] === first && startsWith(line, at, to, word)) return at
  return -1
}

/** Where `word` is last in line[from, to); -1 where it is not. */
export function findLast(line: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const [first] = word
  for (let at = to - word.length; at >= from; at--)
    if (line[at] === first && startsWith(line, at, to, word)) return at
  return -1
}

/** The end of what stands at `at`: the next space, or `to`. */
export function wordEnd(line: Uint8Array, at: number, to: number): number {
  while (at < to && line[at] !== space) at++
  return at
}

/** A decimal number of at most nine digits in line[from, to); -1 where it is none. */
export function decimal(line: Uint8Array, from: number, to: number): number {
  if (from >= to || to - from > 9) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** Whether line[from, to) can be an address by its bytes: digits and dots, or hexadecimal with colons, and a zone behind `%`. */
export function looksLikeAddress(line: Uint8Array, from: number, to: number): boolean {
  let [dots, colons] = [0, 0]
  for (let at = from; at < to; at++) {
    const byte = line[at]!
    if (byte === 0x2e) dots++
    else if (byte === 0x3a) colons++
    else if (byte === 0x25 && colons > 0) break
    else if (!isDigit(byte) && !((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)) return false
  }
  if (colons >= 2) return true
  if (dots !== 3 || colons !== 0) return false
  for (let at = from; at < to; at++) if (line[at] !== 0x2e && !isDigit(line[at])) return false
  return true
}

/** Line bytes as text of one character a byte: for few of them only. */
export function latin1(line: Uint8Array, from: number, to: number): string {
  return Buffer.from(line.buffer, line.byteOffset + from, Math.max(0, to - from)).toString('latin1')
}
