import { formatRange, parseAddress, parseRange } from '../../match/parse-address.ts'
import { readFingerprint, readNumber } from './forms.ts'
import type { Indicator, IndicatorType } from './indicator.ts'
import { isPublicSuffix, readName } from './name.ts'
import { isDefanged, refang } from './refang.ts'
import { refused, type Refused } from './refusal.ts'
import { longestUrl, readUrl } from './url.ts'

/** RFC 5321 §4.5.3.1. */
const longestLocalPart = 64
/** What file systems keep of one name, UTF-8 bytes at most. */
const longestFileName = 255

const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+$/
/** Two addresses, or one with a prefix's length: never a host and a path. */
/** Two IPv6 addresses with blanks between have room in it; the form is not asked of more. */
const longestRange = 128
const rangeForm = /^[\da-f.:]*[.:][\da-f.:]*(?:\/\d{1,3}|\s*-\s*[\da-f.:]+)?$/i
/** Control characters, line and paragraph ends, and what turns the direction of text or cannot be seen. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u

/**
 * The indicator that a list means by a text, in its normal form, so that equal indicators are equal texts; or why there is
 * none. Whatever stands in a text, this never throws, and nothing with a control character in it comes out.
 *
 * - `address`: as `match/parse-address.ts` has it, IPv6 by RFC 5952; a port is dropped
 * - `domain`, `hostname`: `name.ts`; a port, `*.` and a dot before it are dropped; no public suffix
 * - `url`: `url.ts`
 * - `email`: lower case
 * - `hash`, `ja3`, `ja4`: lower case; by their length in hexadecimal digits, JA3 by the hint alone
 * - `cve`: `CVE-2024-12345`, `as`: `AS64496`
 * - `file_name`: by the hint alone; as written, without folders
 *
 * @param hint what the source says it is; the form decides where it is not given, and over `domain` and `hostname` where
 *   they hold an address or a URL
 */
export function parseIndicator(text: string, hint?: IndicatorType): Indicator | Refused {
  if (text.length > longestUrl) return refused('too-long')
  // Most of what lists hold is a plain name: nothing else is asked of it.
  if (hint === undefined || hint === 'domain' || hint === 'hostname') {
    const reading = readName(text)
    if ('name' in reading) return listedName(reading.name, hint)
  }
  const trimmed = text.trim()
  if (trimmed === '') return refused('empty')
  if (unprintable.test(trimmed)) return refused('control')
  if (hint === 'file_name') return readFileName(trimmed)
  const bare = unquoted(trimmed)
  const plain = isDefanged(bare) ? refang(bare).trim() : bare
  if (plain === '') return refused('form')
  switch (hint) {
    case 'address':
      return readAddress(plain) ?? refused('address')
    case 'url':
      return readUrlIndicator(plain)
    case 'email':
      return readEmail(plain)
    case 'hash':
    case 'ja3':
    case 'ja4':
      return readFingerprint(plain, hint) ?? refused(hint)
    case 'as':
    case 'cve':
      return readNumber(plain, hint, true) ?? refused(hint)
    case 'domain':
    case 'hostname':
    case undefined:
      return readByForm(plain, hint)
  }
}

/** The indicator as text: read again with its type as the hint, it is the same indicator. */
export function formatIndicator({ value }: Indicator): string {
  return value
}

/** Every indicator that a text somebody asks for may mean: a name alone or all below it, a hash or a JA3. */
export function readingsOf(text: string): Indicator[] {
  const found = new Map<string, Indicator>()
  for (const hint of [undefined, 'hostname', 'ja3', 'file_name'] as const) {
    const reading = parseIndicator(text, hint)
    if (reading.type !== 'refused') found.set(`${reading.type} ${reading.value}`, reading)
  }
  return [...found.values()]
}

function readByForm(text: string, hint: 'domain' | 'hostname' | undefined): Indicator | Refused {
  if (text.includes('://')) return readUrlIndicator(text)
  const address =
    (text.length <= longestRange && rangeForm.test(text)) || text.startsWith('[')
      ? readAddress(text)
      : undefined
  if (address) return address
  if (hint === undefined) {
    const other = readNumber(text, 'cve') ?? readNumber(text, 'as') ?? readFingerprint(text, undefined)
    if (other) return other
  }
  if (/^[\d.]+(?::\d*)?$|^[\d.]+\/\d+$/.test(text) || text.startsWith('[')) return refused('address')
  if (/[/?]/.test(text)) return readWithPath(text, hint)
  if (text.includes('@')) return readEmail(text)
  const name = /^(?:\*?\.)?(?<name>[^:]*)(?::(?<port>\d*))?$/.exec(text)?.groups
  if (!name) return refused(/https?:/i.test(text) ? 'glued' : 'form')
  if (name['port'] && !isPort(name['port'])) return refused('port')
  const reading = readName(name['name']!)
  if (!('name' in reading)) return refused(reading.reason)
  const all = text.startsWith('*.') || text.startsWith('.')
  return listedName(reading.name, all ? 'domain' : hint)
}

/** A URL without a scheme; where it has no path but `/`, and the source says that it is a name, that. */
function readWithPath(text: string, hint: 'domain' | 'hostname' | undefined): Indicator | Refused {
  const bare = /^[^/?]*(?=\/$)/.exec(text)?.[0]
  return bare !== undefined && hint !== undefined ? readByForm(bare, hint) : readUrlIndicator(text)
}

function readUrlIndicator(text: string): Indicator | Refused {
  if (/^[/?#\\]/.test(text)) return refused('path-only')
  const reading = readUrl(text)
  return 'url' in reading ? { type: 'url', value: reading.url } : refused(reading.reason)
}

function readAddress(text: string): Indicator | undefined {
  const plain =
    /^(\d+\.\d+\.\d+\.\d+):\d*$/.exec(text)?.[1] ?? /^\[([\da-f.:]+)\](?::\d*)?$/i.exec(text)?.[1] ?? text
  if (!plain.includes(':') && parseAddress(plain)) return { type: 'address', value: plain }
  const range = parseRange(plain)
  return range && { type: 'address', value: formatRange(range.first, range.last) }
}

function readEmail(text: string): Indicator | Refused {
  const lower = text.replace(/^mailto:/i, '').toLowerCase()
  const at = lower.lastIndexOf('@')
  const local = lower.slice(0, Math.max(0, at))
  const reading = readName(lower.slice(at + 1))
  if (local.length > longestLocalPart || !localPart.test(local) || !('name' in reading))
    return refused('email')
  return { type: 'email', value: `${local}@${reading.name}` }
}

function readFileName(text: string): Indicator | Refused {
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1).trim()
  if (name === '' || name === '.' || name === '..' || Buffer.byteLength(name) > longestFileName)
    return refused('file-name')
  return { type: 'file_name', value: name }
}

function listedName(name: string, hint: 'domain' | 'hostname' | undefined): Indicator | Refused {
  if (isPublicSuffix(name)) return refused('public-suffix')
  return { type: hint ?? 'domain', value: name }
}

function isPort(text: string): boolean {
  return text.length <= 5 && Number(text) >= 1 && Number(text) <= 65_535
}

/** Without one pair of quotes around it. */
function unquoted(text: string): string {
  return /^(?:"[^"]*"|'[^']*'|`[^`]*`|<[^<>]*>)$/.test(text) ? text.slice(1, -1).trim() : text
}
