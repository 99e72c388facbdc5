import type { Indicator } from './indicator.ts'

/** MD5, SHA-1, SHA-256, SHA-384, SHA-512, by their hexadecimal digits. */
const hashLengths: ReadonlySet<number> = new Set([32, 40, 64, 96, 128])

/** FoxIO's technical description of JA4: transport, version, SNI, two counts, ALPN; then two cut hashes. */
const ja4Form = /^[tqd](?:\d\d|s[123]|d[123])[di]\d{4}[\da-z]{2}_[\da-f]{12}_[\da-f]{12}$/

/** A hash, JA3 or JA4; without a hint what looks like one, where JA3 looks like MD5 and is taken for that. */
export function readFingerprint(
  text: string,
  hint: 'hash' | 'ja3' | 'ja4' | undefined,
): Indicator | undefined {
  const value = text.toLowerCase()
  if ((hint === undefined || hint === 'ja4') && ja4Form.test(value)) return { type: 'ja4', value }
  if (hint === 'ja4' || !/^[\da-f]+$/.test(value)) return undefined
  if (hint === 'ja3') return value.length === 32 ? { type: 'ja3', value } : undefined
  return hashLengths.has(value.length) ? { type: 'hash', value } : undefined
}

/** `CVE-2024-12345` and `AS64496`; the number of an AS alone where it is `bare`. */
export function readNumber(text: string, type: 'as' | 'cve', bare = false): Indicator | undefined {
  if (type === 'cve') {
    const value = text.toUpperCase()
    return /^CVE-\d{4}-\d{4,19}$/.test(value) ? { type, value } : undefined
  }
  const found = /^(ASN?\s?)?(\d{1,10})$/i.exec(text)
  const digits = found?.[2]
  if (digits === undefined || (found?.[1] === undefined && !bare) || Number(digits) > 0xffff_ffff)
    return undefined
  return { type, value: `AS${Number(digits)}` }
}
