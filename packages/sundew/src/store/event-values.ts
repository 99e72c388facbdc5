import { bytesOf, readable, type ByteString } from '../event/bytes.ts'
import type { FieldType } from '../event/fields.ts'

/** How deep the values of a kind that another version knows may lie in each other; ours lie in nothing. */
const deepest = 16

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ascii = /^[\x00-\x7f]*$/
const notBytes = /[^\x00-\xff]/

/** Fields that `fields` does not have as they were: name, and their bytes. */
type Raw = [string, ByteString][]

/**
 * A field as it stands in `fields`; what is not UTF-8 goes into `raw` as well. Without a type it is a field of another version's.
 *
 * @throws TypeError where the value is not of the type, RangeError where the store's JSON cannot hold it.
 */
export function jsonValue(name: string, type: FieldType | undefined, value: unknown, raw: Raw): unknown {
  switch (type) {
    case 'bytes':
      return textOf(name, textual(name, value) as ByteString, raw)
    case 'bytesList':
      return listOf(name, value).map((item, index) => textOf(`${name}.${index}`, item as ByteString, raw))
    case 'text':
      return wellFormed(name, textual(name, value), raw)
    case 'texts':
      return listOf(name, value).map((item, index) => wellFormed(`${name}.${index}`, item, raw))
    case 'integer':
    case 'number':
      if (typeof value !== 'number') throw wrong(name, value)
      return jsonNumber(name, value)
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(name, value)
      return value
    case undefined:
      if (!name.isWellFormed() || name === '__proto__')
        throw new RangeError(`no field can be named ${named(name)}`)
      return anyValue(name, value, raw, 0)
  }
}

/** Text that is valid Unicode; where it was not, `raw` has it as generalised UTF-8, each lone surrogate as three bytes. */
export function wellFormed(name: string, text: string, raw: Raw): string {
  if (typeof text !== 'string') throw wrong(name, text)
  if (text.isWellFormed()) return text
  raw.push([name, surrogatesToo(text)])
  return text.toWellFormed()
}

/** Bytes as they are; text that was put where bytes belong, as its UTF-8, since half of each character would be lost. */
export function bytesIn(value: ByteString): ByteString {
  return typeof value === 'string' && notBytes.test(value) ? surrogatesToo(value) : value
}

function textOf(name: string, value: ByteString, raw: Raw): string {
  const bytes = bytesIn(value)
  if (ascii.test(bytes)) return bytes
  try {
    return strictUtf8.decode(bytesOf(bytes))
  } catch {
    raw.push([name, bytes])
    return readable(bytes)
  }
}

/** A value of any shape that JSON has. */
function anyValue(name: string, value: unknown, raw: Raw, depth: number): unknown {
  if (typeof value === 'string') return wellFormed(name, value, raw)
  if (typeof value === 'number') return jsonNumber(name, value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === deepest) throw new RangeError(`the field ${named(name)} is deeper than ${deepest}`)
  if (Array.isArray(value))
    return value.map((item, index) => anyValue(`${name}.${index}`, item, raw, depth + 1))
  const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [key, item] of Object.entries(value))
    made[key] = anyValue(`${name}.${key}`, item, raw, depth + 1)
  return made
}

/** ClickHouse reads digits without a point or an exponent as an integer of 64 bits, or refuses the whole of the JSON. */
function jsonNumber(name: string, value: number): number {
  const digits = Math.abs(value) < 1e21
  if (digits && (value >= 2 ** 64 || value <= -(2 ** 63)))
    throw new RangeError(`the field ${named(name)} is ${value}, which is no integer of 64 bits`)
  return value
}

function textual(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrong(name, value)
  return value
}

function listOf(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw wrong(name, value)
  return value.map((item) => textual(name, item))
}

function wrong(name: string, value: unknown): TypeError {
  return new TypeError(`the field ${named(name)} is ${value === null ? 'null' : typeof value}`)
}

/** A name may be anybody's where a kind is another version's. */
function named(name: string): string {
  return JSON.stringify(name.slice(0, 64))
}

function surrogatesToo(text: string): ByteString {
  let bytes = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes +=
      code >= 0xd800 && code <= 0xdfff
        ? String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
        : Buffer.from(character, 'utf8').toString('latin1')
  }
  return bytes as ByteString
}
