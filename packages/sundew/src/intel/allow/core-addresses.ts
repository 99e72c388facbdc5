/** A part of the core: addresses and why they are never listed. */
export interface CoreAddresses {
  readonly reason: string
  readonly addresses: readonly string[]
}

/**
 * What is not routed on the Internet: the entries of IANA's special-purpose registries (RFC 6890 and its updates) that are not
 * globally reachable, multicast, and all of IPv6 that is not global unicast (2000::/3). 6to4 and Teredo are left out: real
 * hosts stand behind them.
 */
export const bogons: readonly CoreAddresses[] = [
  { reason: 'this network (RFC 791)', addresses: ['0.0.0.0/8'] },
  { reason: 'private use (RFC 1918)', addresses: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] },
  { reason: 'shared by the customers of a provider (RFC 6598)', addresses: ['100.64.0.0/10'] },
  { reason: 'the host itself (RFC 1122, RFC 4291)', addresses: ['127.0.0.0/8', '::1'] },
  { reason: 'link-local (RFC 3927, RFC 4291)', addresses: ['169.254.0.0/16', 'fe80::/10'] },
  { reason: 'protocol assignments (RFC 6890)', addresses: ['192.0.0.0/24'] },
  {
    reason: 'documentation (RFC 5737, RFC 3849, RFC 9637)',
    addresses: ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20'],
  },
  { reason: 'benchmarks (RFC 2544, RFC 5180)', addresses: ['198.18.0.0/15', '2001:2::/48'] },
  { reason: 'identifiers of hosts, not addresses (RFC 4843)', addresses: ['2001:10::/28'] },
  { reason: 'multicast (RFC 5771, RFC 4291)', addresses: ['224.0.0.0/4', 'ff00::/8'] },
  { reason: 'reserved, and broadcast (RFC 1112, RFC 919)', addresses: ['240.0.0.0/4'] },
  { reason: 'local to a site (RFC 4193)', addresses: ['fc00::/7'] },
  { reason: 'no global unicast (RFC 4291 §2.4)', addresses: ['::/3', '4000::/2', '8000::/1'] },
]

/** root-servers.org, as of November 2026; b.root-servers.net with its addresses before and since November 2023. */
export const rootServers: CoreAddresses = {
  reason: 'a root server of the domain name system',
  addresses: words(`
    198.41.0.4 2001:503:ba3e::2:30
    170.247.170.2 2801:1b8:10::b 199.9.14.201 2001:500:200::b
    192.33.4.12 2001:500:2::c
    199.7.91.13 2001:500:2d::d
    192.203.230.10 2001:500:a8::e
    192.5.5.241 2001:500:2f::f
    192.112.36.4 2001:500:12::d0d
    198.97.190.53 2001:500:1::53
    192.36.148.17 2001:7fe::53
    192.58.128.30 2001:503:c27::2:30
    193.0.14.129 2001:7fd::1
    199.7.83.42 2001:500:9f::42
    202.12.27.33 2001:dc3::35
  `),
}

/** Google, Cloudflare, Quad9, OpenDNS: they are on lists again and again, as attackers let names point at them. */
export const publicResolvers: CoreAddresses = {
  reason: 'a public name server that many networks use',
  addresses: words(`
    8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844
    1.1.1.1 1.0.0.1 2606:4700:4700::1111 2606:4700:4700::1001
    9.9.9.9 149.112.112.112 2620:fe::fe 2620:fe::9
    208.67.222.222 208.67.220.220 2620:119:35::35 2620:119:53::53
  `),
}

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}
