import type { FlowColumns } from '../../packages/sundew/src/wire/flow/columns.ts'

/** What made-up traffic looks like. */
export interface TrafficShape {
  /** Of the first row, milliseconds since 1970. */
  readonly startMs: number
  /** Rows a second. */
  readonly rate: number
  readonly seed: number
  /** Hosts of ours, and of the rest of the world: the second is drawn by Zipf, so most of its traffic is with few. */
  readonly hosts: number
  readonly peers: number
  /** Share of IPv6. */
  readonly wide: number
}

export const officeTraffic: TrafficShape = {
  startMs: Date.UTC(2026, 10, 1),
  rate: 10_000,
  seed: 1,
  hosts: 2_000,
  peers: 200_000,
  wide: 0.15,
}

const services = [443, 443, 443, 443, 443, 443, 53, 53, 53, 80, 80, 123, 22, 25, 993, 3389, 8080, 445]
const countries = [
  'US',
  'US',
  'US',
  'DE',
  'DE',
  'NL',
  'GB',
  'FR',
  'IE',
  'CN',
  'RU',
  'BR',
  'IN',
  'JP',
  'SE',
  'CH',
]
const flowsPerPacket = 26

/**
 * Rows as three routers of a mid-sized network export them: addresses by popularity, requests and answers as two flows,
 * random client ports, times in steps of an export packet, sizes by a heavy tail. The same seed gives the same rows.
 */
export class Traffic {
  readonly #shape: TrafficShape
  readonly #random: () => number
  #rows = 0
  #packetMs = 0
  #exporter = 0

  constructor(shape: TrafficShape = officeTraffic) {
    this.#shape = shape
    this.#random = xorshift(shape.seed)
  }

  get rows(): number {
    return this.#rows
  }

  /** Appends up to `count` rows, as many as fit. */
  fill(columns: FlowColumns, count: number): void {
    const random = this.#random
    const { hosts, peers, wide, startMs, rate } = this.#shape
    columns.touch(...carried)
    columns.wide = true
    const c = <N extends (typeof carried)[number]>(name: N) => columns.cells(name)
    const [time, start, duration] = [c('time'), c('flow_start'), c('duration_ms')]
    const [source, destination, hop] = [c('source_ip'), c('destination_ip'), c('next_hop')]
    const [exporter, exporterPort, domain, version] = [
      c('exporter_ip'),
      c('exporter_port'),
      c('domain'),
      c('export_version'),
    ]
    const end = Math.min(columns.capacity, columns.rows + count)
    for (let row = columns.rows; row < end; row++, this.#rows++) {
      if (this.#rows % flowsPerPacket === 0) {
        this.#packetMs = startMs + Math.floor((this.#rows / rate) * 1000)
        this.#exporter = Math.floor(random() * random() * 3)
      }
      setMs(time, row, this.#packetMs)
      const packets = Math.max(1, Math.floor(1 / (1 - random()) ** 0.9))
      const ms = packets === 1 ? 0 : Math.floor(random() ** 2 * Math.min(60_000, packets * 400))
      duration[row] = ms
      setMs(start, row, this.#packetMs - ms - Math.floor(random() * 15_000))
      const isWide = random() < wide
      const ours = Math.floor(random() ** 2 * hosts)
      const theirs = Math.floor(peers ** random())
      const outbound = random() < 0.52
      const [from, to] = outbound ? [source, destination] : [destination, source]
      setAddress(from, row, true, ours, isWide)
      setAddress(to, row, false, theirs, isWide)
      const kind = random()
      const protocol = kind < 0.68 ? 6 : kind < 0.97 ? 17 : 1
      const service =
        protocol === 1 ? 2048 : services[(theirs * 7 + Math.floor(random() * 3)) % services.length]!
      const client = protocol === 1 ? 0 : 1024 + Math.floor(random() * 64_000)
      c('source_port')[row] = outbound ? client : service
      c('destination_port')[row] = outbound ? service : client
      c('protocol')[row] = protocol
      c('tcp_flags')[row] = protocol === 6 ? (packets === 1 ? 2 : random() < 0.8 ? 27 : 31) : 0
      c('tos')[row] = random() < 0.9 ? 0 : 32
      c('raw_packets')[row * 2] = packets
      c('raw_bytes')[row * 2] = packets * (60 + Math.floor(random() * (packets > 4 ? 1_000 : 300)))
      c('sampling')[row] = 1
      exporter[row * 4 + 2] = 0xffff0000
      exporter[row * 4 + 3] = littleEndian(0x0a00_0001 + this.#exporter)
      exporterPort[row] = 40_000 + this.#exporter
      domain[row] = this.#exporter
      version[row] = this.#exporter === 2 ? 10 : 9
      c('input_interface')[row] = outbound ? 1 + (ours % 12) : 100
      c('output_interface')[row] = outbound ? 100 : 1 + (ours % 12)
      const as = 1_000 + Math.floor((theirs / peers) * 20_000) // half of all traffic is with some fifty
      c(outbound ? 'destination_as' : 'source_as')[row] = as
      const country = countries[as % countries.length]!
      c(outbound ? 'destination_country' : 'source_country')[row] =
        country.charCodeAt(0) | (country.charCodeAt(1) << 8)
      c(outbound ? 'source_mask' : 'destination_mask')[row] = isWide ? 64 : 24
      c(outbound ? 'destination_mask' : 'source_mask')[row] = isWide ? 32 : 12 + (as % 13)
      hop[row * 4 + 2] = 0xffff0000
      hop[row * 4 + 3] = littleEndian(outbound ? 0x0a00_00fe : 0x0a00_0100 + (ours % 12))
      c('direction')[row] = outbound ? 0 : 1
    }
    columns.rows = end
  }
}

/** What {@link Traffic} fills. */
const carried = [
  ...(['time', 'flow_start', 'duration_ms', 'source_ip', 'destination_ip', 'source_port'] as const),
  ...(['destination_port', 'protocol', 'tcp_flags', 'tos', 'raw_bytes', 'raw_packets', 'sampling'] as const),
  ...(['exporter_ip', 'exporter_port', 'domain', 'export_version', 'input_interface'] as const),
  ...(['output_interface', 'source_as', 'destination_as', 'source_country'] as const),
  ...(['destination_country', 'source_mask', 'destination_mask', 'next_hop', 'direction'] as const),
]

/** One of our hosts in 10.0.0.0/8 and fd00::/16, or one of theirs anywhere, the same for the same number. */
function setAddress(words: Uint32Array, row: number, ours: boolean, number: number, wide: boolean): void {
  const at = row * 4
  if (wide) {
    words[at] = ours ? littleEndian(0xfd00_0001) : littleEndian(0x2001_0000 + (mix(number) & 0x0fff))
    words[at + 1] = littleEndian(ours ? number & 0xff : mix(number + 1) & 0xffff)
    words[at + 2] = ours ? mix(number) : 0
    words[at + 3] = ours ? mix(number + 7) : littleEndian(number % 50)
  } else {
    words[at] = 0
    words[at + 1] = 0
    words[at + 2] = 0xffff0000
    words[at + 3] = littleEndian(ours ? 0x0a01_0000 + number : 0x1000_0000 + (mix(number) >>> 2) * 3)
  }
}

function setMs(words: Uint32Array, row: number, ms: number): void {
  words[row * 2] = ms >>> 0
  words[row * 2 + 1] = Math.floor(ms / 2 ** 32)
}

/** The number as a little-endian reader finds it in network order. */
function littleEndian(value: number): number {
  const v = value >>> 0
  return ((v >>> 24) | ((v >>> 8) & 0xff00) | ((v << 8) & 0xff0000) | (v << 24)) >>> 0
}

/** A fixed shuffle of 32-bit numbers. */
function mix(number: number): number {
  let x = (number + 0x9e37_79b9) | 0
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35)
  return (x ^ (x >>> 16)) >>> 0
}

function xorshift(seed: number): () => number {
  let x = mix(seed) || 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}
