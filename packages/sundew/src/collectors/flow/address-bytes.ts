import { plainAddress } from '../../core/address.ts'
import { columnWords, parseAddress } from '../../match/parse-address.ts'

/** The 16 bytes of an address that the system told, IPv4 as ::ffff:a.b.c.d; all 0 for what is none. */
export function addressBytes(address: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(addressWords(address).buffer)
}

/** The address as the four words that address columns have. */
export function addressWords(address: string): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(columnWords(parseAddress(plainAddress(address)) ?? [0, 0, 0, 0]))
}
