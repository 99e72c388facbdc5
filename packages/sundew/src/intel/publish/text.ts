/** Of a piece, characters: enough that a million lines are not a million writes. */
const pieceLength = 65_536

/** Lines put together to pieces. Each line brings its own end. */
export function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}

/**
 * Text that somebody else wrote, as it may stand in a line: control characters, what ends lines, what is invisible or turns
 * the direction of writing, and halves of characters are gone; spaces are single.
 *
 * @param most characters; what is longer ends in `…`
 */
export function oneLine(text: string, most: number): string {
  if (text.length <= most && oneWord.test(text)) return text
  const short = text.length > most * 2 ? text.slice(0, most * 2) : text
  const line = plainAscii.test(short)
    ? short.replace(/ {2,}/g, ' ').trim()
    : short
        .toWellFormed()
        .replace(/[\s\p{C}\p{Zl}\p{Zp}\ufffd]+/gu, ' ')
        .trim()
  if (line.length <= most) return line
  // A character of two halves is not cut through.
  return `${line.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

const oneWord = /^[\x21-\x7e]*$/
const plainAscii = /^[\x20-\x7e]*$/

/** The same in ASCII, without quotes, backslashes and whatever starts something in a shell, a rule or a script. */
export function tameLine(text: string, most: number): string {
  const line = oneLine(text, most)
    .replace(/…$/, '...')
    .replace(/[^A-Za-z0-9 .,:/_+=@()-]/g, '_')
  return line.length <= most ? line : `${line.slice(0, most - 3)}...`
}

/** Whether a value is a line of its own: nothing in it ends one, and it begins no comment. */
export function standsAlone(value: string): boolean {
  return value.isWellFormed() && /^(?![#;\s])[^\p{Cc}\p{Zl}\p{Zp}]*(?<!\s)$/u.test(value) && value !== ''
}

/** Whether it is a host name as a list may have it: nothing that could end a field of any format. */
export function isTameName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name)
}
