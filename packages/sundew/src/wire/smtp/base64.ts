/** Why text is no base64: it stops within a group of four, or has something in it that does not belong. */
export type Base64Fault = 'incomplete' | 'bad'

/**
 * Base64 (RFC 4648 §4) as Cyrus SASL reads it: groups of four from the left, padding only in the last one.
 * The bytes have one character each.
 */
export function fromBase64(text: string): { readonly bytes: string } | { readonly fault: Base64Fault } {
  const whole = text.length - (text.length % 4)
  if (!/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9+/]*[A-Za-z0-9+/]{2}={1,2})$/.test(text.slice(0, whole))) {
    return { fault: 'bad' }
  }
  if (whole < text.length) return { fault: 'incomplete' }
  return { bytes: Buffer.from(text, 'base64').toString('latin1') }
}

/** Bytes, one character each, as base64. */
export function toBase64(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64')
}
