import { hexDigit } from './address.ts'
import type { FirewallRow } from '../firewall-row.ts'

/** Names of protocols as firewalls write them, in small letters, and their numbers (IANA, protocol-numbers). */
const named: readonly (readonly [string, number])[] = [
  ['tcp', 6],
  ['udp', 17],
  ['icmp', 1],
  ['icmpv6', 58],
  ['icmp6', 58],
  ['ipv6-icmp', 58],
  ['gre', 47],
  ['esp', 50],
  ['ipsec-esp', 50],
  ['ah', 51],
  ['ipsec-ah', 51],
  ['igmp', 2],
  ['ipencap', 4],
  ['ipip', 4],
  ['ip', 4],
  ['egp', 8],
  ['igp', 9],
  ['dccp', 33],
  ['ipv6', 41],
  ['ipv6-encap', 41],
  ['rsvp', 46],
  ['eigrp', 88],
  ['ospf', 89],
  ['ospfigp', 89],
  ['etherip', 97],
  ['pim', 103],
  ['ipcomp', 108],
  ['vrrp', 112],
  ['carp', 112],
  ['l2tp', 115],
  ['sctp', 132],
  ['udplite', 136],
  ['udp-lite', 136],
]
const names = named.map(([name, number]) => ({ bytes: Uint8Array.from(Buffer.from(name)), number }))

/** A protocol by its name or number in line[from, to), in letters of any size; -1 where it is neither. */
export function readProtocol(line: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (length < 1 || length > 9) return -1
  const first = line[from]!
  if (first >= 0x30 && first <= 0x39) return decimalByte(line, from, to)
  if (length === 3) {
    const word = (first << 16) | (line[from + 1]! << 8) | line[from + 2]! | 0x20_2020
    if (word === 0x74_6370) return 6
    if (word === 0x75_6470) return 17
  }
  for (const { bytes, number } of names) {
    if (bytes.length !== length) continue
    let same = 0
    while (same < length && lower(line[from + same]!) === bytes[same]) same++
    if (same === length) return number
  }
  return -1
}

function decimalByte(line: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= 255 ? value : -1
}

/** A letter as a small one; any other byte as it is. */
export function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
}

/** The TCP flag of this name (`SYN`, `ACK` …) as its bit; 0 of any other three letters. */
export function tcpFlag(line: Uint8Array, at: number): number {
  switch ((line[at]! << 16) | (line[at + 1]! << 8) | line[at + 2]!) {
    case 0x53594e:
      return 2
    case 0x46494e:
      return 1
    case 0x525354:
      return 4
    case 0x505348:
      return 8
    case 0x41434b:
      return 16
    case 0x555247:
      return 32
    case 0x454345:
      return 64
    case 0x435752:
      return 128
    default:
      return 0
  }
}

/** The TCP flag that one letter stands for (`S`, `A` or `.`, `F`, `R`, `P`, `U`, `E`, `C` or `W`); 0 of any other. */
export function tcpFlagLetter(byte: number): number {
  switch (byte) {
    case 0x46:
      return 1
    case 0x53:
      return 2
    case 0x52:
      return 4
    case 0x50:
      return 8
    case 0x41:
    case 0x2e:
      return 16
    case 0x55:
      return 32
    case 0x45:
      return 64
    case 0x43:
    case 0x57:
      return 128
    default:
      return 0
  }
}

/** Reads `00:17:10:88:bc:02` at this place into the row; false where it is none. */
export function readMac(line: Uint8Array, at: number, to: number, into: FirewallRow): boolean {
  if (to - at < 17) return false
  const high = macByte(line, at) * 256 + macByte(line, at + 3)
  const middle = (macByte(line, at + 6) << 8) | macByte(line, at + 9)
  const low = (macByte(line, at + 12) << 8) | macByte(line, at + 15)
  if (high < 0 || middle < 0 || low < 0) return false
  for (let between = at + 2; between < at + 17; between += 3)
    if (line[between] !== 0x3a && line[between] !== 0x2d) return false
  into.macHigh = high
  into.macLow = middle * 65_536 + low
  return true
}

/** Reads `0:30:88:1:43:cd` that is all of line[from, to) into the row: bytes without a zero before them; false where it is none. */
export function readShortMac(line: Uint8Array, from: number, to: number, into: FirewallRow): boolean {
  let [high, low, byte, digits, bytes] = [0, 0, 0, 0, 0]
  if (to - from > 17) return false
  for (let at = from; at <= to; at++) {
    const digit = at < to ? hexDigit(line[at]!) : -1
    if (digit >= 0) {
      byte = byte * 16 + digit
      if (++digits > 2) return false
      continue
    }
    if (digits === 0 || (at < to && line[at] !== 0x3a)) return false
    if (++bytes <= 2) high = high * 256 + byte
    else low = low * 256 + byte
    byte = digits = 0
  }
  if (bytes !== 6) return false
  into.macHigh = high
  into.macLow = low
  return true
}

/** Two hexadecimal digits; below -65,535 where they are not. */
function macByte(line: Uint8Array, at: number): number {
  const value = (hexDigit(line[at]!) << 4) | hexDigit(line[at + 1]!)
  return value < 0 ? -0x1_0000 : value
}
