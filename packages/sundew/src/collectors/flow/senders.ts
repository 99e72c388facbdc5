import type { Exporter } from '../../wire/flow/sink.ts'
import { addressText } from './address-bytes.ts'

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
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, 16).slice()
    return (this.#places[place] = this.make(bytes, port, ''))
  }

  /** A sender of its own; `transport` is part of its name where it is not UDP. */
  make(bytes: Uint8Array<ArrayBuffer>, port: number, transport: '' | 'tcp' | 'tls'): Sender {
    const address = addressText(bytes)
    const host = address.includes(':') ? `[${address}]` : address
    return {
      words: new Uint32Array(bytes.buffer, bytes.byteOffset, 4),
      port,
      name: `${host}:${port}${transport === '' ? '' : `/${transport}`}`,
      allowed: this.#allowed(address),
    }
  }
}
