import type { ByteString } from '../../event/bytes.ts'
import type { KindFields } from '../../event/event.ts'
import type { Severity } from '../../match/judge.ts'
import { formatAddress } from '../../match/parse-address.ts'
import type { LogWindow } from './log-window.ts'

/** An `intel.match` event of a log, and the parts of its context that the log says. Source is the client. */
export interface LogMatch {
  readonly source_ip: string
  readonly source_port: number
  readonly destination_ip: string
  readonly fields: KindFields<'intel.match'>
}

const nowhere = '::'
const year10000 = Date.UTC(10_000, 0)

/** What is told of a window: of its first lines, or at its end of all. */
export function logMatchOf(window: LogWindow, severity: Severity, summary: boolean): LogMatch {
  const { listing, client, server, address } = window
  return {
    source_ip: client ? formatAddress(client) : nowhere,
    source_port: window.port,
    destination_ip: server ? formatAddress(server) : nowhere,
    fields: {
      indicator: listing.indicator,
      matched: window.matched,
      matched_ip: address ? formatAddress(address) : '',
      observed: window.observed as ByteString,
      indicator_type: listing.type,
      action: listing.action,
      ...(window.policy !== '' && { blocked: window.policy }),
      log: window.log,
      direction: window.direction,
      list: listing.list,
      lists: listing.lists,
      indicators: listing.indicators,
      titles: listing.titles,
      links: listing.links,
      protocol: 0,
      service_name: window.service,
      bytes: 0,
      packets: 0,
      flows: window.lines,
      first_seen: instant(window.firstSeen, window.opened),
      last_seen: instant(window.lastSeen, window.opened),
      summary,
      ...(window.answered === false && { caveat: 'syn-only' }),
      severity,
      retro: false,
    },
  }
}

/** RFC 3339; our own time where a log's says what no calendar has. */
function instant(time: number, otherwise: number): string {
  return new Date(time >= 0 && time < year10000 ? time : otherwise).toISOString()
}
