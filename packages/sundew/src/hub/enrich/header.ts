import { decodeWords } from 'postal-mime'
import { byteString, bytesOf, type ByteString } from '../../event/bytes.ts'
import type { HeaderField } from '../../wire/mail/headers.ts'

/** Bytes of a value that are decoded. */
const decodedBytes = 2048

/** The first field of that (lower-case) name, or an empty string. */
export function field(fields: readonly HeaderField[], name: string): ByteString {
  for (const f of fields) if (f.name === name) return f.value as ByteString
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
  const s = text.length > decodedBytes ? text.slice(0, decodedBytes) : text
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
    for (let i = 0; i < mostParameters && joined.length < decodedBytes; i++) {
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
  const head = value.slice(0, decodedBytes)
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
