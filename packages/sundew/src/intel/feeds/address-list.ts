import { z } from 'zod'
import { readPlain } from '../files/plain.ts'
import type { Feed, FeedHabits } from './feed.ts'
import { type WebConfig, webKeys, webList, webUrl } from './web-list.ts'

/** A publisher's list of addresses, one alone on each line: whatever else stands there is bad. */
export function addressList({
  type,
  summary,
  url,
  habits,
}: {
  readonly type: string
  readonly summary: string
  readonly url: string
  readonly habits: FeedHabits
}): Feed<WebConfig> {
  return webList({
    type,
    summary,
    config: z.strictObject({ url: webUrl(url), ...webKeys }),
    habits,
    read: (body, _, taker) => readPlain(body.pieces(), taker, { type: 'address', alone: true }),
  })
}
