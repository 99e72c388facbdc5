/** What one step of the cursor goes over: a character with what combines with it, or a byte that is none. */
export interface Character {
  /** A byte string. */
  readonly bytes: string
  /** Columns: 2 for a wide one, and for a control character, which shows as ^X. A tab and a newline are the screen's matter. */
  readonly width: number
}

/** Takes a byte string apart. */
export function charactersOf(text: string): Character[] {
  const characters: Character[] = []
  for (let at = 0; at < text.length;) {
    const size = sizeAt(text, at)
    const bytes = text.slice(at, at + Math.max(1, size))
    const width = size > 1 ? widthOf(Buffer.from(bytes, 'latin1').toString('utf8')) : narrowWidth(bytes)
    const before = characters.at(-1)
    if (width === 0 && before && before.bytes.length < maxBytes)
      characters[characters.length - 1] = { bytes: before.bytes + bytes, width: before.width }
    else characters.push({ bytes, width })
    at += bytes.length
  }
  return characters
}

/** Combining characters past it stand alone. */
const maxBytes = 64

/** Bytes of the UTF-8 character that begins here; 1 where none does, 0 where it may go on past the end. */
export function sizeAt(text: string, at: number): number {
  const first = text.charCodeAt(at)
  const size =
    first < 0x80 ? 1 : first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1
  for (let i = 1; i < size; i++) {
    const next = text.charCodeAt(at + i)
    if (Number.isNaN(next)) return 0
    if ((next & 0xc0) !== 0x80) return 1
  }
  return size
}

function narrowWidth(byte: string): number {
  const code = byte.charCodeAt(0)
  return code < 0x20 || code === 0x7f ? 2 : 1
}

const combining = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u

/** C's wcwidth of one character. */
function widthOf(character: string): number {
  if (combining.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
