import type { FirewallRow } from '../firewall-row.ts'
import { endpointAt, lastPort } from './address.ts'

const [open, close] = [0x28, 0x29]
const before = new Uint32Array(4)

/** Reads `(a:p->c:q)->b:p`, `a:p->(b:p->d:q)` or both, in brackets what was translated: where it ends, -1 where it is none such. */
export function translated(line: Uint8Array, from: number, to: number, into: FirewallRow): number {
  let at = side(line, from, to, into.natSource)
  if (at < 0) return -1
  if (line[from] === open) into.natSourcePort = Math.max(0, lastPort())
  const second = arrowEnd(line, at, to)
  if (second < 0) return -1
  at = side(line, second, to, into.natDestination)
  if (at >= 0 && line[second] === open) into.natDestinationPort = Math.max(0, lastPort())
  return at
}

function side(line: Uint8Array, at: number, to: number, into: Uint32Array): number {
  if (at >= to || line[at] !== open) return endpointAt(line, at, to, before)
  at = endpointAt(line, at + 1, to, before)
  if (at < 0) return -1
  at = arrowEnd(line, at, to)
  if (at < 0) return -1
  at = endpointAt(line, at, to, into)
  return at >= 0 && at < to && line[at] === close ? at + 1 : -1
}

/** Behind `->`; -1 where it does not stand here. */
export function arrowEnd(line: Uint8Array, at: number, to: number): number {
  return at + 1 < to && line[at] === 0x2d && line[at + 1] === 0x3e ? at + 2 : -1
}
