import type { LineReader, Parsed, Seen } from '../parser.ts'
import { latin1, space } from '../scan.ts'
import { type Role, roles, ZeekLine } from './zeek-fields.ts'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
/** Keys of one line. */
const mostKeys = 512
const utf8 = new TextDecoder()
/** Depth of values that are passed over. */
const deepest = 16
/** Longest string with escapes that is looked at. */
const longestEscaped = 16_384

/**
 * Zeek's JSON (`LogAscii::use_json`): an object a line, its keys those of the columns. Keys come in the same order in line
 * after line, so each is compared first with what stood at its place before.
 */
export class ZeekJsonReader implements LineReader {
  readonly #line = new ZeekLine()
  readonly #keys: Uint8Array[] = []
  readonly #roles: (Role | undefined)[] = []
  readonly #scratch = new Uint8Array(longestEscaped)
  #at = 0
  #stringFrom = 0
  #stringTo = 0
  #escaped = false

  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    this.#line.clear()
    this.#at = from
    if (!this.#take(line, to, openBrace)) return 'malformed'
    for (let index = 0; index < mostKeys; index++) {
      if (!this.#string(line, to)) return 'malformed'
      const role = this.#roleOf(index, line, this.#stringFrom, this.#stringTo)
      if (!this.#take(line, to, colon) || !this.#value(role, line, to, into)) return 'malformed'
      if (this.#take(line, to, comma)) continue
      if (!this.#take(line, to, closeBrace)) return 'malformed'
      this.#line.end(into)
      return 'told'
    }
    return 'malformed'
  }

  #roleOf(index: number, line: Uint8Array, from: number, to: number): Role | undefined {
    const key = this.#keys[index]
    if (key && key.length === to - from) {
      let at = 0
      while (at < key.length && key[at] === line[from + at]) at++
      if (at === key.length) return this.#roles[index]
    }
    this.#keys[index] = line.slice(from, to)
    return (this.#roles[index] = to - from > 64 ? undefined : roles.get(latin1(line, from, to)))
  }

  /** A value of any kind; of one without a role nothing is told. */
  #value(role: Role | undefined, line: Uint8Array, to: number, into: Seen): boolean {
    this.#blanks(line, to)
    const first = line[this.#at]
    if (first === quote) {
      if (!this.#string(line, to)) return false
      if (role !== undefined) this.#tell(role, line, into)
      return true
    }
    if (first === openBracket && role !== undefined) return this.#elements(role, line, to, into)
    if (first === openBracket || first === openBrace) return this.#passOver(line, to)
    const from = this.#at
    while (this.#at < to && !endsScalar(line[this.#at]!)) this.#at++
    if (this.#at === from) return false
    if (role !== undefined) this.#line.value(role, line, from, this.#at, into)
    return true
  }

  #elements(role: Role, line: Uint8Array, to: number, into: Seen): boolean {
    this.#at++
    if (this.#take(line, to, closeBracket)) return true
    for (let count = 0; count < mostKeys; count++) {
      this.#blanks(line, to)
      if (line[this.#at] === openBracket ? !this.#passOver(line, to) : !this.#value(role, line, to, into))
        return false
      if (this.#take(line, to, comma)) continue
      return this.#take(line, to, closeBracket)
    }
    return false
  }

  #tell(role: Role, line: Uint8Array, into: Seen): void {
    if (!this.#escaped) return this.#line.value(role, line, this.#stringFrom, this.#stringTo, into)
    if (this.#stringTo - this.#stringFrom > longestEscaped) return
    let text: unknown
    try {
      text = JSON.parse(`"${utf8.decode(line.subarray(this.#stringFrom, this.#stringTo))}"`)
    } catch {
      return
    }
    const { written } = new TextEncoder().encodeInto(String(text), this.#scratch)
    this.#line.value(role, this.#scratch, 0, written, into)
  }

  /** Reads a string: where it stands, without its quotes, and whether there are escapes in it. */
  #string(line: Uint8Array, to: number): boolean {
    if (!this.#take(line, to, quote)) return false
    const from = this.#at
    this.#escaped = false
    for (let at = from; at < to; at++) {
      const byte = line[at]!
      if (byte === backslash) {
        this.#escaped = true
        at++
      } else if (byte === quote) {
        this.#stringFrom = from
        this.#stringTo = at
        this.#at = at + 1
        return true
      }
    }
    return false
  }

  #passOver(line: Uint8Array, to: number): boolean {
    let depth = 0
    while (this.#at < to) {
      const byte = line[this.#at]!
      if (byte === quote) {
        if (!this.#string(line, to)) return false
        continue
      }
      this.#at++
      if (byte === openBrace || byte === openBracket) {
        if (++depth > deepest) return false
      } else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return true
    }
    return false
  }

  /** Whether this byte comes next, after blanks; it is passed then. */
  #take(line: Uint8Array, to: number, byte: number): boolean {
    this.#blanks(line, to)
    if (this.#at >= to || line[this.#at] !== byte) return false
    this.#at++
    return true
  }

  #blanks(line: Uint8Array, to: number): void {
    while (this.#at < to && (line[this.#at] === space || line[this.#at] === 0x09 || line[this.#at] === 0x0d))
      this.#at++
  }
}

function endsScalar(byte: number): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || byte === space
}
