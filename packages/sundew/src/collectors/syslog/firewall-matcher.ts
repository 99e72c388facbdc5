import { type Caveat, caveatOf, type Severity } from '../../match/judge.ts'
import { formatColumnAddress } from '../../match/parse-address.ts'
import type { FirewallColumns } from '../../wire/firewall/columns.ts'
import { firewallIndex, firewallKinds } from '../../wire/firewall/layout.ts'
import { type FlowMatch, number64, pairMatchOf } from '../flow/match-event.ts'
import { type MatchWindow, wordsOf } from '../flow/match-windows.ts'
import { copyAddress, PairMatcher, type PairMatcherParts, type RowFacts } from '../flow/pair-matcher.ts'

export interface FirewallMatcherParts extends PairMatcherParts {
  readonly emit: (match: FlowMatch) => void
  /** By which windows are opened: when lines came, or, where they come from the past, when they were. */
  readonly opened?: 'received' | 'time'
}

/** IANA firewallEvent, by which flows tell the same. */
const [created, denied, alerted] = [1, 3, 4]

/**
 * Matches what firewalls' lines tell, as flows are matched: by both ends, before and after translation. What was blocked is
 * of low severity, as flows that a firewall rejected are. Of what was let through a lone SYN is no caveat: the first packet is
 * all that a firewall writes of a connection.
 */
export class FirewallMatcher extends PairMatcher<FirewallColumns> {
  readonly #emit: (match: FlowMatch) => void
  readonly #opened: 'received' | 'time'

  constructor(parts: FirewallMatcherParts) {
    super(parts)
    this.#opened = parts.opened ?? 'received'
    this.#emit = parts.emit
  }

  protected override know(columns: FirewallColumns, row: number, facts: RowFacts): void {
    const kind = columns.cells('kind')[row]
    facts.protocol = columns.cells('protocol')[row]!
    facts.sourcePort = columns.cells('source_port')[row]!
    facts.destinationPort = columns.cells('destination_port')[row]!
    facts.tcpFlags = columns.cells('tcp_flags')[row]!
    facts.firewallEvent =
      kind === firewallKinds.block ? denied : kind === firewallKinds.allow ? created : alerted
  }

  protected override caveat(facts: RowFacts): Caveat {
    const caveat = caveatOf(facts)
    return caveat === 'syn-only' && facts.firewallEvent === created ? '' : caveat
  }

  protected override begin(window: MatchWindow, columns: FirewallColumns, row: number): void {
    copyAddress(columns.cells('sender_ip'), row * 4, window.words, wordsOf.exporter)
    window.opened = number64(columns.cells(this.#opened), row)
    const sender = formatColumnAddress(window.words, wordsOf.exporter)
    const device = columns.terms('device').text(columns.cells('device')[row]!)
    window.log = sender === '::' ? Buffer.from(device).toString('utf8') : sender
  }

  protected override add(
    window: MatchWindow,
    columns: FirewallColumns,
    row: number,
    { firewallEvent }: RowFacts,
  ): void {
    const time = number64(columns.cells('time'), row)
    window.packets++
    window.bytes += columns.cells('length')[row]!
    window.firstSeen = Math.min(window.firstSeen, time)
    window.lastSeen = Math.max(window.lastSeen, time)
    if (firewallEvent === created) window.allowed = true
  }

  protected override mark(columns: FirewallColumns, row: number): void {
    columns.cells('listed')[row] = 1
    columns.touch('listed')
  }

  protected override more(columns: FirewallColumns, from: number, to: number): void {
    for (const end of ['source', 'destination'] as const) {
      const name = `nat_${end}_ip` as const
      if (columns.touched[firewallIndex[name]] === 1)
        this.matchMore(columns, from, to, `nat_${end}`, columns.cells(name), columns.cells(`${end}_ip`))
    }
  }

  protected override emit(window: MatchWindow, severity: Severity, summary: boolean): void {
    const blocked = window.allowed ? 'allow' : window.caveat === 'rejected' ? 'block' : undefined
    this.#emit(
      pairMatchOf(window, severity, summary, { log: window.log, ...(blocked !== undefined && { blocked }) }),
    )
  }
}
