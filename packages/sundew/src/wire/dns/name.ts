/** Bytes of a label, and of a whole name with its length bytes (RFC 1035 §2.3.4). */
export const labelLimit = 63
export const nameLimit = 255
/** Pointers that one name may follow: more than a name has labels would be a trap. */
const pointerLimit = 127

const dot = 0x2e
const backslash = 0x5c

/**
 * A name as text, in the form that messages have it: labels with their lengths, a 0 at the end. With or without its final dot; the
 * root is `.` or nothing; `\.` and `\200` stand for a byte (RFC 1035 §5.1).
 *
 * @returns undefined where it is no name: an empty label, one past 63 bytes, more than 255 in all, a byte that is no ASCII
 */
export function encodeName(text: string): Uint8Array | undefined {
  if (text === '' || text === '.') return Uint8Array.of(0)
  const out = new Uint8Array(nameLimit)
  let label = 0
  let to = 1
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if (code === dot) {
      if (!closeLabel(out, label, to)) return undefined
      label = to++
      if (to > nameLimit) return undefined
      continue
    }
    if (code === backslash) {
      const digits = /^\d{3}/.exec(text.slice(at + 1, at + 4))
      code = digits ? Number(digits[0]) : text.charCodeAt(at + 1)
      if (!(code <= 255) || (!digits && code > 127)) return undefined
      at += digits ? 3 : 1
    } else if (code > 127) return undefined
    if (to >= nameLimit) return undefined
    out[to++] = code
  }
  if (to > label + 1) {
    if (!closeLabel(out, label, to) || to >= nameLimit) return undefined
    out[to++] = 0
  }
  return out.slice(0, to)
}

function closeLabel(out: Uint8Array, label: number, to: number): boolean {
  const length = to - label - 1
  if (length === 0 || length > labelLimit) return false
  out[label] = length
  return true
}

export interface ReadName {
  /** As text, without a final dot; the root is `.`. Odd bytes are escaped, so that no two names have the same text. */
  readonly name: string
  /** Where what comes after it begins. */
  readonly next: number
}

/**
 * Reads a name out of a message, pointers followed (RFC 1035 §4.1.4): backwards only, so that no name goes round.
 *
 * @returns undefined where it is broken off, too long, or points where it must not
 */
export function readName(bytes: Uint8Array, from: number): ReadName | undefined {
  let text = ''
  let length = 1
  let at = from
  let next = -1
  let lowest = from
  for (let pointers = 0; ;) {
    const size = bytes[at]
    if (size === undefined) return undefined
    if (size >= 0xc0) {
      const low = bytes[at + 1]
      if (low === undefined || ++pointers > pointerLimit) return undefined
      if (next < 0) next = at + 2
      const to = ((size & 0x3f) << 8) | low
      if (to >= lowest) return undefined
      lowest = at = to
      continue
    }
    if (size > labelLimit) return undefined
    if (size === 0) break
    length += size + 1
    if (length > nameLimit || at + 1 + size > bytes.length) return undefined
    if (text !== '') text += '.'
    for (let i = at + 1; i <= at + size; i++) text += escaped[bytes[i]!]
    at += size + 1
  }
  return { name: text === '' ? '.' : text, next: next < 0 ? at + 1 : next }
}

/** A name's text with A to Z made small, which is how names are held against each other (RFC 4343). */
export function lowerName(name: string): string {
  return name.replace(/[A-Z]+/g, (part) => part.toLowerCase())
}

/** What stands for each byte in text: itself, or its escape where a master file would misread it. */
const escaped: readonly string[] = Array.from({ length: 256 }, (_, code) => {
  const text = String.fromCharCode(code)
  if (code <= 0x20 || code >= 0x7f) return `\\${String(code).padStart(3, '0')}`
  return '."();@$\\'.includes(text) ? `\\${text}` : text
})
