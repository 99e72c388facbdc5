import { bogons } from '../../intel/allow/core-addresses.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import { networksOf } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { parseAddress } from '../../match/parse-address.ts'

/** Names that are no business of others (RFC 6761, RFC 6762, RFC 8375, RFC 9476): of hosts, homes and onion services. */
const inner = [
  'local',
  'localhost',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'home.arpa',
  'in-addr.arpa',
  'ip6.arpa',
  'onion',
  'alt',
  'test',
  'invalid',
  'example',
]

/** What others may be asked about: never what is ours, or not of the Internet. */
export class AskedOfOthers {
  readonly #never: readonly AddressSet[]
  readonly #names: ReadonlySet<string>

  /**
   * @param networks ours
   * @param domains ours, with all below them
   */
  constructor(networks: AddressSet, domains: readonly string[]) {
    this.#never = [networks, networksOf(bogons.flatMap(({ addresses }) => addresses))]
    this.#names = new Set([...inner, ...domains.map((name) => name.toLowerCase().replace(/\.$/, ''))])
  }

  has({ type, value }: Indicator): boolean {
    switch (type) {
      case 'address':
        return this.#hasHost(value)
      case 'domain':
      case 'hostname':
        return this.#hasName(value)
      case 'url':
        return this.#hasHost(hostOf(value))
      case 'hash':
      case 'cve':
        return true
      case 'as':
      case 'email':
      case 'ja3':
      case 'ja4':
      case 'file_name':
        return false
    }
  }

  #hasHost(host: string): boolean {
    const address = parseAddress(host)
    return address ? this.#never.every((set) => set.find(address) < 0) : this.#hasName(host)
  }

  #hasName(name: string): boolean {
    if (!name.includes('.')) return false
    for (let at = 0; at >= 0; at = name.indexOf('.', at)) {
      if (at > 0) at++
      if (this.#names.has(name.slice(at))) return false
    }
    return true
  }
}

/** The host of a listed URL; '' where it has none. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : ''
}
