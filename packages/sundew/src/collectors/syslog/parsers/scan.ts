import { ascii } from '../../tail/scan.ts'
import type { Span } from '../firewall-row.ts'

const nothing = new Uint8Array(0)

/** A place in a line that moves on as things are read. One object a parser, used again for every line. */
export class Cursor {
  line: Uint8Array = nothing
  at = 0
  to = 0

  set(line: Uint8Array, at: number, to: number): void {
    this.line = line
    this.at = at
    this.to = to
  }

  /** The byte here; -1 at the end. */
  peek(): number {
    return this.at < this.to ? this.line[this.at]! : -1
  }

  /** Goes past this byte where it stands here. */
  take(byte: number): boolean {
    if (this.at >= this.to || this.line[this.at] !== byte) return false
    this.at++
    return true
  }

  /** Goes past this word where it stands here. */
  takeWord(word: Uint8Array): boolean {
    const { line, at } = this
    if (this.to - at < word.length) return false
    for (let index = 0; index < word.length; index++) if (line[at + index] !== word[index]) return false
    this.at = at + word.length
    return true
  }

  /** Goes to this byte, or to the end, which it says. */
  skipTo(byte: number): boolean {
    const { line, to } = this
    let { at } = this
    while (at < to && line[at] !== byte) at++
    this.at = at
    return at < to
  }

  /** A decimal number here, of at most `most`; -1 where there is none such, and the cursor stays. */
  number(most: number): number {
    const { line, to } = this
    let { at } = this
    let value = 0
    while (at < to) {
      const digit = line[at]! - 0x30
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      if (value > most) return -1
      at++
    }
    if (at === this.at) return -1
    this.at = at
    return value
  }
}

/** Sets a span without the blanks at its ends; of nothing, to none. */
export function setSpan(span: Span, line: Uint8Array, from: number, to: number): void {
  while (from < to && line[from]! <= 0x20) from++
  while (to > from && line[to - 1]! <= 0x20) to--
  span.from = from < to ? from : 0
  span.to = from < to ? to : 0
}

/** A decimal number of at most `most` that line[from, to) is, whole; -1 where it is none such. */
export function numberAt(line: Uint8Array, from: number, to: number, most: number): number {
  if (from >= to) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
    if (value > most) return -1
  }
  return value
}

/** Where the digits that stand here end. */
export function digitsEnd(line: Uint8Array, at: number, to: number): number {
  while (at < to && line[at]! >= 0x30 && line[at]! <= 0x39) at++
  return at
}

/** Four bytes as one number to compare with {@link four}; asks nothing of where the line ends. */
export function fourAt(line: Uint8Array, at: number): number {
  return (line[at]! << 24) | (line[at + 1]! << 16) | (line[at + 2]! << 8) | line[at + 3]!
}

/** Four characters of ASCII as {@link fourAt} reads them. */
export function four(text: string): number {
  return fourAt(ascii(text), 0)
}
