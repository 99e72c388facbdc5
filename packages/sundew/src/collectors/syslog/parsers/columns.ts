import { startsWith } from '../../tail/scan.ts'
import { readAddress } from './address.ts'
import { readProtocol } from './number.ts'
import { Cursor, numberAt } from './scan.ts'

/** Fields that are looked at in any line. */
const mostFields = 64
const cursor = new Cursor()

/**
 * The fields of a line between bytes that separate, without quotes. Those there are not are empty. One object a parser, used again
 * for the next line.
 */
export class Columns {
  readonly #from = new Int32Array(mostFields)
  readonly #to = new Int32Array(mostFields)
  #line: Uint8Array = new Uint8Array(0)
  count = 0

  /**
   * Cuts line[from, to), of which the first `most` fields are looked at. Blanks that follow each other separate once.
   *
   * @returns how many there are
   */
  split(line: Uint8Array, from: number, to: number, separator: number, most = mostFields): number {
    const blanks = separator === 0x20
    const ends = Math.min(most, mostFields)
    let count = 0
    let at = from
    while (count < ends) {
      if (blanks) while (at < to && line[at] === separator) at++
      if (blanks && at >= to) break
      this.#from[count] = at
      while (at < to && line[at] !== separator) at++
      this.#to[count++] = at
      if (at >= to) break
      at++
    }
    this.#line = line
    return (this.count = count)
  }

  from(field: number): number {
    return field < this.count ? this.#from[field]! : 0
  }

  to(field: number): number {
    return field < this.count ? this.#to[field]! : 0
  }

  length(field: number): number {
    return this.to(field) - this.from(field)
  }

  /** The first byte; -1 of an empty field. */
  first(field: number): number {
    return this.length(field) > 0 ? this.#line[this.#from[field]!]! : -1
  }

  is(field: number, word: Uint8Array): boolean {
    return (
      this.length(field) === word.length && startsWith(this.#line, this.from(field), this.to(field), word)
    )
  }

  /** Whether every byte of the field is such; that of an empty one is. */
  each(field: number, is: (byte: number) => boolean): boolean {
    for (let at = this.from(field); at < this.to(field); at++) if (!is(this.#line[at]!)) return false
    return true
  }

  /** A decimal number of at most `most`; -1 where it is none such. */
  number(field: number, most: number): number {
    return numberAt(this.#line, this.from(field), this.to(field), most)
  }

  /** A protocol by name or number; -1 where it is neither. */
  protocol(field: number): number {
    return readProtocol(this.#line, this.from(field), this.to(field))
  }

  /** Whether it is an address and nothing else, which is then in `into`. */
  address(field: number, into: Uint32Array): boolean {
    cursor.set(this.#line, this.from(field), this.to(field))
    return readAddress(cursor, into) && cursor.at === this.to(field)
  }
}
