/** What a scan looks like. */
export const patterns = ['slow', 'fast', 'sweep', 'synchronised', 'rising'] as const
export type Pattern = (typeof patterns)[number]

/** A scan as it was found, before it is told. Times in milliseconds since 1970. */
export interface Scan {
  readonly pattern: Pattern
  /** IP protocol number of most of its packets. */
  readonly protocol: number
  /** The busiest first, as text; {@link mostSources} at most. */
  readonly sources: readonly string[]
  readonly sourceCount: number
  /** `22`, `8000-8100`: {@link mostRanges} of them at most. */
  readonly ports: readonly string[]
  readonly portCount: number
  readonly targets: number
  readonly probes: number
  /** Ports that each source of many asked for, on average. */
  readonly each?: number
  readonly first: number
  readonly last: number
  readonly order?: 'up' | 'down' | 'mixed'
  /** Ports an hour. */
  readonly perHour?: number
  /** 0 to 1. */
  readonly fit?: number
  readonly evidence: string
}

/** Sources named in one event. */
export const mostSources = 32
/** Ports or ranges of ports named in one event. */
export const mostRanges = 32
