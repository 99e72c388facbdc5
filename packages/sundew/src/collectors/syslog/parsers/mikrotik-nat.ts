import type { FirewallRow } from '../firewall-row.ts'
import { endpointAt, lastPort, noPort } from './address.ts'

const [open, close] = [0x28, 0x29]
/** An end that was not translated: it is in the row already. */
const untouched = new Uint32Array(4)
let portBefore = noPort

/**
 * Reads `(a:p->c:q)->b:p`, `a:p->(d:q->b:p)` or both: where it ends, -1 where it is none such. In brackets is an end that was
 * translated, as the sender wrote it and as it became. The first belongs to the row: before the brackets RouterOS tells the second,
 * where dstnat sent the packet and not what was asked for.
 */
export function translated(line: Uint8Array, from: number, to: number, into: FirewallRow): number {
  let at = side(line, from, to, into.source, into.natSource)
  if (at < 0) return -1
  if (line[from] === open) {
    if (portBefore !== noPort) into.sourcePort = portBefore
    into.natSourcePort = Math.max(0, lastPort())
  }
  const second = arrowEnd(line, at, to)
  if (second < 0) return -1
  at = side(line, second, to, into.destination, into.natDestination)
  if (at >= 0 && line[second] === open) {
    if (portBefore !== noPort) into.destinationPort = portBefore
    into.natDestinationPort = Math.max(0, lastPort())
  }
  return at
}

function side(line: Uint8Array, at: number, to: number, before: Uint32Array, after: Uint32Array): number {
  if (at >= to || line[at] !== open) return endpointAt(line, at, to, untouched)
  at = endpointAt(line, at + 1, to, before)
  if (at < 0) return -1
  portBefore = lastPort()
  at = arrowEnd(line, at, to)
  if (at < 0) return -1
  at = endpointAt(line, at, to, after)
  return at >= 0 && at < to && line[at] === close ? at + 1 : -1
}

/** Behind `->`; -1 where it does not stand here. */
export function arrowEnd(line: Uint8Array, at: number, to: number): number {
  return at + 1 < to && line[at] === 0x2d && line[at + 1] === 0x3e ? at + 2 : -1
}
