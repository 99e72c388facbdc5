/**
 * Raw bytes held as a string, one character (U+0000-U+00FF) a byte: cheap to slice, safe in JSON, lossless.
 * What a peer sent is kept in this form everywhere and becomes readable text only where a person reads it.
 */
export type ByteString = string & { readonly __unit: 'byte' }

/** The bytes of `buffer` as a {@link ByteString}. Copies. */
export function byteString(buffer: Uint8Array): ByteString {
  return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString('latin1') as ByteString
}

/** The bytes of text as UTF-8, as a {@link ByteString}. */
export function byteStringOf(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1') as ByteString
}

/** The bytes again. */
export function bytesOf(bytes: ByteString): Buffer {
  return Buffer.from(bytes, 'latin1')
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const plainAscii = /^[\x20-\x7e]*$/

/**
 * What a person reads: UTF-8 where the bytes are UTF-8, `\xNN` for bytes that are not, and for control,
 * direction-changing and invisible characters, so that nothing sent can move a cursor, forge a line or hide.
 * A backslash is doubled, so the form can be read back without doubt.
 *
 * @example readable(byteString(Uint8Array.of(0x61, 0x00, 0xff))) // 'a\\x00\\xff'
 */
export function readable(bytes: ByteString): string {
  if (plainAscii.test(bytes) && !bytes.includes('\\')) return bytes
  let text: string
  try {
    text = strictUtf8.decode(bytesOf(bytes))
  } catch {
    return bytes.replace(/[^\x20-\x5b\x5d-\x7e]/g, escapeByte)
  }
  return text.replace(/[\\\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, escapeText)
}

function escapeByte(c: string): string {
  return c === '\\' ? '\\\\' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`
}

function escapeText(c: string): string {
  return c === '\\'
    ? '\\\\'
    : [...Buffer.from(c, 'utf8')].map((b) => `\\x${b.toString(16).padStart(2, '0')}`).join('')
}
