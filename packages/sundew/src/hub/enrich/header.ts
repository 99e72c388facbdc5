import { decodeWords } from 'postal-mime'
import { byteString, bytesOf, type ByteString } from '../../event/bytes.ts'

/** One header field, unfolded. `name` is lower-case; `value` is as sent. */
export interface HeaderField {
  readonly name: string
  readonly value: ByteString
}

export interface HeaderBlock {
  readonly fields: HeaderField[]
  /** Where the body starts, in the buffer that was read. */
  readonly bodyAt: number
  /** True where more was sent than {@link headerLimits} lets us read. */
  readonly truncated: boolean
}

/** What is read of one header block: bytes, fields, and bytes of a value that are decoded. */
export const headerLimits = { bytes: 64 * 1024, fields: 512, decodedBytes: 2048 } as const

const lf = 10
const cr = 13

/**
 * Reads a header block (RFC 5322 §2.2) from `from` to the first empty line or `to`. Lines may end in CR LF or LF.
 * A line that is no header is skipped: what follows is read all the same.
 */
export function readHeaders(raw: Buffer, from: number, to: number): HeaderBlock {
  const fields: HeaderField[] = []
  const stop = Math.min(to, from + headerLimits.bytes)
  let name = ''
  let value: string[] = []
  const flush = () => {
    if (name !== '') fields.push({ name, value: value.join('').trim() as ByteString })
    name = ''
    value = []
  }
  let at = from
  while (at < stop) {
    const newline = raw.indexOf(lf, at)
    let end = newline === -1 || newline > stop ? stop : newline
    const next = newline === -1 || newline >= to ? to : newline + 1
    if (end > at && raw[end - 1] === cr) end--
    if (end === at) {
      flush()
      return { fields, bodyAt: next, truncated: false }
    }
    const line = raw.toString('latin1', at, end)
    const first = line.charCodeAt(0)
    if (first === 32 || first === 9) {
      if (name !== '') value.push(line)
    } else {
      flush()
      if (fields.length >= headerLimits.fields) break
      const colon = line.indexOf(':')
      if (colon > 0 && colon < 128) {
        name = line.slice(0, colon).trim().toLowerCase()
        value.push(line.slice(colon + 1))
      }
    }
    at = next
  }
  flush()
  return at >= to
    ? { fields, bodyAt: to, truncated: false }
    : { fields, bodyAt: emptyLineAfter(raw, at, to), truncated: true }
}

function emptyLineAfter(raw: Buffer, from: number, to: number): number {
  const rest = raw.subarray(from, to)
  const bare = rest.indexOf('\n\n')
  const full = rest.indexOf('\n\r\n')
  if (bare === -1 && full === -1) return to
  return from + (full === -1 || (bare !== -1 && bare < full) ? bare + 2 : full + 3)
}

/** The first field of that (lower-case) name, or an empty string. */
export function field(fields: readonly HeaderField[], name: string): ByteString {
  for (const f of fields) if (f.name === name) return f.value
  return '' as ByteString
}

export interface Structured {
  /** The value before the first `;`, lower-case. */
  readonly value: string
  readonly parameters: Map<string, string>
}

const mostParameters = 32

/**
 * `value; name=token; name="quoted"` (RFC 2045 §5.1), with RFC 2231's `name*` and `name*0` joined and percent-decoded.
 * The first of two parameters of one name counts.
 */
export function structured(text: string): Structured {
  const s = text.length > headerLimits.decodedBytes ? text.slice(0, headerLimits.decodedBytes) : text
  const semicolon = s.indexOf(';')
  const parameters = new Map<string, string>()
  let at = semicolon === -1 ? s.length : semicolon + 1
  while (at < s.length && parameters.size < mostParameters) {
    let key = ''
    while (at < s.length && s[at] !== '=' && s[at] !== ';') key += s[at++]
    let value = ''
    if (s[at] === '=') {
      at++
      while (s[at] === ' ' || s[at] === '\t') at++
      if (s[at] === '"') {
        at++
        while (at < s.length && s[at] !== '"') {
          if (s[at] === '\\' && at + 1 < s.length) at++
          value += s[at++]
        }
        while (at < s.length && s[at] !== ';') at++
      } else {
        while (at < s.length && s[at] !== ';') value += s[at++]
        value = value.trim()
      }
    }
    at++
    const name = key.trim().toLowerCase()
    if (name !== '' && !parameters.has(name)) parameters.set(name, value)
  }
  joinContinuations(parameters)
  return { value: (semicolon === -1 ? s : s.slice(0, semicolon)).trim().toLowerCase(), parameters }
}

function joinContinuations(parameters: Map<string, string>): void {
  for (const base of ['filename', 'name', 'boundary', 'charset']) {
    if (parameters.has(base)) continue
    let joined = parameters.has(`${base}*`) ? percentDecoded(parameters.get(`${base}*`)!, true) : ''
    for (let i = 0; i < mostParameters && joined.length < headerLimits.decodedBytes; i++) {
      const plain = parameters.get(`${base}*${i}`)
      const encoded = parameters.get(`${base}*${i}*`)
      if (plain === undefined && encoded === undefined) break
      joined += plain ?? percentDecoded(encoded!, i === 0)
    }
    if (joined !== '') parameters.set(base, joined)
  }
}

function percentDecoded(value: string, hasCharset: boolean): string {
  const parts = value.split("'")
  const text = hasCharset && parts.length >= 3 ? parts.slice(2).join("'") : value
  return text.replace(/%[0-9a-fA-F]{2}/g, (c) => String.fromCharCode(parseInt(c.slice(1), 16)))
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** A header's value as text: UTF-8 where it is, encoded words (RFC 2047) decoded. Only the first 2 KiB. */
export function headerText(value: ByteString): string {
  const head = value.slice(0, headerLimits.decodedBytes)
  let text = head
  if (/[^\x00-\x7f]/.test(head)) {
    try {
      text = strictUtf8.decode(bytesOf(head as ByteString))
    } catch {
      // not UTF-8: one character a byte is what is left
    }
  }
  if (!text.includes('=?')) return text
  try {
    return decodeWords(text)
  } catch {
    return text
  }
}

/** A name the peer gave a file, encoded words decoded, as bytes: at most 255 of them. */
export function fileName(value: string): ByteString {
  const text = headerText(value as ByteString)
  if (text === value) return value.slice(0, 255) as ByteString
  return byteString(Buffer.from(text, 'utf8').subarray(0, 255))
}
