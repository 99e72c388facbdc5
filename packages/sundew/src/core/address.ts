import { isIPv6 } from 'node:net'

/** The address as text, an IPv4-mapped one (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) as plain IPv4, without a zone. */
export function plainAddress(address: string): string {
  const zone = address.indexOf('%')
  const bare = zone < 0 ? address : address.slice(0, zone)
  return bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare
}

/** What counts as one source: an IPv4 address, or an IPv6 /64, which one host commands whole (RFC 4291 §2.5.4). */
export function sourceKey(address: string): string {
  const plain = plainAddress(address)
  return isIPv6(plain) ? `${expand(plain).slice(0, 4).join(':')}::/64` : plain
}

function expand(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return left
  const right = tail === '' ? [] : tail.split(':')
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right]
}
