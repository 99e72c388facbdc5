import { formatAddress, parseAddress } from '../../match/parse-address.ts'
import { readName } from './name.ts'
import { type RefusalReason } from './refusal.ts'

/** Characters of a URL in its normal form. */
export const longestUrl = 4096

/** Schemes that a list may name a URL of, with the port that need not be said. */
const schemes: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
  ['ftp', '21'],
  ['ftps', '990'],
  ['sftp', '22'],
  ['tftp', '69'],
  ['ws', '80'],
  ['wss', '443'],
  ['smb', '445'],
  ['ldap', '389'],
  ['ldaps', '636'],
  ['tcp', ''],
  ['udp', ''],
])

export type UrlReading = { readonly url: string } | { readonly reason: RefusalReason }

/**
 * A URL in its normal form: `scheme://host[:port]/path[?query]`. The host is a name or an address in its own normal form;
 * user and password, a port that need not be said, and the fragment are dropped; `/./` and `/../` are resolved and what
 * may not stand in a URL is percent-encoded (WHATWG URL §4.4, as browsers ask for it).
 *
 * @param text begins with a host where it has no scheme: it is `http` then
 */
export function readUrl(text: string): UrlReading {
  const mark = text.indexOf('://')
  const scheme = mark < 0 ? 'http' : text.slice(0, mark).toLowerCase()
  const defaultPort = schemes.get(scheme)
  if (defaultPort === undefined) return { reason: /.https?$/.test(scheme) ? 'glued' : 'scheme' }
  const from = mark < 0 ? 0 : mark + 3
  let end = from
  while (end < text.length && !isAfterHost(text.charCodeAt(end))) end++
  // What is before an @ is a user, and a password perhaps.
  const host = readHost(text.slice(Math.max(from, text.lastIndexOf('@', end) + 1), end), defaultPort)
  if ('reason' in host) return host
  const rest = readRest(text, end)
  if (rest === undefined) return { reason: 'form' }
  const url = `${scheme}://${host.host}${rest}`
  return url.length > longestUrl ? { reason: 'too-long' } : { url }
}

/** `/`, `?`, `#` or `\`, which browsers take for `/`. */
function isAfterHost(code: number): boolean {
  return code === 0x2f || code === 0x3f || code === 0x23 || code === 0x5c
}

/** Host and port, normalised. */
function readHost(
  text: string,
  defaultPort: string,
): { readonly host: string } | { readonly reason: RefusalReason } {
  if (text === '') return { reason: 'host' }
  const inBrackets = text.startsWith('[')
  const bracket = inBrackets ? text.indexOf(']') : -1
  if (inBrackets && bracket < 0) return { reason: 'address' }
  const colon = text.indexOf(':', bracket + 1)
  const port = colon < 0 ? '' : portOf(text.slice(colon + 1))
  if (port === undefined) return { reason: 'port' }
  const suffix = port === '' || port === defaultPort ? '' : `:${port}`
  const name = colon < 0 ? text : text.slice(0, colon)
  if (inBrackets) {
    const inside = text.slice(1, bracket)
    const address = inside.includes(':') && bracket === name.length - 1 ? parseAddress(inside) : undefined
    if (!address) return { reason: 'address' }
    const plain = formatAddress(address)
    return { host: plain.includes(':') ? `[${plain}]${suffix}` : `${plain}${suffix}` }
  }
  if (/^[\d.]+$/.test(name)) return parseAddress(name) ? { host: name + suffix } : { reason: 'address' }
  const reading = readName(name)
  return 'name' in reading ? { host: reading.name + suffix } : reading
}

/** The port without leading zeros; '' where it is empty; undefined where it is none. */
function portOf(text: string): string | undefined {
  if (text === '') return ''
  const port = /^\d{1,10}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? String(port) : undefined
}

/** Path and query; undefined where they cannot be read. */
function readRest(text: string, from: number): string | undefined {
  const hash = text.indexOf('#', from)
  const rest = text.slice(from, hash < 0 ? undefined : hash)
  if (rest === '' || rest === '/') return '/'
  if (rest.startsWith('/') && /^[\w\-.~!$&()*+,;=:@%/?]*$/.test(rest) && !/\/(?:\.|%2e)/i.test(rest))
    return rest
  const parsed = URL.parse(`http://h.invalid${rest}`)
  return parsed ? parsed.pathname + parsed.search : undefined
}
