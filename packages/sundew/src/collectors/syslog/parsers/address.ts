import { mappedWord } from '../../../match/words.ts'
import { Cursor } from './scan.ts'

const [dot, colon, open, close, percent] = [0x2e, 0x3a, 0x5b, 0x5d, 0x25]
/** The eight groups of the IPv6 address that is being read. */
const groups = new Uint16Array(8)

/**
 * Reads an address at the cursor into four words, and goes past it: IPv4 without leading zeros (mapped), or IPv6 (RFC 4291 §2.2),
 * its zone left out. Where there is none it says so, and the cursor is anywhere.
 */
export function readAddress(cursor: Cursor, into: Uint32Array): boolean {
  const { line, at } = cursor
  const last = Math.min(cursor.to, at + 5)
  for (let look = at; look < last; look++) {
    const byte = line[look]!
    if (byte === dot) return readIpv4(cursor, into)
    if (byte === colon) return readIpv6(cursor, into)
  }
  return false
}

/** Whether an address that was read is IPv4. */
export function isIpv4(words: Uint32Array): boolean {
  return words[2] === mappedWord && words[1] === 0 && words[0] === 0
}

/** What {@link readEndpoint} says where there is no port. */
export const noPort = -1
/** What {@link readEndpoint} says where there is no address. */
export const noAddress = -2

/** Reads `192.0.2.1:22`, `[2001:db8::1]:22`, or an address alone: the port, {@link noPort} or {@link noAddress}. */
export function readEndpoint(cursor: Cursor, into: Uint32Array): number {
  if (cursor.take(open)) {
    if (!readIpv6(cursor, into) || !cursor.take(close)) return noAddress
  } else if (!readAddress(cursor, into)) return noAddress
  if (!cursor.take(colon)) return noPort
  const port = cursor.number(0xffff)
  return port < 0 ? noAddress : port
}

/** Reads `192.0.2.1`, its dots and all; says where it ends, -1 where it is none. Numbers have no leading zeros. */
export function ipv4At(line: Uint8Array, from: number, to: number, into: Uint32Array): number {
  let at = from
  let value = 0
  for (let part = 0; part < 4; part++) {
    if (part > 0 && (at >= to || line[at++] !== dot)) return -1
    if (at >= to) return -1
    let number = line[at]! - 0x30
    if (number < 0 || number > 9) return -1
    at++
    if (at < to) {
      let digit = line[at]! - 0x30
      if (digit >= 0 && digit <= 9) {
        if (number === 0) return -1
        number = number * 10 + digit
        at++
        if (at < to) {
          digit = line[at]! - 0x30
          if (digit >= 0 && digit <= 9) {
            number = number * 10 + digit
            if (number > 255) return -1
            at++
          }
        }
      }
    }
    value = (value << 8) | number
  }
  // A fourth digit is none of it.
  if (at < to && line[at]! >= 0x30 && line[at]! <= 0x39) return -1
  into[0] = into[1] = 0
  into[2] = mappedWord
  into[3] = value
  return at
}

let port = noPort
const slow = new Cursor()

/** The port of the endpoint that was read last: {@link noPort} where it had none. */
export function lastPort(): number {
  return port
}

/** What {@link readEndpoint} reads, for those who keep their place themselves: where it ends, -1 where there is none. */
export function endpointAt(line: Uint8Array, from: number, to: number, into: Uint32Array): number {
  let at = ipv4At(line, from, to, into)
  if (at < 0) {
    slow.set(line, from, to)
    port = readEndpoint(slow, into)
    return port === noAddress ? -1 : slow.at
  }
  if (at >= to || line[at] !== colon) {
    port = noPort
    return at
  }
  const start = ++at
  let value = 0
  while (at < to) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    if (value > 0xffff) return -1
    at++
  }
  port = value
  return at === start ? -1 : at
}

function readIpv4(cursor: Cursor, into: Uint32Array): boolean {
  const end = ipv4At(cursor.line, cursor.at, cursor.to, into)
  if (end < 0) return false
  cursor.at = end
  return true
}

function readIpv6(cursor: Cursor, into: Uint32Array): boolean {
  const { line, to } = cursor
  let count = 0
  let gap = -1
  if (line[cursor.at] === colon) {
    if (cursor.at + 1 >= to || line[cursor.at + 1] !== colon) return false
    cursor.at += 2
    gap = 0
  }
  while (count < 8) {
    const start = cursor.at
    let { at } = cursor
    let value = 0
    while (at < to) {
      const digit = hexDigit(line[at]!)
      if (digit < 0) break
      value = value * 16 + digit
      if (++at - start > 4) return false
    }
    if (at === start) {
      if (gap !== count) return false
      break
    }
    if (at < to && line[at] === dot) {
      const end = count > 6 ? -1 : ipv4At(line, start, to, into)
      if (end < 0) return false
      groups[count++] = into[3]! >>> 16
      groups[count++] = into[3]! & 0xffff
      cursor.at = end
      break
    }
    groups[count++] = value
    cursor.at = at
    if (count === 8 || at >= to || line[at] !== colon) break
    if (at + 1 < to && line[at + 1] === colon) {
      if (gap >= 0) return false
      gap = count
      cursor.at = at + 2
    } else cursor.at = at + 1
  }
  if (gap < 0 ? count < 8 : count > 7) return false
  spread(count, gap)
  for (let word = 0; word < 4; word++) into[word] = groups[word * 2]! * 65_536 + groups[word * 2 + 1]!
  if (cursor.at < to && line[cursor.at] === percent) skipZone(cursor)
  return true
}

/** Moves the groups behind `::` to the end, and makes zeros of what it stands for. */
function spread(count: number, gap: number): void {
  if (gap < 0) return
  const behind = count - gap
  for (let index = 1; index <= behind; index++) groups[8 - index] = groups[count - index]!
  groups.fill(0, gap, 8 - behind)
}

function skipZone(cursor: Cursor): void {
  const { line, to } = cursor
  let at = cursor.at + 1
  // A hyphen is a name's, where no arrow begins with it.
  while (at < to && (isZone(line[at]!) || (line[at] === 0x2d && at + 1 < to && line[at + 1] !== 0x3e))) at++
  cursor.at = at
}

function isZone(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x5f
}

/** What each byte is as a hexadecimal digit; -1 of those that are none. */
const digits = Int8Array.from({ length: 256 }, (_, byte) => {
  const letter = (byte | 0x20) - 0x61
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  return byte < 0x80 && letter >= 0 && letter < 6 ? letter + 10 : -1
})

export function hexDigit(byte: number): number {
  return digits[byte]!
}
