import type {
  ChangeAnswer,
  PullAnswer,
  SearchAnswer,
  SourceAnswer,
  StatsAnswer,
  WhyAnswer,
} from '../../intel/answers.ts'
import type { AllowAction } from '../../intel/allow/decision.ts'
import type { IndicatorType } from '../../intel/indicator/indicator.ts'
import type { Published } from './publishing-contract.ts'

/** What can be asked of threat intelligence, and told to it. Values are as people write them. */
export interface IntelDesk {
  /** Without who met it, which the store knows. */
  why(value: string): Promise<Omit<WhyAnswer, 'met'>>
  search(query: SearchQuery): Promise<SearchAnswer>
  stats(): Promise<StatsAnswer>
  sources(): Promise<readonly SourceAnswer[]>
  /** Pulls now, all sources or those named; settles when they are done. */
  pull(names?: readonly string[]): Promise<readonly PullAnswer[]>
  /** Lists it as our own sighting. */
  add(entry: OwnEntry): Promise<ChangeAnswer>
  /** Takes our own sighting back; those of other sources stay. */
  remove(value: string): Promise<ChangeAnswer>
  allow(entry: OwnEntry & { readonly action: AllowAction }): Promise<ChangeAnswer>
  /** Takes that back; entries of the configuration stay. */
  disallow(value: string): Promise<ChangeAnswer>
  publish(names?: readonly string[]): Promise<readonly Published[]>
}

/** What others say of indicators that were met (`second-look.ts`). */
export interface IntelNotes {
  /** Writes it down: matched, and never blocked by it alone; told again, it is replaced. */
  note(entry: NotedEntry): Promise<ChangeAnswer>
}

export interface OwnEntry {
  readonly value: string
  readonly reason: string
  /** ms since 1970. */
  readonly until?: number
  readonly by: string
}

export interface SearchQuery {
  /** Part of a value, title, tag, malware family or author. */
  readonly text?: string | undefined
  readonly type?: IndicatorType | undefined
  readonly source?: string | undefined
  /** Also what is gone or expired. */
  readonly gone: boolean
  readonly limit: number
}

export interface NotedEntry {
  /** A source of that name is made when it is first told: `dnsbl/zone`. */
  readonly source: string
  /** How far it is believed, 0 to 100. */
  readonly weight: number
  readonly value: string
  readonly title: string
  /** ms since 1970. */
  readonly until: number
}
