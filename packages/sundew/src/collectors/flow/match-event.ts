import type { KindFields } from '../../event/event.ts'
import { listedFields } from '../../intel/listed.ts'
import { type Caveat, type Severity, severityOf } from '../../match/judge.ts'
import { formatColumnAddress } from '../../match/parse-address.ts'
import { serviceName, transportName } from '../../match/services.ts'
import { type End, type MatchWindow, wordsOf } from './match-windows.ts'

/** An `intel.match` event and the parts of its context that the row says. Source is who began. */
export interface FlowMatch {
  readonly source_ip: string
  readonly source_port: number
  readonly destination_ip: string
  readonly destination_port: number
  readonly transport: string
  readonly fields: KindFields<'intel.match'>
}

/** The same end of a flow that is told the other way round. */
export const turnedEnds: Readonly<Record<End, End>> = {
  source: 'destination',
  destination: 'source',
  nat_source: 'nat_destination',
  nat_destination: 'nat_source',
  next_hop: 'next_hop',
}

/** How grave it is, by what came so far. */
export function severityNow(window: MatchWindow): Severity {
  return severityOf(window.direction, answeredNow(window), window.caveat)
}

/** What is told of a window of flows: of its first, or at its end of all. */
export function matchOf(window: MatchWindow, severity: Severity, summary: boolean): FlowMatch {
  return pairMatchOf(window, severity, summary, { exporter: exporterName(window) })
}

/** What is told of a window, and what only its kind of rows tells. */
export function pairMatchOf(
  window: MatchWindow,
  severity: Severity,
  summary: boolean,
  own: Partial<KindFields<'intel.match'>>,
): FlowMatch {
  const { words } = window
  const caveat = caveatAt(window, summary)
  const { indicator, list, lists, indicators, titles, links } = listedFields(window.set!, window.node)
  return {
    source_ip: formatColumnAddress(words, wordsOf.source),
    source_port: window.sourcePort,
    destination_ip: formatColumnAddress(words, wordsOf.destination),
    destination_port: window.destinationPort,
    transport: transportName(window.protocol),
    fields: {
      indicator,
      matched: window.matched,
      matched_ip: formatColumnAddress(words, wordsOf.matched),
      direction: window.direction,
      list,
      lists,
      indicators,
      titles,
      links,
      protocol: window.protocol,
      service_name: serviceName(window.protocol, window.destinationPort),
      bytes: Math.min(window.bytes, Number.MAX_SAFE_INTEGER),
      packets: Math.min(window.packets, Number.MAX_SAFE_INTEGER),
      flows: window.flows,
      first_seen: instant(window.firstSeen, window.opened),
      last_seen: instant(window.lastSeen, window.opened),
      summary,
      ...(caveat !== '' && { caveat }),
      severity,
      ...own,
      retro: false,
    },
  }
}

/** The exporter's address and port, as `flow.exporter` events name it. */
function exporterName({ words, exporterPort }: MatchWindow): string {
  const address = formatColumnAddress(words, wordsOf.exporter)
  return `${address.includes(':') ? `[${address}]` : address}:${exporterPort}`
}

/** A 64-bit cell as a number; what passes 2^53 is rounded. Of a time cell: milliseconds since 1970. */
export function number64(cells: Uint32Array, row: number): number {
  return cells[row * 2]! + cells[row * 2 + 1]! * 2 ** 32
}

function answeredNow(window: MatchWindow): boolean {
  return window.answered || (window.called && window.replied)
}

/** That only one end was heard shows only when the window is over. */
function caveatAt(window: MatchWindow, summary: boolean): Caveat {
  if (window.caveat !== '' || answeredNow(window) || !summary) return window.caveat
  return 'one-way'
}

const year10000 = Date.UTC(10_000, 0)

/** RFC 3339; the window's own time where an exporter's clock says what no calendar has. */
function instant(time: number, otherwise: number): string {
  const sane = [time, otherwise].find((one) => one >= 0 && one < year10000)
  return new Date(sane ?? 0).toISOString()
}
