/** No list nests deeper. */
const deepest = 32

/**
 * The value that a JSON text holds. Millions of brackets in each other, which would take a hundred times their size, are not
 * begun with.
 *
 * @throws SyntaxError where it is no JSON
 * @throws RangeError where it is nested too deep
 */
export function parseShallow(text: string): unknown {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) at = endOfString(text, at)
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > deepest) throw new RangeError(`It is nested deeper than ${deepest}`)
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  return JSON.parse(text)
}

/** Where the string that begins here ends: at its second quote. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x5c) at++
    else if (code === 0x22) return at
  }
  return text.length
}
