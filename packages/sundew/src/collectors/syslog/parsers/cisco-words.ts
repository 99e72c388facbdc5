import { ascii, find, indexOf } from '../../tail/scan.ts'
import type { FirewallRow, Span } from '../firewall-row.ts'
import { readProtocol } from './number.ts'
import { type Cursor, setSpan } from './scan.ts'

const blank = 0x20
export const interfaceWord = ascii('on interface ')

/** Reads a protocol into the row; `IP` is any, and told as none. False where it is none. */
export function readIpProtocol(line: Uint8Array, from: number, to: number, into: FirewallRow): boolean {
  if (to - from === 2 && (line[from]! | 0x20) === 0x69 && (line[from + 1]! | 0x20) === 0x70) return true
  const found = readProtocol(line, from, to)
  into.protocol = Math.max(0, found)
  return found >= 0
}

/** The interface of ` on interface outside`, further on in the line. */
export function takeInterface(cursor: Cursor, face: Span): void {
  const { line, at, to } = cursor
  const found = find(line, at, to, interfaceWord)
  if (found < 0) return
  const start = found + interfaceWord.length
  const end = indexOf(line, start, to, blank)
  setSpan(face, line, start, end < 0 ? to : end)
}
