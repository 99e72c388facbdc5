/** One header field, unfolded. `name` is lower-case; `value` is as sent, one character a byte. */
export interface HeaderField {
  readonly name: string
  readonly value: string
}

export interface HeaderBlock {
  readonly fields: HeaderField[]
  /** Where the body starts, in the buffer that was read. */
  readonly bodyAt: number
  /** True where more was sent than {@link headerLimits} lets us read. */
  readonly truncated: boolean
}

/** What is read of one header block: bytes and fields. */
export const headerLimits = { bytes: 64 * 1024, fields: 512 } as const

const lf = 10
const cr = 13

/**
 * Reads a header block (RFC 5322 §2.2) from `from` to the first empty line or `to`. Lines may end in CR LF or LF.
 * A line that is no header is skipped: what follows is read all the same.
 */
export function readHeaders(raw: Buffer, from: number, to: number): HeaderBlock {
  const fields: HeaderField[] = []
  const stop = Math.min(to, from + headerLimits.bytes)
  let name = ''
  let value: string[] = []
  const flush = () => {
    if (name !== '') fields.push({ name, value: value.join('').trim() })
    name = ''
    value = []
  }
  let at = from
  while (at < stop) {
    const newline = raw.indexOf(lf, at)
    let end = newline === -1 || newline > stop ? stop : newline
    const next = newline === -1 || newline >= to ? to : newline + 1
    if (end > at && raw[end - 1] === cr) end--
    if (end === at) {
      flush()
      return { fields, bodyAt: next, truncated: false }
    }
    const line = raw.toString('latin1', at, end)
    const first = line.charCodeAt(0)
    if (first === 32 || first === 9) {
      if (name !== '') value.push(line)
    } else {
      flush()
      if (fields.length >= headerLimits.fields) break
      const colon = line.indexOf(':')
      if (colon > 0 && colon < 128) {
        name = line.slice(0, colon).trim().toLowerCase()
        value.push(line.slice(colon + 1))
      }
    }
    at = next
  }
  flush()
  return at >= to
    ? { fields, bodyAt: to, truncated: false }
    : { fields, bodyAt: emptyLineAfter(raw, at, to), truncated: true }
}

function emptyLineAfter(raw: Buffer, from: number, to: number): number {
  const rest = raw.subarray(from, to)
  const bare = rest.indexOf('\n\n')
  const full = rest.indexOf('\n\r\n')
  if (bare === -1 && full === -1) return to
  return from + (full === -1 || (bare !== -1 && bare < full) ? bare + 2 : full + 3)
}
