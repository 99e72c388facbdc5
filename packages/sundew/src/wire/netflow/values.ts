import type { ElementType } from './elements/element.ts'
import { highWord, lowWord, ntpMs } from './interpret.ts'
import { maxHexBytes, maxTextBytes } from './limits.ts'

export type ElementValue = string | number | boolean

const decoder = new TextDecoder()

/**
 * What a field says, by its element's type: numbers (as text past 2^53), addresses, dates (RFC 3339), text; bytes in
 * hexadecimal where the type is not known or the length is not the type's.
 */
export function valueOf(
  type: ElementType | undefined,
  view: DataView,
  at: number,
  length: number,
): ElementValue {
  switch (type) {
    case 'unsigned8':
    case 'unsigned16':
    case 'unsigned32':
    case 'unsigned64':
      return length >= 1 && length <= 8 ? unsigned(view, at, length) : hexadecimal(view, at, length)
    case 'signed8':
    case 'signed16':
    case 'signed32':
    case 'signed64':
      return length >= 1 && length <= 8 ? signed(view, at, length) : hexadecimal(view, at, length)
    case 'float32':
    case 'float64':
      if (length === 4) return finite(view.getFloat32(at))
      return length === 8 ? finite(view.getFloat64(at)) : hexadecimal(view, at, length)
    case 'boolean':
      // RFC 7011, section 6.1.5: 1 is true, 2 is false.
      return length === 1 && view.getUint8(at) <= 2 ? view.getUint8(at) === 1 : hexadecimal(view, at, length)
    case 'macAddress':
      return length === 6
        ? hexadecimal(view, at, 6).replaceAll(/..(?!$)/g, '$&:')
        : hexadecimal(view, at, length)
    case 'ipv4Address':
      return length === 4 ? ipv4Text(view, at) : hexadecimal(view, at, length)
    case 'ipv6Address':
      return length === 16 ? ipv6Text(view, at) : hexadecimal(view, at, length)
    case 'string':
      return textOf(view, at, length)
    case 'dateTimeSeconds':
      return length === 4 ? date(view.getUint32(at) * 1000) : hexadecimal(view, at, length)
    case 'dateTimeMilliseconds':
      return length === 8
        ? date(view.getUint32(at) * 4_294_967_296 + view.getUint32(at + 4))
        : hexadecimal(view, at, length)
    case 'dateTimeMicroseconds':
    case 'dateTimeNanoseconds':
      return length === 8 ? date(ntpMs(view, at)) : hexadecimal(view, at, length)
    case 'octetArray':
    case 'unsigned256':
    case 'basicList':
    case 'subTemplateList':
    case 'subTemplateMultiList':
    case undefined:
      return hexadecimal(view, at, length)
  }
}

/** Up to the first NUL, as exporters pad texts of fixed length; at most 2,048 bytes; what is no UTF-8 is replaced. */
export function textOf(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, Math.min(length, maxTextBytes))
  const end = bytes.indexOf(0)
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/** At most 64 bytes; `…` for the rest. */
export function hexadecimal(view: DataView, at: number, length: number): string {
  let text = ''
  for (let index = 0; index < Math.min(length, maxHexBytes); index++)
    text += view
      .getUint8(at + index)
      .toString(16)
      .padStart(2, '0')
  return length > maxHexBytes ? `${text}…` : text
}

/** An applicationId (RFC 6759, section 4): the engine, then the selector; of engine 20 an enterprise number between. */
export function applicationText(view: DataView, at: number, length: number): string {
  const engine = view.getUint8(at)
  if (length === 1) return String(engine)
  if (engine === 20 && length > 5 && length <= 13)
    return `${engine}..${view.getUint32(at + 1)}..${unsigned(view, at + 5, length - 5)}`
  return length <= 9 ? `${engine}..${unsigned(view, at + 1, length - 1)}` : hexadecimal(view, at, length)
}

export function ipv4Text(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((byte) => view.getUint8(at + byte)).join('.')
}

/** RFC 5952: the longest run of two or more zero groups is `::`. */
export function ipv6Text(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + index * 2))
  let best = { from: -1, length: 1 }
  for (let from = 0; from < 8; from++) {
    let length = 0
    while (groups[from + length] === 0) length++
    if (length > best.length) best = { from, length }
  }
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  if (best.from < 0) return text(groups)
  return `${text(groups.slice(0, best.from))}::${text(groups.slice(best.from + best.length))}`
}

/** Exact to 2^53, then as text. */
export function unsigned(view: DataView, at: number, length: number): number | string {
  const low = lowWord(view, at, length)
  if (length <= 4) return low
  const high = highWord(view, at, length)
  if (high < 0x20_0000) return high * 4_294_967_296 + low
  return ((BigInt(high) << 32n) | BigInt(low)).toString()
}

function signed(view: DataView, at: number, length: number): number | string {
  let value = 0n
  for (let index = 0; index < length; index++) value = (value << 8n) | BigInt(view.getUint8(at + index))
  const number = BigInt.asIntN(length * 8, value)
  return Number.isSafeInteger(Number(number)) ? Number(number) : number.toString()
}

/** JSON has no infinity. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

function date(ms: number): string {
  const of = new Date(ms)
  return Number.isNaN(of.getTime()) ? String(ms) : of.toISOString()
}
