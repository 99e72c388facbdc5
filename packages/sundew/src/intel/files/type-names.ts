import type { IndicatorType } from '../indicator/indicator.ts'

/** What publishers call the types that we know; compared without case and without what is no letter or digit. */
const named = new Map<string, IndicatorType>(
  Object.entries({
    address: 'address',
    addr: 'address',
    ip: 'address',
    ipaddress: 'address',
    ipport: 'address',
    ipv4: 'address',
    ipv6: 'address',
    ipv4addr: 'address',
    ipv6addr: 'address',
    ipsrc: 'address',
    ipdst: 'address',
    ipsrcport: 'address',
    ipdstport: 'address',
    cidr: 'address',
    subnet: 'address',
    network: 'address',
    netblock: 'address',
    range: 'address',
    as: 'as',
    asn: 'as',
    autonomoussystem: 'as',
    domain: 'domain',
    domainname: 'domain',
    fqdn: 'hostname',
    host: 'hostname',
    hostname: 'hostname',
    url: 'url',
    uri: 'url',
    link: 'url',
    email: 'email',
    emailaddr: 'email',
    emailsrc: 'email',
    emaildst: 'email',
    hash: 'hash',
    filehash: 'hash',
    md5: 'hash',
    sha1: 'hash',
    sha256: 'hash',
    sha384: 'hash',
    sha512: 'hash',
    md5hash: 'hash',
    sha1hash: 'hash',
    sha256hash: 'hash',
    filehashmd5: 'hash',
    filehashsha1: 'hash',
    filehashsha256: 'hash',
    certhash: 'hash',
    sslcertfingerprint: 'hash',
    cve: 'cve',
    vulnerability: 'cve',
    ja3: 'ja3',
    ja3md5: 'ja3',
    ja3fingerprint: 'ja3',
    ja3fingerprintmd5: 'ja3',
    ja4: 'ja4',
    filename: 'file_name',
  } as const),
)

/**
 * The type that a publisher's name for one means (`IPv4`, `ip:port`, `FileHash-SHA256`, `Intel::SUBNET` …); `other` for a
 * name that is none of them, undefined for none at all.
 */
export function typeNamed(text: string): IndicatorType | 'other' | undefined {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const bare = text
    .replace(/^Intel::/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
  if (bare === '') return undefined
  // Zeek's domain is that name alone.
  const type = text === 'Intel::DOMAIN' ? 'hostname' : (named.get(bare) ?? 'other')
  if (remembered.size < mostRemembered && text.length <= 64) remembered.set(text, type)
  return type
}

/** Lists say the same few over and over. */
const remembered = new Map<string, IndicatorType | 'other'>()
const mostRemembered = 256
