import { feeds } from '../../intel/feeds/index.ts'
import {
  type FeedFetch,
  type Fetched,
  type FetchPlace,
  fetchFor,
  type FetchRequest,
} from '../fetch/feed-fetch.ts'
import { type FeedSection, sourcesOf } from './sources.ts'

/** The way out for each feed of the configuration, by its name: to the addresses that it names, and nowhere else. */
export function feedFetches(
  files: Parameters<typeof sourcesOf>[0],
  sections: readonly FeedSection[],
  place: FetchPlace,
  signal: AbortSignal,
): (source: string, request: FetchRequest) => Promise<Fetched> {
  const ways = new Map<string, FeedFetch>()
  for (const { name, feed } of sourcesOf(files, sections, feeds)) {
    if (feed) ways.set(name, fetchFor({ urls: feed.feed.urls(feed.config), proxy: feed.proxy }, place))
  }
  return async (source, request) => {
    const fetch = ways.get(source)
    if (!fetch) throw new TypeError(`there is no feed ${source}`)
    return await fetch(request, signal)
  }
}
