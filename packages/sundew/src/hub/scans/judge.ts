import { serviceName, transportName } from '../../match/services.ts'
import type { Details } from './details.ts'
import type { Scan } from './scan.ts'
import type { ScansSection } from './section.ts'

type Least = Pick<ScansSection, 'slow_ports' | 'fast_ports' | 'sweep_targets'>

/**
 * Ports in order are a scan sooner. Of ten million sources that ask for this many ports by chance, less than one has them
 * so well in order: of 20 in random order the rank correlation is 0.9 or more once in 10^7.
 */
const ordered = { ports: 20, rank: 0.9 } as const

/** What a scan must reach one of. */
export function leastOf({
  slow_ports,
  fast_ports,
  sweep_targets,
}: Least): Record<'slow' | 'fast' | 'ordered' | 'targets', number> {
  return { slow: slow_ports, fast: fast_ports, ordered: ordered.ports, targets: sweep_targets }
}

/**
 * Which scan it is that one source did, undefined where it is none. Where it is of several kinds, the picture decides: more
 * addresses than ports is a sweep, else it is fast or slow.
 *
 * What a firewall let through counts among the ports; for a sweep only what it did not: a search engine asks every web
 * server for port 443.
 */
export function judge(source: string, details: Details, least: Least): Scan | undefined {
  const inOrder = Math.abs(details.rank) >= ordered.rank && details.ports >= ordered.ports
  const sweep = details.swept >= least.sweep_targets
  const fast = details.perMinute >= least.fast_ports
  const slow = details.ports >= least.slow_ports || inOrder
  if (sweep && (details.swept > details.ports || !(fast || slow))) return sweepOf(source, details)
  if (fast || slow) return portScan(source, details, fast ? 'fast' : 'slow')
  return undefined
}

function common(source: string, details: Details) {
  return {
    protocol: details.protocol,
    sources: [source],
    sourceCount: 1,
    targets: details.targets,
    probes: details.probes,
    first: details.first,
    last: details.last,
  }
}

function portScan(source: string, details: Details, pattern: 'fast' | 'slow'): Scan {
  const { ports, ranges, first, last, rank, fit, perMinute, minute } = details
  const hours = (last - first) / 3_600_000
  const order = Math.abs(rank) < ordered.rank ? 'mixed' : rank > 0 ? 'up' : 'down'
  // The last port ends the time, it does not begin another step.
  const perHour = hours > 0 ? rounded((ports - 1) / hours) : undefined
  const way = { up: 'from low to high', down: 'from high to low', mixed: 'in no order' }[order]
  const pace =
    pattern === 'fast'
      ? `${count(perMinute, 'port')} in the minute of ${clockText(minute)}`
      : `${perHour ?? 0} an hour`
  return {
    ...common(source, details),
    pattern,
    ports: ranges,
    portCount: ports,
    order,
    ...(perHour !== undefined && { perHour }),
    fit: rounded(fit),
    evidence: `${count(ports, 'different port')} of ${count(details.targets, 'address', 'addresses')} in ${lasting(last - first)}, ${pace}, ${way}`,
  }
}

function sweepOf(source: string, details: Details): Scan {
  const { sweptRanges, swept, sweptPlace, first, last } = details
  const wide = sweptRanges.reduce((ports, range) => ports + sizeOf(range), 0)
  const more = wide > 1 ? ` and ${wide - 1} more` : ''
  return {
    ...common(source, details),
    pattern: 'sweep',
    ports: sweptRanges,
    portCount: Math.max(1, wide),
    evidence: `${placeText(sweptPlace)}${more} asked of ${count(swept, 'address', 'addresses')} in ${lasting(last - first)}`,
  }
}

/** `TCP/22 (ssh)`, `ICMP 8/0`: a place is protocol * 65536 + port. */
export function placeText(place: number): string {
  const [protocol, port] = [place >>> 16, place & 0xffff]
  const transport = (transportName(protocol) || `protocol ${protocol}`).toUpperCase()
  if (protocol === 1 || protocol === 58) return `${transport} ${port >>> 8}/${port & 255}`
  const service = serviceName(protocol, port)
  return `${transport}/${port}${service === '' ? '' : ` (${service})`}`
}

/** How many ports a range names. */
function sizeOf(range: string): number {
  const [from = '', to = from] = range.split('-')
  return Number(to) - Number(from) + 1
}

/** `1 port`, `1,024 ports`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}

/** `40 s`, `12 min`, `5.3 h`, `3.1 d`. */
export function lasting(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const
  const [unit, name] = units.find(([unit]) => ms >= 2 * unit) ?? [1000, 's']
  const amount = ms / unit
  return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${name}`
}

function clockText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Three figures are enough. */
export function rounded(number: number): number {
  return Number(number.toPrecision(3))
}
