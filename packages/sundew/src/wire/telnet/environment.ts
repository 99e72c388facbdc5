/** A variable that a client told. */
export interface TelnetVariable {
  readonly name: string
  readonly value: string
}

/** Variables of one message that are read. */
const maxVariables = 64

const kind = { variable: 0, value: 1, escape: 2, userVariable: 3 } as const

/**
 * The variables of an `IS` or `INFO` message of NEW-ENVIRON (RFC 1572), without the option: byte strings, in their order. Undefined for another
 * message.
 */
export function parseEnvironment(bytes: Uint8Array): TelnetVariable[] | undefined {
  if (bytes[0] !== 0 && bytes[0] !== 2) return undefined
  const found: { name: string; value: string }[] = []
  let into: 'name' | 'value' | undefined
  for (let at = 1; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === kind.variable || byte === kind.userVariable) {
      if (found.length === maxVariables) return found
      found.push({ name: '', value: '' })
      into = 'name'
    } else if (byte === kind.value) into = found.length > 0 ? 'value' : undefined
    else if (into !== undefined) {
      const literal = byte === kind.escape ? bytes[++at] : byte
      if (literal !== undefined) found.at(-1)![into] += String.fromCharCode(literal)
    }
  }
  return found
}
