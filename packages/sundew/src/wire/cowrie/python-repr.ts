const simple: Readonly<Record<string, number>> = {
  '\\': 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
}

/**
 * The bytes of a Python literal as `repr` writes it, of bytes (`b'\xff'`) or of text (`'a'`, `u'a'`), which is UTF-8 then.
 * What is no literal is the text itself; what is cut short counts as far as it goes.
 */
export function pythonReprBytes(text: string): Buffer {
  const opening = /^[bBuUrR]{0,2}(['"])/.exec(text)
  if (!opening) return sentBytes(text)
  const quote = opening[1]!
  const parts: Buffer[] = []
  const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/y
  let from = opening[0].length
  let at = from
  for (; at < text.length && text[at] !== quote;) {
    if (text[at] !== '\\') {
      at++
      continue
    }
    escape.lastIndex = at
    const found = escape.exec(text)
    if (!found) {
      at = text.length // a backslash is the last there is
      break
    }
    parts.push(sentBytes(text.slice(from, at)), escaped(found))
    at += found[0].length
    from = at
  }
  parts.push(sentBytes(text.slice(from, at)))
  return Buffer.concat(parts)
}

function escaped([whole, byte, short, long, octal, one = '']: RegExpExecArray): Buffer {
  if (byte !== undefined) return Buffer.of(parseInt(byte, 16))
  const point = short ?? long
  if (point !== undefined) {
    const value = parseInt(point, 16)
    return value <= 0x10ffff ? sentBytes(String.fromCodePoint(value)) : Buffer.from(whole)
  }
  if (octal !== undefined) return Buffer.of(parseInt(octal, 8) & 0xff)
  const known = simple[one]
  return known === undefined ? Buffer.from(whole) : Buffer.of(known)
}

/** Text as bytes: UTF-8, and for Python's U+DC80 to U+DCFF (`surrogateescape`, PEP 383) the byte that they stand for. */
export function sentBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8')
  const parts = text.split(/([\udc80-\udcff])/)
  return Buffer.concat(
    parts.map((part) => {
      const code = part.length === 1 ? part.charCodeAt(0) : 0
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.of(code - 0xdc00) : Buffer.from(part, 'utf8')
    }),
  )
}

/** The reverse of {@link sentBytes}: UTF-8 as text; where it is none, U+DC80 to U+DCFF for every byte that is not ASCII. */
export function lineText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\x80-\xff]/g, (c) => String.fromCharCode(0xdc00 + c.charCodeAt(0)))
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as Python's `repr` writes them. */
export function pythonRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  let out = ''
  for (const byte of bytes) {
    const c = String.fromCharCode(byte)
    if (c === quote || c === '\\') out += `\\${c}`
    else if (byte === 9) out += '\\t'
    else if (byte === 10) out += '\\n'
    else if (byte === 13) out += '\\r'
    else out += byte >= 0x20 && byte <= 0x7e ? c : `\\x${byte.toString(16).padStart(2, '0')}`
  }
  return `b${quote}${out}${quote}`
}

const plain = /^[\x20-\x5b\x5d-\x7e]*$/

/** Bytes as Cowrie 3.0.6 and later writes names and passwords: printable ASCII, `\xNN` for the rest, backslashes doubled. */
export function escapedText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1')
  return plain.test(text)
    ? text
    : text.replace(/[^\x20-\x5b\x5d-\x7e]/g, (c) =>
        c === '\\' ? '\\\\' : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
      )
}

/** The bytes of {@link escapedText}; text that is not of this form stands for itself. */
export function unescapedBytes(text: string): Buffer {
  if (!/^(?:[\x20-\x5b\x5d-\x7e]|\\\\|\\x[0-9a-f]{2})*$/.test(text)) return sentBytes(text)
  return Buffer.from(
    text.replace(/\\(?:\\|x(..))/g, (_, hex: string | undefined) =>
      hex === undefined ? '\\' : String.fromCharCode(parseInt(hex, 16)),
    ),
    'latin1',
  )
}
