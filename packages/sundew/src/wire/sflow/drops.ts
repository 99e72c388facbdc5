/** IANA forwardingStatus of a packet that was dropped: for no known reason, and for those that have a number. */
const dropped = {
  unknown: 128,
  denied: 129,
  unroutable: 131,
  fragmentation: 133,
  ttl: 137,
  policed: 138,
  red: 139,
} as const

/** sFlow's reasons (https://sflow.org/sflow_drops.txt): those below 256 are the codes of ICMP "unreachable". */
const statuses: ReadonlyMap<number, number> = new Map([
  [0, dropped.unroutable], // net
  [1, dropped.unroutable], // host
  [4, dropped.fragmentation],
  [6, dropped.unroutable], // net unknown
  [7, dropped.unroutable], // host unknown
  [9, dropped.denied], // net prohibited
  [10, dropped.denied], // host prohibited
  [13, dropped.denied], // communication prohibited
  [257, dropped.ttl],
  [258, dropped.denied], // by an access list
  [260, dropped.red],
  [261, dropped.policed], // shaping
  [262, dropped.fragmentation], // too big
])

/** The `forwarding_status` that says what sFlow's reason does. */
export function droppedFor(reason: number): number {
  return statuses.get(reason) ?? dropped.unknown
}
