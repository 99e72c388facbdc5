import type { ClickHouseClient } from '@clickhouse/client'
import { sourceKey } from '../../core/address.ts'
import type { QuotaState } from '../../core/room.ts'

export interface QuotaOptions {
  readonly store: ClickHouseClient
  readonly quotaBytes: number
  /** Share of the quota that one source may use. */
  readonly sourceShare: number
  /** Bytes of captured files on disk. */
  readonly fileBytes: () => Promise<number>
  /** Bytes that wait in journals. */
  readonly waitingBytes: () => Promise<number>
}

/** How much is kept, and who brought too much of it. */
export interface Usage extends QuotaState {
  readonly usedBytes: number
  readonly over: readonly { readonly source: string; readonly bytes: number }[]
}

/** A source in the state is let in again only below this part of its share, so that it does not flap. */
const release = 0.95
/** Sources reported at most: those with the most bytes. */
const maxSources = 10_000

/** Measures what is kept against the quota. A mail counts with the bytes it takes on the disk, after compression. */
export class Quota {
  readonly #options: QuotaOptions
  #last: Usage = { full: false, sources: [], usedBytes: 0, over: [] }

  constructor(options: QuotaOptions) {
    this.#options = options
  }

  get last(): Usage {
    return this.#last
  }

  /** Asks the store and the disk. Rejects where the store is away; the last state then stands. */
  async measure(): Promise<Usage> {
    const { quotaBytes, sourceShare } = this.#options
    const tables = await this.#tables()
    const [files, waiting] = await Promise.all([this.#options.fileBytes(), this.#options.waitingBytes()])
    const usedBytes = tables.bytes + files + waiting
    const limit = quotaBytes * sourceShare
    const before = new Set(this.#last.sources)
    const over = (await this.#sources(tables.mailRatio, limit * release)).filter(
      ({ source, bytes }) => bytes > limit || before.has(source),
    )
    const full = usedBytes > quotaBytes * (this.#last.full ? release : 1)
    this.#last = { full, usedBytes, over, sources: over.map(({ source }) => source) }
    return this.#last
  }

  /** Bytes of all tables on the disk, and how many of them one byte of mail takes. */
  async #tables(): Promise<{ bytes: number; mailRatio: number }> {
    const [row] = await this.#rows<{ bytes: string; packed: string; raw: string }>(`
      SELECT sum(bytes_on_disk) AS bytes,
             sumIf(data_compressed_bytes, table = 'mails') AS packed,
             sumIf(data_uncompressed_bytes, table = 'mails') AS raw
      FROM system.parts WHERE database = currentDatabase()`)
    const raw = Number(row?.raw ?? 0)
    return { bytes: Number(row?.bytes ?? 0), mailRatio: raw > 0 ? Math.min(1, Number(row!.packed) / raw) : 1 }
  }

  /** Bytes on the disk by source, those above `atLeast`. */
  async #sources(mailRatio: number, atLeast: number): Promise<{ source: string; bytes: number }[]> {
    const rows = await this.#rows<{ ip: string; inline: string; whole: string }>(`
      SELECT toString(source_ip) AS ip, sum(inline) AS inline, sum(whole) AS whole FROM (
        SELECT source_ip, if(stored = 'inline', raw_size, 0) AS inline, if(stored = 'inline', 0, raw_size) AS whole FROM mails
        UNION ALL
        SELECT source_ip, 0 AS inline, size AS whole FROM files)
      WHERE source_ip != toIPv6('::') -- imported: no source brought it
      GROUP BY source_ip ORDER BY inline + whole DESC LIMIT ${maxSources}`)
    const bySource = new Map<string, number>()
    for (const { ip, inline, whole } of rows) {
      const source = sourceKey(ip)
      bySource.set(source, (bySource.get(source) ?? 0) + Number(inline) * mailRatio + Number(whole))
    }
    return [...bySource]
      .filter(([, bytes]) => bytes > atLeast)
      .map(([source, bytes]) => ({ source, bytes: Math.round(bytes) }))
  }

  async #rows<T>(query: string): Promise<T[]> {
    const answer = await this.#options.store.query({ query, format: 'JSONEachRow' })
    return answer.json<T>()
  }
}
