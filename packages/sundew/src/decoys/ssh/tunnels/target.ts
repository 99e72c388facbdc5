import { isIPv6 } from 'node:net'
import type { ByteString } from '../../../event/bytes.ts'
import { topLevelDomains } from './top-level-domains.ts'

/** What a peer wanted to be connected to, as a resolver would understand it. */
export type Target =
  /** A name that may exist, in lower case, without a dot at its end. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'address'; readonly address: string; readonly range: Range }
  /** This machine. */
  | { readonly kind: 'self' }
  /** What no resolver knows. */
  | { readonly kind: 'unknown' }

/** Where an address lies: `nowhere` are those that no packet can be sent to. */
export type Range = 'public' | 'private' | 'nowhere'

/** Names of Debian's /etc/hosts. */
const selfNames = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost', 'ip6-loopback'])
const name =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/** `own` are addresses and names that are this machine's. */
export function targetOf(host: ByteString, own: ReadonlySet<string>): Target {
  const text = host.toLowerCase().replace(/\.$/, '')
  if (text.length > 255) return { kind: 'unknown' }
  const ipv4 = inetAton(text)
  if (ipv4 !== undefined) return address(ipv4, rangeOf(ipv4), own)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (mapped !== undefined && isIPv6(text)) return address(mapped, rangeOf(mapped), own)
  if (isIPv6(text)) return /^[0:]*:0*1?$/.test(text) ? { kind: 'self' } : address(text, rangeOf6(text), own)
  if (selfNames.has(text) || own.has(text)) return { kind: 'self' }
  if (!name.test(text)) return { kind: 'unknown' }
  const top = text.slice(text.lastIndexOf('.') + 1)
  return top.startsWith('xn--') || topLevelDomains.has(top)
    ? { kind: 'name', name: text }
    : { kind: 'unknown' }
}

function address(text: string, range: Range | 'self', own: ReadonlySet<string>): Target {
  return range === 'self' || own.has(text) ? { kind: 'self' } : { kind: 'address', address: text, range }
}

/** An IPv4 address in every form that resolvers take (inet_aton): `127.1`, `0x7f000001`, `2130706433`. */
function inetAton(text: string): string | undefined {
  const parts = text.split('.')
  if (parts.length > 4) return undefined
  const numbers = parts.map(number)
  const last = numbers.pop()
  if (last === undefined || Number.isNaN(last) || last >= 256 ** (4 - numbers.length)) return undefined
  if (!numbers.every((part) => part < 256)) return undefined
  const value = numbers.reduce((sum, part, i) => sum + part * 256 ** (3 - i), last)
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

/** Decimal, hexadecimal after 0x, octal after 0; NaN for anything else. */
function number(text: string): number {
  if (/^0x[0-9a-f]{1,8}$/.test(text)) return parseInt(text, 16)
  if (/^0[0-7]{0,11}$/.test(text)) return parseInt(text, 8)
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : NaN
}

/** RFC 6890's registry, as far as a server on the Internet would feel it. */
function rangeOf(ipv4: string): Range | 'self' {
  const [a = 0, b = 0] = ipv4.split('.').map(Number)
  if (a === 127 || ipv4 === '0.0.0.0') return 'self'
  if (a === 0 || a >= 224) return 'nowhere'
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254)
  return isPrivate ? 'private' : 'public'
}

function rangeOf6(ipv6: string): Range {
  const first = parseInt(ipv6.split(':')[0] || '0', 16)
  if (first >= 0xfc00 && first < 0xfec0) return first >= 0xfe00 && first < 0xfe80 ? 'nowhere' : 'private'
  return first >= 0x2000 && first < 0x4000 ? 'public' : 'nowhere'
}
