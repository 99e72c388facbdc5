import { isAscii } from 'node:buffer'

/** Undoes a Content-Transfer-Encoding (RFC 2045 §6). An unknown one leaves the bytes as they are. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64')
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body)
  return body
}

/** RFC 2045 §6.7. What is no valid escape stays as sent. */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  if (!body.includes(61)) return body
  const out = Buffer.allocUnsafe(body.length)
  let length = 0
  let at = 0
  while (at < body.length) {
    const escape = body.indexOf(61, at)
    const end = escape === -1 ? body.length : escape
    body.copy(out, length, at, end)
    length += end - at
    if (escape === -1) break
    at = escape + 1
    const high = nibble(body[at])
    const low = nibble(body[at + 1])
    if (high >= 0 && low >= 0) {
      out[length++] = (high << 4) | low
      at += 2
      continue
    }
    const next = body[at] === 13 ? at + 1 : at
    if (body[next] === 10) at = next + 1
    else out[length++] = 61
  }
  return out.subarray(0, length)
}

function nibble(c: number | undefined): number {
  if (c === undefined) return -1
  if (c >= 48 && c <= 57) return c - 48
  const lower = c | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

const decoders = new Map<string, TextDecoder | undefined>()
const mostDecoders = 64

/** Text in a charset the Encoding Standard knows; one it doesn't is read as windows-1252 and `known` is false. */
export function decodeText(bytes: Buffer, charset: string): { text: string; known: boolean } {
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), known: true }
  const label = charset === '' ? 'utf-8' : charset.slice(0, 40).toLowerCase()
  let decoder = decoders.get(label)
  if (decoder === undefined && !decoders.has(label)) {
    try {
      decoder = new TextDecoder(label)
    } catch {
      // a label of the peer's own
    }
    if (decoders.size < mostDecoders) decoders.set(label, decoder)
  }
  return decoder === undefined
    ? { text: bytes.toString('latin1'), known: false }
    : { text: decoder.decode(bytes), known: true }
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** Resolves the few HTML entities that matter for reading and for links. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]{2,4});/g, (whole, name: string) => {
    if (name[0] !== '#') return entities[name] ?? whole
    const code = name[1] === 'x' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10)
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : whole
  })
}

const hidden = ['script', 'style', 'title']

/** The words of an HTML page, at most `limit` characters: tags become spaces; comments, scripts and styles vanish. Linear. */
export function htmlText(html: string, limit: number): string {
  const out: string[] = []
  let length = 0
  let at = 0
  while (at < html.length && length < limit) {
    const open = html.indexOf('<', at)
    const end = open === -1 ? html.length : open
    if (end > at) {
      out.push(html.slice(at, end))
      length += end - at
    }
    if (open === -1) break
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4)
      at = close === -1 ? html.length : close + 3
      continue
    }
    const close = html.indexOf('>', open)
    if (close === -1) break
    const tag = /^[a-z]*/.exec(html.slice(open + 1, open + 12).toLowerCase())![0]
    at = close + 1
    if (hidden.includes(tag)) {
      const gone = html.indexOf('</', at)
      at = gone === -1 ? html.length : gone
    }
    out.push(tag === 'br' || tag === 'p' || tag === 'div' || tag === 'tr' || tag === 'li' ? '\n' : ' ')
    length++
  }
  return unescapeHtml(out.join('')).slice(0, limit)
}
