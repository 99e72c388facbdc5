import { listLimits } from './limits.ts'

const code = (text: string) => text.charCodeAt(0)
const [quote, backslash] = [code('"'), code('\\')]
const [openBrace, closeBrace, openBracket, closeBracket] = [code('{'), code('}'), code('['), code(']')]

/**
 * The objects of a JSON text that comes in pieces: those on end (JSON lines, or one alone), and those in an array, each by
 * itself, so that a file of many pulses never has to be held whole. Undefined in place of one that is none or too large.
 */
export function* jsonObjects(pieces: Iterable<Uint8Array>): Generator<object | undefined> {
  // Depth at which an object begins that is told: 0, or 1 within an array.
  let depth = 0
  let inArray = false
  let inString = false
  let escaped = false
  let parts: Buffer[] = []
  let bytes = 0
  let inside = false
  for (const piece of pieces) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    let from = 0
    for (let at = 0; at < buffer.length; at++) {
      const byte = buffer[at]!
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
      } else if (byte === quote) inString = inside
      else if (byte === openBrace || byte === openBracket) {
        if (!inside && byte === openBrace) {
          inside = true
          from = at
          depth = 0
        } else if (!inside) inArray = true
        if (inside) depth++
      } else if (byte === closeBrace || byte === closeBracket) {
        if (!inside) inArray = false
        else if (--depth === 0) {
          inside = false
          parts.push(buffer.subarray(from, at + 1))
          bytes += at + 1 - from
          yield bytes > listLimits.valueBytes ? undefined : parsed(Buffer.concat(parts))
          parts = []
          bytes = 0
        }
      }
    }
    if (!inside) continue
    bytes += buffer.length - from
    // Copied: the piece's buffer may be filled again.
    if (bytes <= listLimits.valueBytes) parts.push(Buffer.from(buffer.subarray(from)))
    else parts = []
  }
  if (inside || inArray) yield undefined
}

function parsed(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
