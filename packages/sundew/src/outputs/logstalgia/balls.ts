import type { Ball } from './line.ts'

/**
 * Colours of what became of it (M. Okabe, K. Ito, "Color Universal Design": told apart by all eyes, and on black).
 */
export const colours = {
  blocked: 'D55E00',
  allowed: '009E73',
  logged: 'F0E442',
  failed: 'E69F00',
  accepted: 'CC79A7',
  flow: '56B4E9',
} as const

/** Sizes as the first scripts had them. */
const packetSize = 10
const loginSize = 20

/** What a firewall's log says of a packet. */
export interface LoggedPacket {
  readonly at: number
  readonly source: string
  readonly protocol: number
  /** For ICMP type * 256 + code. */
  readonly destinationPort: number
  readonly fate: 'block' | 'allow' | 'other'
  /** The firewall, and the interface that it came in by. */
  readonly device?: string | undefined
  readonly inInterface?: string | undefined
}

/** What was blocked is stopped by the paddle, and so is what a rule only logs: of that nobody says that it came through. */
export function packetBall(packet: LoggedPacket): Ball {
  const { at, source, fate, device, inInterface } = packet
  return {
    at,
    host: source,
    path: portPath(packet.protocol, packet.destinationPort),
    code: fate === 'allow' ? 'pass' : fate === 'block' ? '200' : 'log',
    size: packetSize,
    stopped: fate !== 'allow',
    colour: { block: colours.blocked, allow: colours.allowed, other: colours.logged }[fate],
    vhost: device,
    pid: inInterface,
  }
}

export interface Login {
  readonly at: number
  readonly source: string
  readonly user: string
  /** Undefined where something else was shown: `how` says what. */
  readonly password: string | undefined
  /** `PLAIN`, `publickey ssh-ed25519` …. */
  readonly how: string
  readonly accepted: boolean
  readonly sensor?: string | undefined
  readonly service?: string | undefined
}

/** The name flies, the password is seen at the paddle; who is let in gets past it. */
export function loginBall({ at, source, user, password, how, accepted, sensor, service }: Login): Ball {
  return {
    at,
    host: source,
    path: user,
    code: password ?? how,
    size: loginSize,
    stopped: !accepted,
    colour: accepted ? colours.accepted : colours.failed,
    vhost: sensor,
    pid: service,
  }
}

export interface Flow {
  readonly at: number
  readonly source: string
  readonly destination: string
  readonly protocol: number
  readonly destinationPort: number
  readonly bytes: number
  /** Who told of it. */
  readonly exporter?: string | undefined
}

/** Nobody stopped it; its receiver is seen where it passes. */
export function flowBall(flow: Flow): Ball {
  return {
    at: flow.at,
    host: flow.source,
    path: portPath(flow.protocol, flow.destinationPort),
    code: flow.destination,
    size: flow.bytes,
    stopped: false,
    colour: colours.flow,
    vhost: flow.exporter,
  }
}

/** Protocols by the names that the owner's groups begin with (`-g "TCP,URI=TCP,45"`). */
const names: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IPIP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [41, 'IPV6'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMP6'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [115, 'L2TP'],
  [132, 'SCTP'],
])
const withPorts = new Set([6, 17, 33, 132])
const icmp = new Set([1, 58])

/** `TCP:22`, `ICMP:8/0`, `GRE`; `IP:200` of a protocol without a name. */
export function portPath(protocol: number, port: number): string {
  const name = names.get(protocol) ?? `IP:${protocol}`
  if (icmp.has(protocol)) return `${name}:${port >> 8}/${port & 0xff}`
  return withPorts.has(protocol) ? `${name}:${port}` : name
}
