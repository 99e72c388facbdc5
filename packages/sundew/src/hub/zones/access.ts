import { parseAddress, parseRange } from '../../match/parse-address.ts'
import { RangeSet } from '../../match/ranges.ts'
import type { Message } from '../../wire/dns/message.ts'
import {
  checkTsig,
  readTsig,
  type Tsig,
  type TsigError,
  type TsigKey,
  TsigSigner,
} from '../../wire/dns/tsig.ts'

/** How a request stands. */
export type Standing =
  | { readonly may: true; readonly signer: TsigSigner | undefined }
  /** No key, where one is needed. */
  | { readonly may: false; readonly why: 'unsigned' }
  | { readonly may: false; readonly why: 'malformed' }
  /** What it is signed with is not believed. */
  | { readonly may: false; readonly why: TsigError; readonly tsig: Tsig; readonly key: TsigKey | undefined }

/** Who may ask: from where, and with which key. */
export class Access {
  readonly #allowed: RangeSet
  readonly #keys: ReadonlyMap<string, TsigKey>

  constructor(allow: readonly string[], keys: readonly TsigKey[]) {
    this.#allowed = RangeSet.of(allow.map(parseRange).filter((range) => range !== undefined))
    this.#keys = new Map(keys.map((key) => [key.name, key]))
  }

  /** @param address as a socket tells it */
  from(address: string | undefined): boolean {
    // A link-local address has its interface behind it.
    const words = parseAddress(address?.split('%', 1)[0] ?? '')
    return words !== undefined && this.#allowed.has(words)
  }

  of(bytes: Uint8Array, message: Message, nowSeconds: number): Standing {
    const tsig = readTsig(message)
    if (tsig === 'malformed') return { may: false, why: 'malformed' }
    if (!tsig) return this.#keys.size > 0 ? { may: false, why: 'unsigned' } : { may: true, signer: undefined }
    const key = this.#keys.get(tsig.name)
    const why = checkTsig(bytes, tsig, key, nowSeconds)
    if (why !== undefined || !key) return { may: false, why: why ?? 'key', tsig, key }
    return { may: true, signer: new TsigSigner(key, tsig.mac) }
  }
}
