/** `shell-escape-always` of GNU: `'a b'`, `"it's"`, `'a'$'\n''b'`. */
export function quoteAlways(text: string): string {
  if (!/['\x00-\x1f\x7f-\xff]/.test(text)) return `'${text}'`
  if (text.includes("'") && !/["$`\\\x00-\x1f\x7f-\xff!]/.test(text)) return `"${text}"`
  let result = "'"
  let inside = true
  const bytes = Buffer.from(text, 'latin1')
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    const length = c >= '\x80' ? utf8Length(bytes, i) : 1
    if (c === "'") {
      result += inside ? "'\\''" : "\\''"
      inside = true
      continue
    }
    const control = c < ' ' || c === '\x7f' || (c >= '\x80' && length === 0)
    if (control) {
      const escape = escapes[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`
      result += inside ? `'$'${escape}` : escape
      inside = false
      continue
    }
    if (!inside) result += "''"
    inside = true
    result += text.slice(i, i + Math.max(1, length))
    i += Math.max(1, length) - 1
  }
  return `${result}'`
}

/** `shell-escape`: in marks only where a shell would not read the name as it is. `colon`: a colon is odd too. */
export function quoteNames(text: string, colon = false): string {
  const odd =
    /[\s!"$&'()*;<=>?[\\^`|\x00-\x1f\x7f-\xff]/.test(text) ||
    /^[#~]/.test(text) ||
    text === '' ||
    (colon && text.includes(':'))
  if (!odd || /^[{}]$/.test(text)) return text
  if (!colon && /^[^\s!"$&'()*;<=>?[\\^`|\x00-\x1f\x7f]+$/.test(text) && isUtf8(text) && !/^[#~]/.test(text))
    return text
  return quoteAlways(text)
}

const escapes: Record<string, string> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\x07': '\\a',
}

function isUtf8(text: string): boolean {
  const bytes = Buffer.from(text, 'latin1')
  for (let i = 0; i < bytes.length;) {
    const length = bytes[i]! < 0x80 ? 1 : utf8Length(bytes, i)
    if (length === 0) return false
    i += length
  }
  return true
}

/** Bytes of the character there; 0 where it is none. */
export function utf8Length(bytes: Uint8Array, at: number): number {
  const b = bytes[at]!
  const length =
    b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}

/** `quote()`: in the marks of the locale. */
export function quoteLocale(text: string, utf8: boolean): string {
  if (utf8) return `\xe2\x80\x98${escaped(text)}\xe2\x80\x99`
  return `'${escaped(text).replaceAll("'", "\\'")}'`
}

function escaped(text: string): string {
  return text.replace(
    /[\\\x00-\x1f\x7f]/g,
    (c) => (c === '\\' ? '\\\\' : escapes[c]) ?? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
}
