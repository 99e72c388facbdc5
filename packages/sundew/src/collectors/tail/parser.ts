/** What one line told of what was seen: columns are reused, nothing is an object a line. */
export interface Seen {
  /** Called for each thing in a line that can be listed. Bytes are looked at at once, never kept. */
  name(line: Uint8Array, from: number, to: number): void
  address(line: Uint8Array, from: number, to: number): void
  url(line: Uint8Array, from: number, to: number): void
  hash(line: Uint8Array, from: number, to: number): void
  ja3(line: Uint8Array, from: number, to: number): void
  email(line: Uint8Array, from: number, to: number): void
  fileName(line: Uint8Array, from: number, to: number): void
  /** Who asked or connected. */
  client(line: Uint8Array, from: number, to: number): void
  port(port: number): void
  /** When, ms since 1970; not called where the line tells no time. */
  time(ms: number): void
  /** What the resolver did: nxdomain, nodata, drop, passthru …, and whether it only would have (log-only). */
  blocked(policy: string, only: boolean): void
}

/** How a line was understood. `other`: a line of this log that tells nothing of use. */
export type Parsed = 'told' | 'other' | 'malformed'

/** One log format: a file here, a line in `index.ts`, a test that calls the conformance suite. */
export interface LineParser {
  /** `format` of its sections in `collectors.tail`. */
  readonly format: string
  /** Whether a first line looks like this format. */
  accepts(line: Uint8Array, from: number, to: number): boolean
  /** One parser a file: headers (`#fields`) are remembered. */
  begin(): { parse(line: Uint8Array, from: number, to: number, into: Seen): Parsed }
}
