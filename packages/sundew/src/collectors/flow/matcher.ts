import type { Severity } from '../../match/judge.ts'
import type { FlowColumns } from '../../wire/flow/columns.ts'
import { columnIndex } from '../../wire/flow/layout.ts'
import { type FlowMatch, matchOf, number64 } from './match-event.ts'
import { type MatchWindow, wordsOf } from './match-windows.ts'
import { copyAddress, PairMatcher, type PairMatcherParts, type RowFacts } from './pair-matcher.ts'

export interface FlowMatcherParts extends PairMatcherParts {
  /** Whether next hops are matched too. */
  readonly nextHop: boolean
  readonly emit: (match: FlowMatch) => void
}

/** Matches flows: by their ends, those before and after translation, and where that is wanted by the next router. */
export class FlowMatcher extends PairMatcher<FlowColumns> {
  readonly #parts: FlowMatcherParts

  constructor(parts: FlowMatcherParts) {
    super(parts)
    this.#parts = parts
  }

  protected override know(columns: FlowColumns, row: number, facts: RowFacts): void {
    facts.protocol = columns.cells('protocol')[row]!
    facts.sourcePort = columns.cells('source_port')[row]!
    facts.destinationPort = columns.cells('destination_port')[row]!
    facts.tcpFlags = columns.cells('tcp_flags')[row]!
    facts.firewallEvent = columns.cells('firewall_event')[row]!
    facts.forwardingStatus = columns.cells('forwarding_status')[row]!
    facts.reversePackets = number64(columns.cells('reverse_packets'), row)
    facts.reverseTcpFlags = columns.cells('reverse_tcp_flags')[row]!
  }

  protected override begin(window: MatchWindow, columns: FlowColumns, row: number): void {
    copyAddress(columns.cells('exporter_ip'), row * 4, window.words, wordsOf.exporter)
    window.exporterPort = columns.cells('exporter_port')[row]!
    window.opened = number64(columns.cells('time'), row)
  }

  protected override add(window: MatchWindow, columns: FlowColumns, row: number, facts: RowFacts): void {
    const scale = Math.max(1, columns.cells('sampling')[row]!)
    window.bytes +=
      scale * (number64(columns.cells('raw_bytes'), row) + number64(columns.cells('reverse_bytes'), row))
    window.packets += scale * (number64(columns.cells('raw_packets'), row) + facts.reversePackets)
    const start = number64(columns.cells('flow_start'), row) || number64(columns.cells('time'), row)
    window.firstSeen = Math.min(window.firstSeen, start)
    window.lastSeen = Math.max(window.lastSeen, start + columns.cells('duration_ms')[row]!)
  }

  protected override more(columns: FlowColumns, from: number, to: number): void {
    const { touched } = columns
    const source = columns.cells('source_ip')
    const destination = columns.cells('destination_ip')
    if (touched[columnIndex.nat_source_ip] === 1)
      this.matchMore(columns, from, to, 'nat_source', columns.cells('nat_source_ip'), source)
    if (touched[columnIndex.nat_destination_ip] === 1)
      this.matchMore(columns, from, to, 'nat_destination', columns.cells('nat_destination_ip'), destination)
    if (this.#parts.nextHop && touched[columnIndex.next_hop] === 1)
      this.matchMore(columns, from, to, 'next_hop', columns.cells('next_hop'), destination)
  }

  protected override emit(window: MatchWindow, severity: Severity, summary: boolean): void {
    this.#parts.emit(matchOf(window, severity, summary))
  }
}
