import type { ZodType } from 'zod'
import type { Destination, Egress } from '../core/egress.ts'
import type { EventKind } from '../event/catalogue.ts'
import type { SundewEvent } from '../event/event.ts'

/**
 * One destination of events beside the store: a folder or file here, a line in `index.ts`, a test that calls the
 * conformance suite. It is fed with what is in the store, in the order it got there, at least once: after a kill the last
 * batch comes again. Whatever an output does, the hub goes on.
 */
export interface Output<C> {
  /** The key of its section in sundew.yaml. */
  readonly name: string
  readonly summary: string
  /** What its section may hold, beside `enabled`; every key has a default. */
  readonly config: ZodType<C>
  /**
   * True for one that somebody waits for: kinds that are told at once (`hub/outputs/early.ts`) come to it when they are
   * in the journal, before the store has them.
   */
  readonly urgent?: boolean
  /** Kinds that it may have a use for; others are not kept for it. */
  wants(kind: EventKind): boolean
  /** Where it connects to: `host.egress` leads there and nowhere else. */
  destinations?(config: C): readonly Destination[]
  /** Begins nothing yet: what may fail, fails in {@link OpenOutput.send}. */
  open(config: C, host: OutputHost): OpenOutput
}

export interface OpenOutput {
  /** Takes events to where they belong: they are there when it settles. Where it rejects, they come again. */
  send(events: readonly SundewEvent[]): Promise<void>
  /** Which events of the kinds that it wants; all where it is not given. */
  wants?(event: SundewEvent): boolean
  /** So many of each severity come to it in a minute; the rest is counted, and told in one `alert.raised`. No limit where it is not given. */
  readonly perMinute?: number
  /** From one call of `send` to the next, milliseconds at least: what comes meanwhile comes together. */
  readonly everyMs?: number
  /** Lets go of what it holds open. Nothing is sent after it. */
  close?(): void
}

/** What an output is lent. */
export interface OutputHost {
  /** Where relative paths begin. */
  readonly folder: string
  /** Tells the owner of trouble that sending again does not mend. */
  readonly trouble: (message: string) => void
  /** The way to its own destinations. */
  readonly egress: Egress
  /** Writes to the standard output of `sundew up`. */
  readonly print: (text: string) => Promise<void>
  /** Sundew's version, for formats that name it. */
  readonly version: string
}
