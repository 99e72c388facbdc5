/**
 * Where an event belongs on the vertical axis: a port, or below the axis a value in the lane of a protocol without ports.
 * One number, so that a table leads from it to a row.
 */

/** Lanes below the axis, from the top. `value` is what their 256 places stand for. */
export const lanes = [
  { name: 'ICMP', value: 'type' },
  { name: 'ICMPv6', value: 'type' },
  { name: 'other', value: 'protocol' },
] as const

export type LaneName = (typeof lanes)[number]['name']

const ports = 65_536
const valuesOfLane = 256

/** How many places there are. */
export const places = ports + lanes.length * valuesOfLane

const icmp = 1
const icmp6 = 58
/** Protocols whose ports are ports: TCP, UDP, DCCP, SCTP, UDP-Lite (IANA protocol numbers). */
const withPorts = new Set([6, 17, 33, 132, 136])

/**
 * The place of an event.
 *
 * @param protocol IANA's number, 0 to 255
 * @param port of the destination; for ICMP type * 256 + code
 */
export function placeOf(protocol: number, port: number): number {
  if (withPorts.has(protocol)) return port & 0xffff
  const lane = protocol === icmp ? 0 : protocol === icmp6 ? 1 : 2
  return laneStart(lane) + (lane === 2 ? protocol & 255 : (port >>> 8) & 255)
}

/** The first place of a lane. */
export function laneStart(lane: number): number {
  return ports + lane * valuesOfLane
}

/** What stands at a place: a port, or a lane and the value in it. */
export function whatIsAt(
  place: number,
): { readonly port: number } | { readonly lane: LaneName; readonly value: number } {
  if (place < ports) return { port: place }
  const at = place - ports
  return { lane: lanes[Math.floor(at / valuesOfLane)]!.name, value: at % valuesOfLane }
}
