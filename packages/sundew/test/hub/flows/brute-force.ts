import type { FlowFilter } from '../../../src/hub/flows/filter.ts'
import { parseAddress, parseRange } from '../../../src/match/parse-address.ts'
import { compareWords, isMapped } from '../../../src/match/words.ts'
import type { Flow } from './kept-flows.ts'

interface World {
  readonly networks: readonly string[]
  readonly lists: Readonly<Record<string, readonly string[]>>
}

type Spans = readonly (readonly [number, number])[]

/** Whether a filter lets a flow through, by looking at each of its conditions in turn. */
export function passes(flow: Flow, filter: FlowFilter, { networks, lists }: World): boolean {
  const { source, destination, sourcePort = 0, destinationPort = 0, protocol = 6, flags = 0 } = flow
  const sampling = Math.max(1, flow.sampling ?? 0)
  const among = (address: string, texts: readonly string[]) => texts.some((text) => inRange(address, text))
  const set = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const listed =
    filter.intel === 'all'
      ? Object.values(lists).flat()
      : (filter.intel ?? []).flatMap((name) => lists[name] ?? [])
  const [from, to] = [among(source, networks), among(destination, networks)]
  const direction = from ? (to ? 'internal' : 'outbound') : to ? 'inbound' : 'external'
  const ends: { readonly [name: string]: readonly (boolean | undefined)[] } = {
    address: [filter.address && (among(source, filter.address) || among(destination, filter.address))],
    source: [filter.source && among(source, filter.source)],
    destination: [filter.destination && among(destination, filter.destination)],
    not_address: [
      filter.not_address && !among(source, filter.not_address) && !among(destination, filter.not_address),
    ],
    not_source: [filter.not_source && !among(source, filter.not_source)],
    not_destination: [filter.not_destination && !among(destination, filter.not_destination)],
    set: [
      filter.set === undefined
        ? undefined
        : among(source, set(filter.set)) || among(destination, set(filter.set)),
    ],
    source_set: [filter.source_set === undefined ? undefined : among(source, set(filter.source_set))],
    destination_set: [
      filter.destination_set === undefined ? undefined : among(destination, set(filter.destination_set)),
    ],
    not_set: [
      filter.not_set === undefined
        ? undefined
        : !among(source, set(filter.not_set)) && !among(destination, set(filter.not_set)),
    ],
    not_source_set: [
      filter.not_source_set === undefined ? undefined : !among(source, set(filter.not_source_set)),
    ],
    not_destination_set: [
      filter.not_destination_set === undefined
        ? undefined
        : !among(destination, set(filter.not_destination_set)),
    ],
    intel: [filter.intel && (among(source, listed) || among(destination, listed))],
    exporter: [filter.exporter && among(flow.exporter ?? '', filter.exporter)],
    next_hop: [filter.next_hop && among(flow.nextHop ?? '::', filter.next_hop)],
    version: [filter.version && (filter.version === 4) === isMapped(parseAddress(source)!)],
    direction: [filter.direction && filter.direction.includes(direction)],
  }
  const within = (spans: Spans | undefined, ...values: number[]) =>
    spans && values.some((value) => spans.some(([low, high]) => low <= value && value <= high))
  const without = (spans: Spans | undefined, ...values: number[]) => spans && !within(spans, ...values)
  const code = (codes: readonly string[] | undefined, ...values: (string | undefined)[]) =>
    codes && values.some((value) => codes.includes(value ?? ''))
  const icmp = protocol === 1 || protocol === 58
  const limits = (limit: FlowFilter['bytes'], value: number) =>
    limit && value >= (limit.least ?? 0) && value <= (limit.most ?? Infinity)
  const conditions = [
    ...Object.values(ends).flat(),
    filter.since === undefined ? undefined : flow.time >= Date.parse(filter.since),
    filter.before === undefined ? undefined : flow.time < Date.parse(filter.before),
    within(filter.port, sourcePort, destinationPort),
    within(filter.source_port, sourcePort),
    within(filter.destination_port, destinationPort),
    without(filter.not_port, sourcePort, destinationPort),
    without(filter.not_source_port, sourcePort),
    without(filter.not_destination_port, destinationPort),
    within(filter.protocol, protocol),
    without(filter.not_protocol, protocol),
    filter.flags && protocol === 6 && filter.flags.some(({ high, mask }) => (flags & mask) === high),
    limits(filter.bytes, (flow.bytes ?? 0) * sampling),
    limits(filter.packets, (flow.packets ?? 0) * sampling),
    limits(filter.duration_ms, flow.duration ?? 0),
    within(filter.interface, flow.input ?? 0, flow.output ?? 0),
    within(filter.input_interface, flow.input ?? 0),
    within(filter.output_interface, flow.output ?? 0),
    code(filter.country, flow.sourceCountry, flow.destinationCountry),
    code(filter.source_country, flow.sourceCountry),
    code(filter.destination_country, flow.destinationCountry),
    filter.not_country && !code(filter.not_country, flow.sourceCountry, flow.destinationCountry),
    within(filter.as, flow.sourceAs ?? 0, flow.destinationAs ?? 0),
    within(filter.source_as, flow.sourceAs ?? 0),
    within(filter.destination_as, flow.destinationAs ?? 0),
    without(filter.not_as, flow.sourceAs ?? 0, flow.destinationAs ?? 0),
    filter.icmp_type && icmp && within(filter.icmp_type, destinationPort >> 8),
    filter.icmp_code && icmp && within(filter.icmp_code, destinationPort & 255),
  ]
  return conditions.every((condition) => condition ?? true)
}

function inRange(address: string, text: string): boolean {
  const words = parseAddress(address)
  const range = parseRange(text)
  if (!words || !range) return false
  const { first, last } = range
  return (
    isMapped(words) === isMapped(first) && compareWords(first, words) <= 0 && compareWords(words, last) <= 0
  )
}
