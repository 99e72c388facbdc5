import { readFile, rm } from 'node:fs/promises'
import { egressTo } from '../egress.ts'
import { type FetchPlace, fetchFor } from '../fetch/feed-fetch.ts'
import type { FeedRequest } from '../../intel/feeds/feed.ts'
import type { SecondLookParts } from './second-look.ts'
import type { SecondLookSection } from './second-look-section.ts'

/** The ways out that a second look has: to the OTX and to the name server of its section, and nowhere else. */
export function secondLookWays(
  { otx, dnsbl }: SecondLookSection,
  place: FetchPlace,
  signal: AbortSignal,
): Pick<SecondLookParts, 'fetch' | 'ask'> {
  const fetch = fetchFor({ urls: otx ? [otx.url] : [] }, place)
  const resolver = dnsbl && ({ host: dnsbl.resolver, port: dnsbl.port, transport: 'udp' } as const)
  const egress = egressTo(resolver ? [resolver] : [])
  return {
    fetch: async (request: FeedRequest) => {
      const fetched = await fetch(request, signal)
      if (fetched.status === 'unchanged') return ''
      try {
        return await readFile(fetched.path, 'utf8')
      } finally {
        await rm(fetched.path, { force: true })
      }
    },
    ask: (question) => egress.ask(question),
  }
}
