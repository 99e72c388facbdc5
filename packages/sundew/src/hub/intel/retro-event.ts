import type { KindFields } from '../../event/event.ts'
import { listedFields } from '../../intel/listed.ts'
import { holdsNetwork } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { caveatOf, directionOf, type FlowFacts, severityOf, sourceBegan } from '../../match/judge.ts'
import { formatAddress, parseAddress } from '../../match/parse-address.ts'
import { serviceName } from '../../match/services.ts'
import type { Words } from '../../match/words.ts'
import type { PastPair } from './retro-rows.ts'

/** An `intel.match` of the past, and the parts of its context that the flows say. Source is who began. */
export interface PastMatch {
  readonly source_ip: string
  readonly source_port: number
  readonly destination_ip: string
  readonly destination_port: number
  readonly fields: KindFields<'intel.match'>
}

/** What passed between a host and a listed address, each way by itself. */
interface Meeting {
  readonly listed: Words
  readonly host: Words
  toListed: PastPair | undefined
  toHost: PastPair | undefined
}

/**
 * One match for each host and each listed address that it met.
 *
 * @param asked the listed addresses that the pairs were asked for, as text
 */
export function pastMatches(
  pairs: readonly PastPair[],
  asked: ReadonlySet<string>,
  set: AddressSet,
  networks: AddressSet,
): PastMatch[] {
  const meetings = new Map<string, Meeting>()
  const meet = (
    listed: Words | undefined,
    host: Words | undefined,
    pair: PastPair,
    way: 'toListed' | 'toHost',
  ) => {
    if (!listed || !host || !asked.has(formatAddress(listed))) return
    const key = `${formatAddress(host)} ${formatAddress(listed)}`
    const meeting = meetings.get(key) ?? { listed, host, toListed: undefined, toHost: undefined }
    meetings.set(key, { ...meeting, [way]: pair })
  }
  for (const pair of pairs) {
    const [source, destination] = [parseAddress(pair.source_ip), parseAddress(pair.destination_ip)]
    meet(destination, source, pair, 'toListed')
    meet(source, destination, pair, 'toHost')
  }
  return [...meetings.values()]
    .map((meeting) => matchOf(meeting, set, networks))
    .filter((match) => match !== undefined)
}

function matchOf(meeting: Meeting, set: AddressSet, networks: AddressSet): PastMatch | undefined {
  const { listed, host, toListed, toHost } = meeting
  const node = set.find(listed)
  const ours = networks.find(listed)
  if (node < 0 || (ours >= 0 && holdsNetwork(set, node, networks, ours))) return undefined
  const ways = [toListed, toHost].filter((way) => way !== undefined)
  const first = ways.toSorted((a, b) => Number(a.first_ms) - Number(b.first_ms))[0]!
  const facts = factsOf(first)
  const began = sourceBegan(facts)
  const listedBegan = (first === toHost) === began
  const direction = directionOf(networks.find(host) >= 0, ours >= 0, listedBegan)
  const plain = ways.filter((way) => Number(way.plain) > 0)
  const answered = plain.length === 2 || ways.some((way) => Number(way.answered) > 0)
  const caveat = plain.length === 0 ? caveatOf(facts) : answered ? '' : 'one-way'
  const sum = (what: 'flows' | 'bytes' | 'packets') =>
    Math.min(
      ways.reduce((total, way) => total + Number(way[what]), 0),
      Number.MAX_SAFE_INTEGER,
    )
  // Ports of ICMP are its type and code, which are not turned round.
  const turned = !began && facts.sourcePort !== 0
  const destinationPort = turned ? facts.sourcePort : facts.destinationPort
  const [source, destination] = listedBegan ? [listed, host] : [host, listed]
  return {
    source_ip: formatAddress(source),
    source_port: turned ? facts.destinationPort : facts.sourcePort,
    destination_ip: formatAddress(destination),
    destination_port: destinationPort,
    fields: {
      ...listedFields(set, node),
      matched: listedBegan ? 'source' : 'destination',
      matched_ip: formatAddress(listed),
      direction,
      protocol: facts.protocol,
      service_name: serviceName(facts.protocol, destinationPort),
      bytes: sum('bytes'),
      packets: sum('packets'),
      flows: sum('flows'),
      first_seen: new Date(Math.min(...ways.map((way) => Number(way.first_ms)))).toISOString(),
      last_seen: new Date(Math.max(...ways.map((way) => Number(way.last_ms)))).toISOString(),
      summary: true,
      ...(caveat !== '' && { caveat }),
      severity: severityOf(direction, answered, caveat),
      exporter: exporterOf(first),
      retro: true,
    },
  }
}

function factsOf(pair: PastPair): FlowFacts {
  return {
    protocol: pair.protocol,
    sourcePort: pair.source_port,
    destinationPort: pair.destination_port,
    tcpFlags: pair.tcp_flags,
    firewallEvent: pair.firewall_event,
    forwardingStatus: pair.forwarding_status,
    reversePackets: Number(pair.reverse_packets),
    reverseTcpFlags: pair.reverse_tcp_flags,
  }
}

function exporterOf({ exporter_ip, exporter_port }: PastPair): string {
  const words = parseAddress(exporter_ip)
  const address = words ? formatAddress(words) : exporter_ip
  return `${address.includes(':') ? `[${address}]` : address}:${exporter_port}`
}
