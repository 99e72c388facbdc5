import {
  compareWords,
  isMapped,
  isRange4,
  prefixFirst,
  prefixLast,
  swapBytes,
  type Words,
  words4,
} from './words.ts'

/** Longest text looked at: a range of two IPv6 addresses, defanged, with room to spare. */
const longestText = 256

/** What one listed text names: all addresses from the first to the last. */
export interface AddressRange {
  readonly first: Words
  readonly last: Words
  /** The text was a prefix with bits set after it (`192.0.2.1/24`): they were taken as 0. */
  readonly masked: boolean
}

/**
 * Reads an address. Strict: four decimal numbers without leading zeros (which some read as octal, RFC 6943 §3.1.1), or
 * IPv6 as in RFC 4291 §2.2, without zone. IPv4-mapped IPv6 is the IPv4 address.
 *
 * @returns undefined where the text is no address
 */
export function parseAddress(text: string): Words | undefined {
  if (text.length > 45) return undefined
  if (text.includes(':')) return parse6(text)
  const address = parse4(text, 0, text.length)
  return address < 0 ? undefined : words4(address)
}

/**
 * Reads what lists hold: an address, a prefix (`192.0.2.0/24`) or a range (`192.0.2.1-192.0.2.9`, with or without
 * spaces). Defanged text (`192[.]0[.]2[.]1`) is read as if it were not.
 *
 * @returns undefined where the text is none of these, or the range's end comes before its start
 */
export function parseRange(text: string): AddressRange | undefined {
  if (text.length > longestText) return undefined
  const plain = refang(text)
  const slash = plain.indexOf('/')
  if (slash >= 0) return parsePrefix(plain.slice(0, slash), plain.slice(slash + 1))
  const dash = plain.indexOf('-')
  if (dash >= 0) {
    const [from, to] = [plain.slice(0, dash).trim(), plain.slice(dash + 1).trim()]
    const [first, last] = [parseAddress(from), parseAddress(to)]
    if (!first || !last || from.includes(':') !== to.includes(':')) return undefined
    if (compareWords(first, last) > 0) return undefined
    return { first, last, masked: false }
  }
  const address = parseAddress(plain)
  return address && { first: address, last: address, masked: false }
}

/** Undoes what reports do to addresses so that nobody clicks on them: `[.]`, `(.)`, `{.}`, `[:]`, `[dot]`. */
export function refang(text: string): string {
  return /[[({]/.test(text)
    ? text.replace(/[[({](\.|:|dot)[\])}]/gi, (_, mark: string) => (mark === ':' ? ':' : '.'))
    : text
}

/** The address as text: IPv4 with dots, IPv6 as RFC 5952 has it. */
export function formatAddress(words: Words): string {
  if (isMapped(words)) return format4(words[3])
  return format6(words)
}

/** The address at this place of an address column (`wire/flow/columns.ts`) as text. */
export function formatColumnAddress(column: Uint32Array, at: number): string {
  return formatAddress(columnAddress(column, at))
}

/** The address at this place of an address column. */
export function columnAddress(column: Uint32Array, at: number): Words {
  return [
    swapBytes(column[at]!),
    swapBytes(column[at + 1]!),
    swapBytes(column[at + 2]!),
    swapBytes(column[at + 3]!),
  ]
}

/** The address as the four words that an address column has. */
export function columnWords(words: Words): Uint32Array {
  return Uint32Array.from(words, swapBytes)
}

/** All from the first to the last as text: an address, a prefix where it is one, else `first-last`. */
export function formatRange(first: Words, last: Words): string {
  if (compareWords(first, last) === 0) return formatAddress(first)
  const length = prefixLength(first, last)
  const v4 = isRange4(first, last)
  const text = v4 ? formatAddress : format6
  if (length === undefined) return `${text(first)}-${text(last)}`
  return `${text(first)}/${v4 ? length - 96 : length}`
}

/** Bits of the prefix that is exactly first to last, 0 to 128; undefined where none is. */
export function prefixLength(first: Words, last: Words): number | undefined {
  let length = 0
  for (let word = 0; word < 4; word++) {
    const differing = first[word]! ^ last[word]!
    if (differing === 0) length += 32
    else {
      length += Math.clz32(differing)
      break
    }
  }
  const whole =
    compareWords(prefixFirst(first, length), first) === 0 &&
    compareWords(prefixLast(first, length), last) === 0
  return whole ? length : undefined
}

function parsePrefix(address: string, bits: string): AddressRange | undefined {
  const words = parseAddress(address)
  if (!words || !/^(0|[1-9]\d{0,2})$/.test(bits)) return undefined
  const dotted = !address.includes(':')
  if (Number(bits) > (dotted ? 32 : 128)) return undefined
  const length = Number(bits) + (dotted ? 96 : 0)
  const first = prefixFirst(words, length)
  return { first, last: prefixLast(words, length), masked: compareWords(first, words) !== 0 }
}

/** The dotted address in text[from, to), or -1. */
function parse4(text: string, from: number, to: number): number {
  let address = 0
  let part = 0
  let digits = 0
  let value = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) {
      if (digits > 0 && value === 0) return -1
      value = value * 10 + code - 0x30
      if (value > 255) return -1
      digits++
    } else if (code === 0x2e && digits > 0 && part < 3) {
      address = address * 256 + value
      part++
      digits = 0
      value = 0
    } else return -1
  }
  return part === 3 && digits > 0 ? address * 256 + value : -1
}

function parse6(text: string): Words | undefined {
  const groups: number[] = []
  let gap = -1
  let at = 0
  if (text.startsWith('::')) {
    gap = 0
    at = 2
  } else if (text.startsWith(':')) return undefined
  while (at < text.length) {
    let end = at
    while (end < text.length && text.charCodeAt(end) !== 0x3a) end++
    if (end === at) return undefined
    if (text.indexOf('.', at) >= 0 && end === text.length) {
      const dotted = parse4(text, at, end)
      if (dotted < 0) return undefined
      groups.push(dotted >>> 16, dotted & 0xffff)
      at = end
      break
    }
    const group = hex(text, at, end)
    if (group < 0 || groups.length === 8) return undefined
    groups.push(group)
    if (end === text.length) {
      at = end
      break
    }
    if (text.charCodeAt(end + 1) === 0x3a) {
      if (gap >= 0) return undefined
      gap = groups.length
      at = end + 2
    } else {
      at = end + 1
      // A single colon at the end.
      if (at === text.length) return undefined
    }
  }
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined
  if (gap >= 0) groups.splice(gap, 0, ...Array<number>(8 - groups.length).fill(0))
  const word = (index: number) => ((groups[index]! << 16) | groups[index + 1]!) >>> 0
  return [word(0), word(2), word(4), word(6)]
}

/** One to four hexadecimal digits, or -1. */
function hex(text: string, from: number, to: number): number {
  if (to - from > 4) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    const lower = code | 0x20
    if (code >= 0x30 && code <= 0x39) value = value * 16 + code - 0x30
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + lower - 0x57
    else return -1
  }
  return value
}

function format4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

function format6(words: Words): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  // The longest run of zeros, the first of equals, at least two (RFC 5952 §4.2).
  let best = -1
  let bestLength = 1
  for (let from = 0; from < 8; from++) {
    let to = from
    while (to < 8 && groups[to] === 0) to++
    if (to - from > bestLength) {
      best = from
      bestLength = to - from
    }
    from = to
  }
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':')
  if (best < 0) return text(groups)
  return `${text(groups.slice(0, best))}::${text(groups.slice(best + bestLength))}`
}
