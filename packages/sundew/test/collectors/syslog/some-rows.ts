import { FirewallRow } from '../../../src/collectors/syslog/firewall-row.ts'
import type { LineAbout } from '../../../src/collectors/syslog/firewall-sink.ts'
import { parseAddress } from '../../../src/match/parse-address.ts'

/** What a line tells, as a test says it. */
export interface Told {
  readonly time?: number
  readonly received?: number
  readonly kind?: number
  readonly source?: string
  readonly destination?: string
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly protocol?: number
  readonly tcpFlags?: number
  readonly length?: number
  readonly natSource?: string
  readonly natDestination?: string
  readonly natSourcePort?: number
  readonly natDestinationPort?: number
  readonly mac?: readonly [high: number, low: number]
  readonly sender?: string
  readonly device?: Uint8Array | string
  readonly format?: string
  readonly rule?: Uint8Array | string
  readonly inInterface?: Uint8Array | string
  readonly outInterface?: Uint8Array | string
  readonly state?: Uint8Array | string
}

/** When such lines come, where they do not say else: the store keeps them for a while only. */
export const receivedMs = Date.now() - 3_600_000

const words = (text: string | undefined): readonly number[] =>
  text === undefined ? [0, 0, 0, 0] : parseAddress(text)!
const bytesOf = (text: Uint8Array | string = ''): Uint8Array =>
  typeof text === 'string' ? Buffer.from(text, 'utf8') : text

/** The row, the line its texts stand in, and what is known beside it. */
export function lineOf(told: Told): [row: FirewallRow, line: Uint8Array, about: LineAbout] {
  const row = new FirewallRow()
  row.kind = told.kind ?? 1
  row.source.set(words(told.source))
  row.destination.set(words(told.destination))
  row.sourcePort = told.sourcePort ?? 0
  row.destinationPort = told.destinationPort ?? 0
  row.protocol = told.protocol ?? 6
  row.tcpFlags = told.tcpFlags ?? 0
  row.length = told.length ?? 0
  row.natSource.set(words(told.natSource))
  row.natDestination.set(words(told.natDestination))
  row.natSourcePort = told.natSourcePort ?? 0
  row.natDestinationPort = told.natDestinationPort ?? 0
  ;[row.macHigh, row.macLow] = told.mac ?? [0, 0]
  let line: Uint8Array = Buffer.from('<4>')
  for (const name of ['rule', 'inInterface', 'outInterface', 'state'] as const) {
    const text = bytesOf(told[name])
    row[name].from = line.length
    row[name].to = text.length === 0 ? 0 : line.length + text.length
    line = Buffer.concat([line, text, Buffer.from(' ')])
  }
  const device = bytesOf(told.device)
  const received = told.received ?? receivedMs
  const about: LineAbout = {
    time: told.time ?? received,
    received,
    sender: Uint32Array.from(words(told.sender)),
    device: { bytes: device, from: 0, to: device.length },
    format: told.format ?? 'mikrotik',
  }
  return [row, line, about]
}
