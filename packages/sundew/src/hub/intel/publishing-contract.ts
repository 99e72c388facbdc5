import type { Publication } from '../../intel/answers.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import type { Blocklist } from '../../intel/publish/blocklist.ts'

/** A section of `intel.publish`. */
export interface PublicationSection {
  readonly name: string
  readonly target: string
  readonly path: string
  /** Seconds from one writing to the next at the least; 0: after every change. */
  readonly every_seconds: number
  /** Run after a change, without a shell: program and arguments. */
  readonly after: readonly string[]
  /** Hold back what lost more than half of its entries. */
  readonly guard: boolean
  /** What the publisher's own `config` gave. */
  readonly settings: unknown
}

/** What came of one writing, as event `intel.published` tells it. */
export interface Published {
  readonly publication: string
  readonly target: string
  readonly path: string
  readonly version: number
  readonly outcome: 'written' | 'unchanged' | 'held' | 'refused' | 'failed'
  readonly entries: number
  readonly added: number
  readonly removed: number
  readonly examples: readonly string[]
  readonly leftOut: Readonly<Record<string, number>>
  /** What was wrong; '' where nothing was. */
  readonly trouble: string
  /** The tool that checked it; '' where none exists here. */
  readonly checked: string
  readonly ms: number
}

/** How many entries the owner took out of a list: as many as are missing, or at the most so many of them. */
export type Agreed = 'all' | number

/** Lives in the intelligence thread; called by the engine after every build. */
export interface Publishing {
  /**
   * Writes what is due, or the ones named whether due or not. Each version is to be told once in any case.
   *
   * @param agreed of what this version has fewer than the one told before; 0 where it is not given
   */
  publish(list: Blocklist, names?: readonly string[], agreed?: Agreed): Promise<readonly Published[]>
  /** Where it is published now: for `why`. */
  where(indicator: Indicator, list: Blocklist | undefined): readonly Publication[]
  readonly publications: readonly Publication[]
}
