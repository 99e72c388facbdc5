import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { ApiError, badRequest } from '../api/errors.ts'
import { readOnly, storeError } from '../api/store-reader.ts'

/** Addresses of a set that were seen: more than these are too many for one question. */
export const mostHits = 400_000
/** Seconds that the store may take to tell who was seen. */
const seconds = 60
/** A parameter's longest text: servers take 128 KiB a field of a form. A multiple of 4, so that base64 joins. */
const pieceLength = 96_000

/** Addresses by their 16 bytes, those of IPv4 by their 4. */
export interface Hits {
  readonly v4: Uint8Array
  readonly v6: Uint8Array
}

/**
 * Which addresses of those seen are in each of the sets: the answer to "who of these was ever here", which does not
 * grow with the sets.
 *
 * @param sql selects one column `address` of distinct IPv6
 * @throws ApiError where a set has more than {@link mostHits} of them
 */
export async function seenIn(
  store: ClickHouseClient,
  sql: string,
  params: Record<string, unknown>,
  sets: readonly ((words: Uint32Array, at: number) => boolean)[],
  signal: AbortSignal,
): Promise<Hits[]> {
  const found = sets.map(() => new Found())
  await eachRows(store, { sql, params, rowWords: 4 }, signal, (words) => {
    for (const [index, has] of sets.entries()) {
      const hits = found[index]!
      for (let at = 0; at < words.length; at += 4) if (has(words, at)) hits.add(words, at)
    }
  })
  return found.map((hits) => hits.hits())
}

/**
 * Calls `tell` with the answer in pieces of whole rows, as 32-bit words.
 *
 * @param rowWords words of a row in the format RowBinary
 * @param settings of the store, for a user who may choose them
 */
export async function eachRows(
  store: ClickHouseClient,
  {
    sql,
    params,
    rowWords,
    settings = {},
  }: {
    sql: string
    params: Readonly<Record<string, unknown>>
    rowWords: number
    settings?: ClickHouseSettings
  },
  signal: AbortSignal,
  tell: (words: Uint32Array) => void,
): Promise<void> {
  try {
    const { stream } = await store.exec({
      query: `${sql} FORMAT RowBinary`,
      query_params: params,
      abort_signal: signal,
      use_multipart_params_auto: true,
      clickhouse_settings: { ...readOnly, max_execution_time: seconds, ...settings },
    })
    let rest: Uint8Array = new Uint8Array(0)
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      // A copy begins where a 32-bit word may.
      const bytes = new Uint8Array(rest.length + chunk.length)
      bytes.set(rest)
      bytes.set(chunk, rest.length)
      const whole = bytes.length - (bytes.length % (rowWords * 4))
      tell(new Uint32Array(bytes.buffer, 0, whole / 4))
      rest = bytes.subarray(whole)
    }
    if (rest.length > 0) throw new Error('the answer broke off')
  } catch (error) {
    throw error instanceof ApiError ? error : storeError(error)
  }
}

/** SQL that selects the addresses, for IN; its parameters' names begin with `name`. */
export function hitsSql(hits: Hits, name: string): { sql: string; params: Record<string, string> } {
  const params: Record<string, string> = {}
  const text = (bytes: Uint8Array, family: string): string => {
    const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
    const names: string[] = []
    for (let at = 0; at < base64.length; at += pieceLength) {
      const piece = `${name}_${family}_${names.length}`
      params[piece] = base64.slice(at, at + pieceLength)
      names.push(`{${piece}:String}`)
    }
    return names.length === 1 ? names[0]! : `concat(${names.join(', ')})`
  }
  const parts: string[] = []
  if (hits.v4.length > 0) {
    const count = `${name}_v4`
    params[count] = String(hits.v4.length / 4)
    // The four bytes are in network order; an IPv4 is made of a number in ours.
    parts.push(
      `SELECT toIPv6(CAST(byteSwap(reinterpretAsUInt32(substring(base64Decode(${text(hits.v4, 'v4')}), number * 4 + 1, 4))) AS IPv4)) FROM numbers({${count}:UInt32})`,
    )
  }
  if (hits.v6.length > 0) {
    const count = `${name}_v6`
    params[count] = String(hits.v6.length / 16)
    parts.push(
      `SELECT CAST(toFixedString(substring(base64Decode(${text(hits.v6, 'v6')}), number * 16 + 1, 16), 16) AS IPv6) FROM numbers({${count}:UInt32})`,
    )
  }
  return { sql: parts.length === 0 ? "SELECT toIPv6('::') WHERE 0" : parts.join(' UNION ALL '), params }
}

class Found {
  #v4 = new Uint32Array(1024)
  #v6 = new Uint32Array(1024)
  #v4s = 0
  #v6s = 0

  add(words: Uint32Array, at: number): void {
    if (this.#v4s + this.#v6s / 4 >= mostHits) {
      throw badRequest(
        `More than ${mostHits} of the addresses seen are in one set. Ask for less time, or for a smaller set.`,
      )
    }
    if (words[at] === 0 && words[at + 1] === 0 && words[at + 2] === 0xffff_0000) {
      if (this.#v4s === this.#v4.length) this.#v4 = doubled(this.#v4)
      this.#v4[this.#v4s++] = words[at + 3]!
    } else {
      if (this.#v6s === this.#v6.length) this.#v6 = doubled(this.#v6)
      this.#v6.set(words.subarray(at, at + 4), this.#v6s)
      this.#v6s += 4
    }
  }

  hits(): Hits {
    return {
      v4: new Uint8Array(this.#v4.buffer, 0, this.#v4s * 4),
      v6: new Uint8Array(this.#v6.buffer, 0, this.#v6s * 4),
    }
  }
}

function doubled(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(words.length * 2)
  larger.set(words)
  return larger
}
