import { parseAddress } from '../../match/parse-address.ts'
import { mappedWord } from '../../match/words.ts'

/** Longest address as text (RFC 5952), and a zone behind it. */
const longestAddress = 64

/**
 * Reads the address in line[from, to) into four words, the first the most significant: IPv4 without leading
 * zeros, IPv6 with its zone left out. False where it is none.
 */
export function readAddress(line: Uint8Array, from: number, to: number, words: Uint32Array): boolean {
  const length = to - from
  if (length < 2 || length > longestAddress) return false
  const address = read4(line, from, to)
  if (address >= 0) {
    words[0] = words[1] = 0
    words[2] = mappedWord
    words[3] = address
    return true
  }
  const text = Buffer.from(line.buffer, line.byteOffset + from, length).toString('latin1')
  const zone = text.indexOf('%')
  const parsed = text.includes(':') ? parseAddress(zone < 0 ? text : text.slice(0, zone)) : undefined
  if (!parsed) return false
  words.set(parsed)
  return true
}

function read4(line: Uint8Array, from: number, to: number): number {
  let [address, part, digits, value] = [0, 0, 0, 0]
  for (let at = from; at < to; at++) {
    const byte = line[at]!
    if (byte >= 0x30 && byte <= 0x39) {
      if (digits > 0 && value === 0) return -1
      value = value * 10 + byte - 0x30
      if (value > 255) return -1
      digits++
    } else if (byte === 0x2e && digits > 0 && part < 3) {
      address = address * 256 + value
      part++
      digits = value = 0
    } else return -1
  }
  return part === 3 && digits > 0 ? address * 256 + value : -1
}
