import type { Feed } from './feed.ts'
import { misp } from './misp/misp.ts'
import { otx } from './otx/otx.ts'
import { decoys } from './own-decoys/decoys.ts'
import { stix } from './stix/bundle.ts'
import { taxii } from './taxii/taxii.ts'

/** Every kind of feed, in the order of the documentation. A new one is a file or folder here, a line below, and a test. */
export const feeds: readonly Feed<never>[] = [
  listed(otx),
  listed(misp),
  listed(taxii),
  listed(stix),
  listed(decoys),
]

/** What `pull` takes is only what the feed's own `config` gave, so the list need not know its type. */
export function listed<C>(feed: Feed<C>): Feed<never> {
  return feed as unknown as Feed<never>
}
