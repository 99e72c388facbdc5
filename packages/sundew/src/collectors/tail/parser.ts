/**
 * What one line tells of what was seen, called for each thing as the parser comes to it, in any order; nothing is an object a
 * line. Bytes are looked at at once and not kept, but those of `client` and `server`: they stay good until the line ends.
 */
export interface Seen {
  /** A host name; any case, with or without the final dot. An address where a name may stand too is told by `address`. */
  name(line: Uint8Array, from: number, to: number): void
  address(line: Uint8Array, from: number, to: number): void
  /** With or without a scheme. */
  url(line: Uint8Array, from: number, to: number): void
  hash(line: Uint8Array, from: number, to: number): void
  ja3(line: Uint8Array, from: number, to: number): void
  ja4(line: Uint8Array, from: number, to: number): void
  email(line: Uint8Array, from: number, to: number): void
  fileName(line: Uint8Array, from: number, to: number): void
  /** Who asked or connected. */
  client(line: Uint8Array, from: number, to: number): void
  /** Who was connected to, where the log tells connections. */
  server(line: Uint8Array, from: number, to: number): void
  /** The client's. */
  port(port: number): void
  /** When, ms since 1970; not called where the line tells no time. */
  time(ms: number): void
  /** What the resolver did: nxdomain, nodata, drop, passthru …, and whether it only would have (log-only). */
  blocked(policy: string, only: boolean): void
  /** Whether who was connected to took part, where the log says so. */
  answered(yes: boolean): void
}

/** How a line was understood. `other`: a line of this log that tells nothing of use. */
export type Parsed = 'told' | 'other' | 'malformed'

/** Reads the lines of one file. */
export interface LineReader {
  /** One line, without its newline. Never throws; a line that is `malformed` may have told some of what it holds. */
  parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed
}

/** One log format: a file in `parsers`, a line in `index.ts`, a test that calls the conformance suite. */
export interface LineParser {
  /** `format` of its sections in `collectors.tail`. */
  readonly format: string
  /** What it is called where people read. */
  readonly summary: string
  /** What those who are told of in it were asking for: dns; '' where it is of all kinds. */
  readonly service: string
  /** Whether a line is surely of this format. */
  accepts(line: Uint8Array, from: number, to: number): boolean
  /** One reader a file: headers (`#fields`) are remembered. */
  begin(): LineReader
}
