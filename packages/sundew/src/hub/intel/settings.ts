import type { CoreSettings } from '../../intel/allow/core.ts'
import type { WarninglistSection } from '../../intel/allow/load.ts'
import type { OwnSection } from '../../intel/allow/own.ts'
import type { Lifetimes } from '../../intel/doubt/rules.ts'
import type { ListSection } from './list-section.ts'
import type { FeedSection } from './sources.ts'

/** Section `intel` of the configuration, and what else intelligence is made with: plain data, as it goes to its thread. */
export interface IntelSettings {
  readonly folder: string
  readonly version: string
  readonly files: readonly ListSection[]
  readonly feeds: readonly FeedSection[]
  readonly networks: readonly string[]
  readonly core: Omit<CoreSettings, 'networks' | 'feedHosts'>
  readonly allow: readonly OwnSection[]
  readonly warninglists: readonly WarninglistSection[]
  readonly doubt: DoubtSection
  readonly publish: readonly PublishSection[]
  readonly pollMs?: number
}

/** A section of `intel.publish`: the keys that all have, and those of its target. */
export interface PublishSection {
  readonly target: string
  readonly name?: string | undefined
  readonly path: string
  readonly every_seconds: number
  readonly after: readonly string[]
  readonly guard: boolean
}

export interface DoubtSection {
  readonly block_from: number
  readonly alert_from: number
  readonly least_prefix_v4: number
  readonly least_prefix_v6: number
  readonly authors: readonly string[]
  readonly pulses: 'alert' | 'block'
  readonly lifetime_days: Lifetimes
}
