import type { ClickHouseClient } from '@clickhouse/client'
import type { firewallKinds } from '../../../src/wire/firewall/layout.ts'

/** A firewall's line as a test writes it down. */
export interface Probe {
  readonly time: number
  readonly source: string
  readonly port: number
  readonly target?: string
  readonly sourcePort?: number
  readonly protocol?: number
  readonly flags?: number
  readonly kind?: keyof typeof firewallKinds
  /** When the line came; as the packet where not given. */
  readonly received?: number
  readonly country?: string
  readonly as?: number
}

export const tcp = 6
export const udp = 17
const syn = 2

/** The tables keep what they get, whatever today is. */
export async function keepProbesForever(store: ClickHouseClient): Promise<void> {
  for (const table of ['firewall', 'firewall_ports_1h'])
    await store.command({ query: `ALTER TABLE ${table} REMOVE TTL` })
}

/** Puts lines into the table `firewall`. */
export async function keepProbes(store: ClickHouseClient, probes: Iterable<Probe>): Promise<void> {
  const address = (text: string) => (text.includes(':') ? text : `::ffff:${text}`)
  await store.insert({
    table: 'firewall',
    columns: [
      'time',
      'received',
      'kind',
      'source_ip',
      'destination_ip',
      'source_port',
      'destination_port',
      'protocol',
      'tcp_flags',
      'source_country',
      'source_as',
    ],
    format: 'JSONCompactEachRow',
    values: Array.from(probes, (probe) => {
      const { time, source, port, target = '203.0.113.1', sourcePort = 40_000, protocol = tcp } = probe
      const { flags = protocol === tcp ? syn : 0, kind = 'block', received = time, country, as = 0 } = probe
      const when = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, 23)
      return [
        when(time),
        when(received),
        `firewall.${kind}`,
        address(source),
        address(target),
        sourcePort,
        port,
        protocol,
        flags,
        country ?? '\0\0',
        as,
      ]
    }),
  })
}

/** Random numbers below 1, the same each time. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
}

/** In another order, the same each time. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items]
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[order[at], order[other]] = [order[other]!, order[at]!]
  }
  return order
}

/** Ports that nmap asks for before all others, where it is not told `-r`. */
const popular = [
  80, 23, 443, 21, 22, 25, 3389, 110, 445, 139, 143, 53, 135, 3306, 8080, 1723, 111, 995, 993, 5900, 1025,
  587, 8888, 199, 1720,
]

/** As nmap asks for them: popular ones first, the others in an order of its own each time. */
export function nmapOrder(ports: readonly number[], random: () => number): number[] {
  const wanted = new Set(ports)
  const first = popular.filter((port) => wanted.has(port))
  const others = ports.filter((port) => !first.includes(port))
  return [...shuffled(first, random), ...shuffled(others, random)]
}
