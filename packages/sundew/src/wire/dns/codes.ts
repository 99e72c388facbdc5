/** Types of records (RFC 1035 §3.2.2 and those after it), as far as Sundew speaks of them. */
export const types = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  txt: 16,
  aaaa: 28,
  opt: 41,
  tsig: 250,
  ixfr: 251,
  axfr: 252,
  any: 255,
} as const

/** Classes (RFC 1035 §3.2.4). */
export const classes = { internet: 1, any: 255 } as const

/** What a message is about (RFC 1035 §4.1.1, RFC 1996). */
export const opcodes = { query: 0, notify: 4 } as const

/** How it went (RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 8945 §3). */
export const codes = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  noSuchName: 3,
  notImplemented: 4,
  refused: 5,
  notAuthoritative: 9,
  badVersion: 16,
} as const

/** Bits of a message's flags word (RFC 1035 §4.1.1). */
export const flags = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
} as const
