/**
 * Takes xtext apart (RFC 3461 §4): `+` and two upper-case hexadecimal digits stand for a byte.
 * Undefined where the text is none: an incomplete or lower-case escape, a space, `=`, or a byte outside `!`-`~`.
 */
export function fromXtext(text: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(text)) return undefined
  return text.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** Text (one character a byte) as xtext. */
export function toXtext(bytes: string): string {
  return bytes.replace(
    /[^!-*,-<>-~]/g,
    (c) => `+${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
