import { adguard } from './adguard.ts'
import { bindRpz } from './bind-rpz.ts'
import { cdb } from './cdb.ts'
import { csv } from './csv.ts'
import { dnsmasq } from './dnsmasq.ts'
import { hashes } from './hashes.ts'
import { hosts } from './hosts.ts'
import { ipset } from './ipset.ts'
import { jsonLines } from './json-lines.ts'
import { mikrotik } from './mikrotik.ts'
import { misp } from './misp.ts'
import { nftables } from './nftables.ts'
import { pf } from './pf.ts'
import { pihole } from './pihole.ts'
import { plain } from './plain.ts'
import { postfix } from './postfix.ts'
import type { Publisher } from './publisher.ts'
import { silk } from './silk.ts'
import { stix } from './stix.ts'
import { suricata } from './suricata.ts'
import { taxii } from './taxii.ts'
import { zeek } from './zeek.ts'
import { unbound } from './unbound.ts'

/** Every target, in the order of the documentation. A new one is a file here, a line below, and a test. */
export const publishers: readonly Publisher<never>[] = [
  listed(bindRpz),
  listed(unbound),
  listed(dnsmasq),
  listed(hosts),
  listed(pihole),
  listed(adguard),
  listed(nftables),
  listed(ipset),
  listed(pf),
  listed(mikrotik),
  listed(plain),
  listed(silk),
  listed(zeek),
  listed(suricata),
  listed(cdb),
  listed(postfix),
  listed(hashes),
  listed(misp),
  listed(stix),
  listed(taxii),
  listed(csv),
  listed(jsonLines),
]

/** What `render` takes is only what the publisher's own `config` gave, so the list need not know its type. */
export function listed<C>(publisher: Publisher<C>): Publisher<never> {
  return publisher as unknown as Publisher<never>
}
