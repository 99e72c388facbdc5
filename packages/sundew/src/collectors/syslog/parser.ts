import type { FirewallRow } from './firewall-row.ts'

/** How a line was understood. `other`: a line of this kind of device that is no firewall's decision (a login, a link …). */
export type FirewallParsed = 'told' | 'other' | 'malformed'

/** One firewall's log lines: a file in `parsers/`, a line in `parsers/index.ts`, a test that calls the conformance suite. */
export interface FirewallParser {
  /** `mikrotik`, `netfilter`, `filterlog` …. */
  readonly format: string
  /**
   * Whether the message (what follows the syslog header) looks like this firewall's, by little: asked of every line whose sender
   * is new, then only of those that its usual parser does not take.
   */
  accepts(line: Uint8Array, from: number, to: number): boolean
  /** Reads the message into the row, which is clear. Never throws; makes no object. */
  parse(line: Uint8Array, from: number, to: number, into: FirewallRow): FirewallParsed
}
