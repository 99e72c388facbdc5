import type { Ceiling, Feed, FeedHabits } from '../../intel/feeds/feed.ts'
import type { LeastPrefix } from '../../intel/doubt/verdict.ts'
import type { IndicatorType } from '../../intel/indicator/indicator.ts'
import { type ListSection, listOf } from './list-section.ts'

type Lifetimes = Readonly<Partial<Record<IndicatorType, number>>>

/** A section of `intel.feeds`: the keys that all have, and those of its type. */
export interface FeedSection {
  readonly type: string
  readonly name?: string | undefined
  readonly enabled: boolean
  readonly every_minutes?: number | undefined
  readonly weight?: number | undefined
  readonly ceiling?: Ceiling | undefined
  readonly lifetime_days?: Lifetimes | undefined
  readonly proxy?: string | undefined
  readonly least_prefix_v4?: number | undefined
  readonly least_prefix_v6?: number | undefined
}

const commonKeys: ReadonlySet<string> = new Set([
  'type',
  'name',
  'enabled',
  'every_minutes',
  'weight',
  'ceiling',
  'lifetime_days',
  'proxy',
  'least_prefix_v4',
  'least_prefix_v6',
])

/** A source and how it is treated. */
export interface Source {
  readonly name: string
  /** The feed's, or `file`, `own`, `dnsbl`. */
  readonly type: string
  readonly enabled: boolean
  readonly weight: number
  readonly ceiling: Ceiling
  readonly lifetimeDays: Lifetimes
  /** Shorter prefixes are not blocked for it; what `intel.doubt` says where it is not given. */
  readonly leastPrefix?: LeastPrefix
  readonly mayBeEmpty: boolean
  /** From one pull to the next, and what its publisher allows at the least; milliseconds. 0 where it is not pulled. */
  readonly everyMs: number
  readonly leastMs: number
  readonly feed?: { readonly feed: Feed<never>; readonly config: never; readonly proxy: string | undefined }
  readonly file?: ListSection
}

const minuteMs = 60_000
/** Files are the owner's choice, and what the owner says by hand is not doubted. */
const weights = { file: 80, own: 100 } as const
/** Type of what is noted of indicators that were met. */
export const notedType = 'dnsbl'

/** What the owner lists by hand. */
export const ownSource: Source = {
  name: 'own',
  type: 'own',
  enabled: true,
  weight: weights.own,
  ceiling: 'block',
  // Until it is taken back, where the owner names no end.
  lifetimeDays: forEver(),
  mayBeEmpty: true,
  everyMs: 0,
  leastMs: 0,
}

/** What others say of indicators that were met (`second-look.ts`): never a reason to block by itself, and never pulled. */
export function notedSource(name: string, weight: number): Source {
  return { ...ownSource, name, type: notedType, weight, ceiling: 'alert', lifetimeDays: {} }
}

/**
 * All sources of a configuration, files first. Of two with the same name the later is called `name-2` and so on.
 *
 * @throws TypeError for a type of feed that there is not
 */
export function sourcesOf(
  files: readonly ListSection[],
  sections: readonly FeedSection[],
  feeds: readonly Feed<never>[],
): Source[] {
  const taken = new Set([ownSource.name])
  const free = (wanted: string) => {
    let name = wanted
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`
    taken.add(name)
    return name
  }
  return [
    ...files.map((section) => fileSource(free(listOf(section).spec.name), section)),
    ...sections.map((section) => {
      const feed = feeds.find(({ type }) => type === section.type)
      if (!feed) throw new TypeError(`intel.feeds: there is no feed of type ${section.type}`)
      return feedSource(free(section.name ?? section.type), section, feed)
    }),
  ]
}

/** Hosts that feeds are pulled from. */
export function feedHosts(sources: readonly Source[]): string[] {
  const urls = sources.flatMap(({ feed }) => (feed ? feed.feed.urls(feed.config) : []))
  return [
    ...new Set(
      urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')),
    ),
  ]
}

function fileSource(name: string, file: ListSection): Source {
  return {
    name,
    type: 'file',
    enabled: true,
    weight: weights.file,
    ceiling: 'block',
    lifetimeDays: forEver(),
    leastPrefix: leastPrefixOf(file),
    mayBeEmpty: false,
    everyMs: 0,
    leastMs: 0,
    file,
  }
}

function feedSource(name: string, section: FeedSection, feed: Feed<never>): Source {
  const { habits } = feed
  const own = Object.fromEntries(Object.entries(section).filter(([key]) => !commonKeys.has(key)))
  return {
    name,
    type: feed.type,
    enabled: section.enabled,
    weight: section.weight ?? habits.weight,
    ceiling: section.ceiling ?? habits.ceiling,
    lifetimeDays: { ...habits.lifetimeDays, ...section.lifetime_days },
    leastPrefix: leastPrefixOf(section),
    mayBeEmpty: habits.mayBeEmpty ?? false,
    ...intervals(section, habits),
    feed: { feed, config: feed.config.parse(own), proxy: section.proxy },
  }
}

function leastPrefixOf({
  least_prefix_v4: v4,
  least_prefix_v6: v6,
}: Pick<FeedSection, 'least_prefix_v4' | 'least_prefix_v6'>): LeastPrefix {
  return { v4, v6 }
}

function intervals({ every_minutes: every }: FeedSection, { everyMinutes, leastMinutes }: FeedHabits) {
  return {
    everyMs: Math.max(every ?? everyMinutes, leastMinutes, 1) * minuteMs,
    leastMs: leastMinutes * minuteMs,
  }
}

/** Lifetimes that end nothing. */
function forEver(): Lifetimes {
  const days = Infinity
  return {
    address: days,
    as: days,
    domain: days,
    hostname: days,
    url: days,
    email: days,
    hash: days,
    cve: days,
    ja3: days,
    ja4: days,
    file_name: days,
  }
}
