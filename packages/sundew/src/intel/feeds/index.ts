import type { Feed } from './feed.ts'
import { blocklistDe } from './blocklist-de.ts'
import { cins } from './cins.ts'
import { csv } from './csv.ts'
import { dshield } from './dshield.ts'
import { emergingThreats } from './emerging-threats.ts'
import { feodo } from './feodo.ts'
import { hosts } from './hosts.ts'
import { maltrail } from './maltrail.ts'
import { malwarebazaar } from './malwarebazaar.ts'
import { misp } from './misp/misp.ts'
import { netset } from './netset.ts'
import { otx } from './otx/otx.ts'
import { decoys } from './own-decoys/decoys.ts'
import { plain } from './plain.ts'
import { spamhaus } from './spamhaus.ts'
import { sslbl } from './sslbl.ts'
import { stix } from './stix/bundle.ts'
import { taxii } from './taxii/taxii.ts'
import { threatfox } from './threatfox.ts'
import { urlhaus } from './urlhaus.ts'

/** Every kind of feed, in the order of the documentation. A new one is a file or folder here, a line below, and a test. */
export const feeds: readonly Feed<never>[] = [
  listed(otx),
  listed(plain),
  listed(csv),
  listed(netset),
  listed(hosts),
  listed(spamhaus),
  listed(dshield),
  listed(urlhaus),
  listed(threatfox),
  listed(feodo),
  listed(sslbl),
  listed(malwarebazaar),
  listed(emergingThreats),
  listed(cins),
  listed(blocklistDe),
  listed(maltrail),
  listed(misp),
  listed(taxii),
  listed(stix),
  listed(decoys),
]

/** What `pull` takes is only what the feed's own `config` gave, so the list need not know its type. */
export function listed<C>(feed: Feed<C>): Feed<never> {
  return feed as unknown as Feed<never>
}
