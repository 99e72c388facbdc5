const [nul, lf, cr] = [0x00, 0x0a, 0x0d]

/** Where a line ends without what closes it: CR, NUL and more of these (RFC 6587 §3.4.2). */
export function trimmedEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && (bytes[end - 1] === cr || bytes[end - 1] === nul || bytes[end - 1] === lf)) end--
  return end
}

/** The end of the line that begins at `from`: its newline, or `to`. */
export function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  const found = bytes.indexOf(lf, from)
  return found < 0 || found > to ? to : found
}
