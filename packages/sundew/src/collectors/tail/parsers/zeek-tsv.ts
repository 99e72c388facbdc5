import type { LineReader, Parsed, Seen } from '../parser.ts'
import { ascii, latin1, startsWith } from '../scan.ts'
import { type Role, roles, ZeekLine } from './zeek-fields.ts'

const hash = 0x23
const separatorWord = ascii('#separator')
const setSeparatorWord = ascii('#set_separator')
const emptyWord = ascii('#empty_field')
const unsetWord = ascii('#unset_field')
const fieldsWord = ascii('#fields')
/** Columns of one log that are looked at; Zeek's widest has about forty. */
const mostColumns = 256
/** Elements of one set or vector. */
const mostElements = 256

/** Zeek's own format: a separator between columns, named by a line that begins with `#fields`, in any order. */
export class ZeekTsvReader implements LineReader {
  #separator = 0x09
  #setSeparator = 0x2c
  #unset = ascii('-')
  #empty = ascii('(empty)')
  #roles: (Role | undefined)[] = []
  readonly #line = new ZeekLine()

  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed {
    if (line[from] === hash) return this.#header(line, from, to)
    const columns = this.#roles
    // Without a header nobody knows which column is which.
    if (columns.length === 0) return 'malformed'
    this.#line.clear()
    let [at, column] = [from, 0]
    while (column < columns.length) {
      let end = at
      while (end < to && line[end] !== this.#separator) end++
      const role = columns[column++]
      if (role !== undefined && !this.#isNothing(line, at, end)) this.#values(role, line, at, end, into)
      if (end >= to) break
      at = end + 1
    }
    if (column < columns.length) return 'malformed'
    this.#line.end(into)
    return 'told'
  }

  #values(role: Role, line: Uint8Array, from: number, to: number, into: Seen): void {
    if (!manyValued.has(role)) return this.#line.value(role, line, from, to, into)
    let at = from
    for (let count = 0; at <= to && count < mostElements; count++) {
      let end = at
      while (end < to && line[end] !== this.#setSeparator) end++
      this.#line.value(role, line, at, end, into)
      at = end + 1
    }
  }

  #isNothing(line: Uint8Array, from: number, to: number): boolean {
    return isWord(line, from, to, this.#unset) || isWord(line, from, to, this.#empty)
  }

  #header(line: Uint8Array, from: number, to: number): Parsed {
    if (startsWith(line, from, to, separatorWord)) {
      // `#separator \x09`, always with a blank.
      this.#separator = unescaped(latin1(line, from + separatorWord.length + 1, to))[0] ?? this.#separator
    } else if (startsWith(line, from, to, setSeparatorWord)) {
      this.#setSeparator = this.#word(line, from + setSeparatorWord.length, to)[0] ?? this.#setSeparator
    } else if (startsWith(line, from, to, unsetWord))
      this.#unset = this.#word(line, from + unsetWord.length, to)
    else if (startsWith(line, from, to, emptyWord))
      this.#empty = this.#word(line, from + emptyWord.length, to)
    else if (startsWith(line, from, to, fieldsWord)) {
      const names = latin1(line, from, to).split(String.fromCharCode(this.#separator)).slice(1)
      this.#roles = names.slice(0, mostColumns).map((name) => roles.get(name))
    }
    return 'other'
  }

  #word(line: Uint8Array, from: number, to: number): Uint8Array {
    return unescaped(latin1(line, from + 1, to))
  }
}

/** Fields that are sets or vectors: a comma in another one is a part of it. */
const manyValued: ReadonlySet<Role> = new Set(['answer', 'names', 'hash', 'sender', 'receiver', 'email'])

function isWord(line: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - from === word.length && startsWith(line, from, to, word)
}

/** `\x09` is one byte. */
function unescaped(text: string): Uint8Array {
  return ascii(
    text.replace(/\\x([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16))),
  )
}
