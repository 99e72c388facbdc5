import type { ZodType } from 'zod'
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
  /** Kinds that it has a use for; others are not kept for it. */
  wants(kind: EventKind): boolean
  /** Begins nothing yet: what may fail, fails in {@link OpenOutput.send}. */
  open(config: C, host: OutputHost): OpenOutput
}

export interface OpenOutput {
  /** Takes events to where they belong: they are there when it settles. Where it rejects, they come again. */
  send(events: readonly SundewEvent[]): Promise<void>
}

/** What an output is lent. */
export interface OutputHost {
  /** Where relative paths begin. */
  readonly folder: string
  /** Tells the owner of trouble that sending again does not mend. */
  readonly trouble: (message: string) => void
}
