import { ascii, find } from '../../tail/scan.ts'
import type { FirewallRow } from '../firewall-row.ts'

const ping = ascii('ping')

/** An echo request, of whichever version of ICMP: no type has this number. */
const echo = 256

/** The type of ICMP that a service is by its name: {@link echo} of `junos-ping`; -1 of any other. */
export function icmpTypeOfService(line: Uint8Array, from: number, to: number): number {
  return find(line, from, to, ping) < 0 ? -1 : echo
}

/**
 * Finishes a session's row: what was translated into itself was not translated; ICMP has a type and no ports, for which Junos writes
 * the identifier and number of an echo.
 *
 * @param icmpType -1 where it is not known
 */
export function settle(into: FirewallRow, icmpType: number): void {
  const { source, destination, natSource, natDestination } = into
  const icmp = into.protocol === 1 || into.protocol === 58
  if (same(source, natSource) && (icmp || into.sourcePort === into.natSourcePort)) natSource.fill(0)
  if (same(destination, natDestination) && (icmp || into.destinationPort === into.natDestinationPort))
    natDestination.fill(0)
  if (icmp || isNone(natSource)) into.natSourcePort = 0
  if (icmp || isNone(natDestination)) into.natDestinationPort = 0
  if (!icmp) return
  into.sourcePort = 0
  const type = icmpType === echo ? (into.protocol === 58 ? 128 : 8) : Math.max(0, icmpType)
  into.destinationPort = type * 256
}

function same(a: Uint32Array, b: Uint32Array): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3]
}

function isNone(words: Uint32Array): boolean {
  return (words[0]! | words[1]! | words[2]! | words[3]!) === 0
}
