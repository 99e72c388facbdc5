import { decodeQuotedPrintable, unescapeHtml } from './decode.ts'

/** Longest URL kept, longest scheme looked for, and RFC 5321 §4.5.3.1's local part and domain. Characters. */
const longestUrl = 2048
const longestScheme = 10
const longestLocal = 64
const longestDomain = 255

/**
 * URLs in text or HTML source, in order, each once, at most `limit`: scheme and host in lower case, defanging
 * (`hxxp`, `[.]`, `[:]`) undone, quoted-printable remains decoded. In HTML also `//host/…`. Linear in the text's length.
 */
export function findUrls(source: string, limit: number, html = false): string[] {
  const found = new Set<string>()
  const text = prepare(source, html)
  let at = 0
  let slashes = -2
  let www = -2
  while (found.size < limit) {
    // Searched again only once passed: a text with none of one kind is walked once for it, not once a link.
    if (slashes !== -1 && slashes < at) slashes = text.indexOf('//', at)
    if (www !== -1 && www < at) www = text.indexOf('www.', at)
    if (slashes === -1 && www === -1) break
    const isWww = www !== -1 && (slashes === -1 || www < slashes)
    const anchor = isWww ? www : slashes
    let start = anchor
    let scheme = ''
    if (!isWww && text[anchor - 1] === ':') {
      start = anchor - 1
      const least = Math.max(at, anchor - 1 - longestScheme)
      while (start > least && isLetter(text.charCodeAt(start - 1))) start--
      scheme = text.slice(start, anchor - 1).toLowerCase()
    }
    const from = isWww ? anchor : anchor + 2
    const end = urlEnd(text, from)
    at = Math.max(end, anchor + 2)
    if (
      isWww
        ? anchor > 0 && isWord(text.charCodeAt(anchor - 1))
        : scheme === '' && !afterQuote(text, anchor, html)
    )
      continue
    const url = normal(scheme === '' ? 'http' : scheme, text.slice(from, end))
    if (url !== undefined) found.add(url)
  }
  return [...found]
}

/** Mail addresses in text, lower-case domain, in order, each once, at most `limit`. `[at]` and `(at)` count as `@`. */
export function findAddresses(source: string, limit: number): string[] {
  const found = new Set<string>()
  const text = undoDefanging(source)
  let at = 0
  while (found.size < limit) {
    const sign = text.indexOf('@', at)
    if (sign === -1) break
    let start = sign
    const least = Math.max(at, sign - longestLocal)
    while (start > least && isLocal(text.charCodeAt(start - 1))) start--
    while (text[start] === '.') start++
    let end = sign + 1
    const most = Math.min(text.length, sign + 1 + longestDomain)
    while (end < most && isDomain(text.charCodeAt(end))) end++
    at = Math.max(end, sign + 1)
    while (end > sign + 1 && !isWord(text.charCodeAt(end - 1))) end--
    const domain = text.slice(sign + 1, end).toLowerCase()
    if (start < sign && isHost(domain)) found.add(`${text.slice(start, sign)}@${domain}`)
  }
  return [...found]
}

function prepare(source: string, html: boolean): string {
  let text = source
  if (text.includes('=3D')) text = decodeQuotedPrintable(Buffer.from(text, 'utf8')).toString('utf8')
  if (html) text = unescapeHtml(text)
  return undoDefanging(text)
}

function undoDefanging(text: string): string {
  if (!text.includes('[') && !text.includes('(')) return text
  return text
    .replaceAll('[.]', '.')
    .replaceAll('(.)', '.')
    .replaceAll('[dot]', '.')
    .replaceAll('[:]', ':')
    .replaceAll('[://]', '://')
    .replaceAll('[@]', '@')
    .replaceAll(' [at] ', '@')
    .replaceAll('[at]', '@')
    .replaceAll(' (at) ', '@')
    .replaceAll('(at)', '@')
}

/** First character past the URL that starts at `from`: a space, a quote, an angle bracket, a control or 2,048. */
function urlEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + longestUrl)
  let end = from
  while (end < most) {
    const c = text.charCodeAt(end)
    if (c <= 32 || c === 34 || c === 39 || c === 60 || c === 62 || c === 92 || c === 96 || c === 0x7f) break
    end++
  }
  while (end > from && '.,;:!?)]}*'.includes(text[end - 1]!)) end--
  return end
}

function afterQuote(text: string, at: number, html: boolean): boolean {
  const before = text[at - 1]
  return html && (before === '"' || before === "'" || before === '=')
}

function normal(scheme: string, rest: string): string | undefined {
  const name = scheme === 'hxxp' ? 'http' : scheme === 'hxxps' ? 'https' : scheme
  let hostEnd = 0
  while (hostEnd < rest.length && !'/?#'.includes(rest[hostEnd]!)) hostEnd++
  const authority = rest.slice(0, hostEnd)
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1).toLowerCase()
  if (host === '' || host.length > longestDomain || (!isWord(host.charCodeAt(0)) && host[0] !== '['))
    return undefined
  // Names of document types and namespaces, not links.
  if (host === 'www.w3.org' || host === 'schemas.microsoft.com' || host === 'schemas.openxmlformats.org')
    return undefined
  return `${name}://${authority.slice(0, at + 1)}${host}${rest.slice(hostEnd)}`
}

function isHost(domain: string): boolean {
  const dot = domain.lastIndexOf('.')
  return dot > 0 && dot < domain.length - 1 && isWord(domain.charCodeAt(0)) && !domain.includes('..')
}

function isLetter(c: number): boolean {
  const lower = c | 32
  return lower >= 97 && lower <= 122
}

function isWord(c: number): boolean {
  return isLetter(c) || (c >= 48 && c <= 57) || c > 127
}

function isDomain(c: number): boolean {
  return isWord(c) || c === 45 || c === 46
}

function isLocal(c: number): boolean {
  return isDomain(c) || c === 43 || c === 95 || c === 61 || c === 37 || c === 33 || c === 35 || c === 38
}
