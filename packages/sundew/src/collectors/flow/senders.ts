import { BlockList } from 'node:net'
import { formatColumnAddress } from '../../match/parse-address.ts'
import type { Exporter } from '../../wire/flow/sink.ts'

/** An exporter by its address and port, and whether it is listened to. */
export interface Sender extends Exporter {
  readonly allowed: boolean
}

/**
 * Senders in a table of so many places, each new one in the place of whoever was there: what the decoders know of an exporter
 * goes by its name and outlives that.
 */
const places = 16_384

/** Finds who sent a datagram, without making anything anew for the same one. */
export class Senders {
  readonly #allowed: (address: string) => boolean
  readonly #places: (Sender | undefined)[] = Array.from({ length: places })

  constructor(allowed: (address: string) => boolean) {
    this.#allowed = allowed
  }

  /** Of a datagram: the address's 16 bytes begin at `at`. */
  find(view: DataView, at: number, port: number): Sender {
    const a = view.getUint32(at, true)
    const b = view.getUint32(at + 4, true)
    const c = view.getUint32(at + 8, true)
    const d = view.getUint32(at + 12, true)
    const mixed = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ d, 0x85eb_ca6b), 0xc2b2_ae35) ^ port, 0x9e37_79b1)
    const place = (mixed >>> 16) & (places - 1)
    const known = this.#places[place]
    if (known?.port === port) {
      const { words } = known
      if (words[3] === d && words[2] === c && words[1] === b && words[0] === a) return known
    }
    return (this.#places[place] = this.make(Uint32Array.of(a, b, c, d), port, ''))
  }

  /** A sender of its own; `transport` is part of its name where it is not UDP. */
  make(words: Uint32Array, port: number, transport: '' | 'tcp' | 'tls'): Sender {
    const name = `${exporterName(words, 0, port)}${transport === '' ? '' : `/${transport}`}`
    return { words, port, name, allowed: this.#allowed(formatColumnAddress(words, 0)) }
  }
}

/** An exporter's name, from the words of its address at `at`. */
export function exporterName(words: Uint32Array, at: number, port: number): string {
  const address = formatColumnAddress(words, at)
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** Whether an address is within one of these addresses and prefixes; every one is where there are none. */
export function allowedBy(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => true
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = familyOf(address)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
