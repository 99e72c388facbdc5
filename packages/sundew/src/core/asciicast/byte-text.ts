/**
 * A byte that is no UTF-8 becomes the private-use character U+10FE00 + byte, so that any bytes are text (JSON and players
 * take nothing else) and can be had back: a player shows a box in its place. What a peer sends as one of these very
 * characters is four such bytes.
 */
const base = 0x10fe00
const ours = /[\u{10fe80}-\u{10feff}]/u
const asciiOnly = /^[\x00-\x7f]*$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text, piece by piece: a character cut by the end of a piece comes whole with the next one. */
export class ByteText {
  #held: Uint8Array = new Uint8Array(0)

  push(piece: Uint8Array): string {
    const all = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    const whole = all.length - unfinished(all)
    this.#held = all.slice(whole)
    return textOf(all.subarray(0, whole))
  }

  /** What was held back: no more comes. */
  end(): string {
    const rest = textOf(this.#held)
    this.#held = new Uint8Array(0)
    return rest
  }
}

/** The bytes that a {@link ByteText} was made of. */
export function textBytes(text: string): Uint8Array {
  if (!ours.test(text)) return Buffer.from(text, 'utf8')
  const pieces = text.split(/([\u{10fe80}-\u{10feff}])/u)
  return Buffer.concat(
    pieces.map((piece, i) =>
      i % 2 === 0 ? Buffer.from(piece, 'utf8') : Buffer.of(piece.codePointAt(0)! - base),
    ),
  )
}

function textOf(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes)
    if (asciiOnly.test(text) || !ours.test(text)) return text
  } catch {
    // Bytes that are no UTF-8 are among them.
  }
  let text = ''
  let from = 0
  for (let at = 0; at < bytes.length;) {
    const length = sequence(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    text += utf8.decode(bytes.subarray(from, at)) + String.fromCodePoint(base + bytes[at]!)
    from = ++at
  }
  return text + utf8.decode(bytes.subarray(from))
}

/** How many bytes at the end may be the beginning of a character. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return leadLength(byte) > back ? back : 0
  }
  return 0
}

function leadLength(byte: number): number {
  if (byte < 0xc2) return 0
  if (byte < 0xe0) return 2
  if (byte < 0xf0) return 3
  return byte < 0xf5 ? 4 : 0
}

/** Length of the well-formed character at `at` (Unicode, table 3-7), 0 where there is none, or one of {@link ours}. */
function sequence(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!
  if (lead < 0x80) return 1
  const length = leadLength(lead)
  if (length === 0 || at + length > bytes.length) return 0
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0
  const second = bytes[at + 1]!
  if (lead === 0xe0 && second < 0xa0) return 0
  if (lead === 0xed && second > 0x9f) return 0
  if (lead === 0xf0 && second < 0x90) return 0
  if (lead === 0xf4 && second > 0x8f) return 0
  const mine = lead === 0xf4 && second === 0x8f && (bytes[at + 2] === 0xba || bytes[at + 2] === 0xbb)
  return mine ? 0 : length
}
