import type { FirewallRow } from './firewall-row.ts'

/** What is known of a line beside what it says. Used again for the next line. */
export interface LineAbout {
  /** When it was, ms since 1970. */
  time: number
  /** When it came, ms since 1970. */
  received: number
  /** Who sent it: four words in network order as numbers, IPv4 mapped; all 0 for a file. */
  readonly sender: Uint32Array
  /** The host name in the line, or the file: bytes of `line` (or of any other array), up to 255. */
  readonly device: { bytes: Uint8Array; from: number; to: number }
  /** Of the parser. */
  format: string
}

/** Where rows of firewalls go: columns, look-ups, batches. */
export interface FirewallSink {
  /** Copies what the row tells; spans are of `line`. */
  take(row: FirewallRow, line: Uint8Array, about: LineAbout): void
  /** Undefined where more can be taken at once; else settles when it can. Datagrams are dropped meanwhile, files and streams wait. */
  readonly room: Promise<void> | undefined
  /** Settles when all rows taken so far are written, or counted as dropped: from then on a file need not be read again. */
  settled(): Promise<void>
  /** Rows taken, those of them that could not be kept, and those with a listed end, since the start. */
  readonly counts: { readonly rows: number; readonly dropped: number; readonly listed: number }
}
