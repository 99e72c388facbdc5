import { indexOf, startsWith } from '../../tail/scan.ts'
import { readAddress } from './address.ts'
import { Cursor } from './scan.ts'

/** Reads values that stand between known bytes, line[from, to). */

const cursor = new Cursor()

/** A count of up to 32 bits, as the most of them where it is more; -1 where it is none. */
export function readAmount(line: Uint8Array, from: number, to: number): number {
  if (from >= to) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) return -1
    value = Math.min(0xffff_ffff, value * 10 + digit)
  }
  return value
}

/** ms since 1970 of a time in seconds (10 digits), milliseconds (13), microseconds (16) or nanoseconds (19); 0 of any other. */
export function readEpoch(line: Uint8Array, from: number, to: number): number {
  const digits = to - from
  if (digits !== 10 && digits !== 13 && digits !== 16 && digits !== 19) return 0
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) return 0
    if (at - from < 13) value = value * 10 + digit
  }
  return digits === 10 ? value * 1000 : value
}

/** An address that is all of it; false where it is none. */
export function readWholeAddress(line: Uint8Array, from: number, to: number, into: Uint32Array): boolean {
  cursor.set(line, from, to)
  return readAddress(cursor, into) && cursor.at === to
}

/** Behind `<134>`, where it stands here. */
export function afterPriority(line: Uint8Array, from: number, to: number): number {
  if (from >= to || line[from] !== 0x3c) return from
  const end = indexOf(line, from, Math.min(to, from + 5), 0x3e)
  return end < 0 ? from : end + 1
}

/** Whether one of these words stands here. */
export function startsWithAny(
  line: Uint8Array,
  at: number,
  to: number,
  words: readonly Uint8Array[],
): boolean {
  for (const word of words) if (startsWith(line, at, to, word)) return true
  return false
}
