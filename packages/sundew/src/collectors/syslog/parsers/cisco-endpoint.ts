import { indexOf, lastIndexOf } from '../../tail/scan.ts'
import type { Span } from '../firewall-row.ts'
import { noAddress, noPort, readAddress } from './address.ts'
import { ciscoPort } from './cisco-ports.ts'
import { type Cursor, setSpan } from './scan.ts'

const [blank, open, close, slash, colon, dot] = [0x20, 0x28, 0x29, 0x2f, 0x3a, 0x2e]

/**
 * Reads `outside:203.0.113.9/41234(user)` as an ASA writes it, its interface, port and user each left out at times, and goes past
 * it: the port, {@link noPort} or {@link noAddress}. An interface is looked for where `face` is given.
 */
export function readCiscoEndpoint(cursor: Cursor, into: Uint32Array, face?: Span): number {
  if (face) takeFace(cursor, face)
  if (!readAddress(cursor, into)) return noAddress
  const port = cursor.take(slash) ? readPort(cursor) : noPort
  if (cursor.peek() === open && !skipBrackets(cursor)) return noAddress
  return port
}

/** Reads `outside/203.0.113.9(41234)(user)`, as the lines of access lists have it: the port, or {@link noAddress}. */
export function readAccessEndpoint(cursor: Cursor, into: Uint32Array, face: Span): number {
  const { line, at, to } = cursor
  const bracket = indexOf(line, at, to, open)
  const end = lastIndexOf(line, at, bracket, slash)
  if (end < 0) return noAddress
  setSpan(face, line, at, end)
  cursor.at = end + 1
  if (!readAddress(cursor, into) || !cursor.take(open)) return noAddress
  const port = readPort(cursor)
  if (!cursor.take(close)) return noAddress
  if (cursor.peek() === open && !skipBrackets(cursor)) return noAddress
  return port
}

/** Reads the address after translation where it stands here, ` (198.51.100.5/443)`, and goes past users: true where it does. */
export function readMapped(cursor: Cursor, into: Uint32Array): number {
  let port = noAddress
  for (;;) {
    const start = cursor.at
    while (cursor.take(blank));
    if (!cursor.take(open)) {
      cursor.at = start
      return port
    }
    const inside = cursor.at
    if (port === noAddress && readAddress(cursor, into)) {
      port = cursor.take(slash) ? readPort(cursor) : noPort
      if (!cursor.take(close)) port = noAddress
      else continue
    }
    cursor.at = inside
    if (!cursor.skipTo(close)) return port
    cursor.take(close)
  }
}

/** The interface before a colon, which an address is behind. */
function takeFace(cursor: Cursor, face: Span): void {
  const { line, at, to } = cursor
  for (let look = at; look < to; look++) {
    const byte = line[look]
    if (byte === colon) {
      setSpan(face, line, at, look)
      cursor.at = look + 1
      return
    }
    if (byte === blank || byte === slash || byte === open) return
  }
}

function readPort(cursor: Cursor): number {
  const number = cursor.number(0xffff)
  if (number >= 0) return number
  const { line, to, at } = cursor
  let end = at
  while (end < to && line[end] !== blank && line[end] !== open && line[end] !== close && line[end] !== dot)
    end++
  cursor.at = end
  const port = ciscoPort(line, at, end)
  return port < 0 ? noAddress : port
}

function skipBrackets(cursor: Cursor): boolean {
  if (!cursor.skipTo(close)) return false
  cursor.take(close)
  return true
}
