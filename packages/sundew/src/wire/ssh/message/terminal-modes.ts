/** A terminal's mode: its number (RFC 4254 §8) and value. */
export interface TerminalMode {
  readonly opcode: number
  readonly value: number
}

/** Modes that are kept of one request; there are fewer than 160 numbers with a value. */
const maxModes = 256

/** Encoded modes; reading ends at TTY_OP_END (0), at a number of 160 or more, which has no value to skip, or where bytes are missing. */
export function parseTerminalModes(encoded: Uint8Array): readonly TerminalMode[] {
  const modes: TerminalMode[] = []
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  for (let at = 0; at + 5 <= encoded.length && modes.length < maxModes; at += 5) {
    const opcode = encoded[at]!
    if (opcode === 0 || opcode >= 160) break
    modes.push({ opcode, value: view.getUint32(at + 1) })
  }
  return modes
}
