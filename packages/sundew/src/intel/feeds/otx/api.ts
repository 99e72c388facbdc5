import { FeedError, type FeedHost } from '../feed.ts'
import { countOf, isObject, type JsonObject, listOf, objectIn } from '../json-fields.ts'
import { keyOf } from '../key.ts'
import type { OtxConfig } from './section.ts'

/** Of one answer, unpacked: JSON of this size may take twenty times as much when it is read. A smaller page is asked for then. */
const mostBytes = 16 * 1024 * 1024

/** A page of a listing. */
export interface OtxPage {
  readonly results: readonly JsonObject[]
  /** Results that are no objects. */
  readonly broken: number
  /** All there are, of all pages; undefined where OTX does not say. */
  readonly count: number | undefined
  /** Where the next one is; undefined after the last. */
  readonly next: string | undefined
}

/** OTX's HTTP interface: one base, one key; nothing that an answer says leads anywhere else. */
export class OtxApi {
  readonly #host: FeedHost
  readonly #base: URL
  readonly #key: string

  /** @throws FeedError `key` where there is none */
  constructor(config: OtxConfig, host: FeedHost) {
    const key = keyOf(config)
    if (key === undefined)
      throw new FeedError('key', 'OTX is not read without a key: set key_file, key_env or key')
    this.#key = key
    this.#host = host
    this.#base = new URL(config.url)
  }

  url(path: string, params: Readonly<Record<string, string | number | undefined>> = {}): string {
    const url = new URL(`${this.#base.pathname.replace(/\/$/, '')}/api/v1${path}`, this.#base)
    for (const [name, value] of Object.entries(params))
      if (value !== undefined) url.searchParams.set(name, String(value))
    return url.href
  }

  async object(url: string): Promise<JsonObject> {
    this.#host.signal.throwIfAborted()
    const answer = await this.#host.fetch({
      url,
      headers: { 'x-otx-api-key': this.#key, accept: 'application/json' },
      conditional: false,
      mostBytes,
      // A smaller page is asked for soon.
      tries: 3,
    })
    if (answer.status !== 'whole')
      throw new FeedError('form', 'OTX says that an answer that we do not have is unchanged')
    return objectIn(answer, 'what OTX answered')
  }

  async page(url: string): Promise<OtxPage> {
    const { results, next, count } = await this.object(url)
    if (!Array.isArray(results)) throw new FeedError('form', 'what OTX answered has no results')
    const objects = listOf(results).filter(isObject)
    return {
      results: objects,
      broken: results.length - objects.length,
      count: countOf(count),
      next: typeof next === 'string' && next !== '' && results.length > 0 ? this.#own(next, url) : undefined,
    }
  }

  /** The address where it is the same listing's, by the scheme that we came with. */
  #own(next: string, from: string): string {
    const [was, url] = [new URL(from), URL.canParse(next, from) ? new URL(next, from) : undefined]
    if (url?.hostname !== was.hostname || url.pathname !== was.pathname)
      throw new FeedError(
        'redirect',
        `the next page is said to be at ${url?.host ?? 'no address'}, where we do not go`,
      )
    was.search = url.search
    if (was.href === from) throw new FeedError('form', 'a page is said to be the next of itself')
    return was.href
  }
}

/** OTX did not manage, or what it sent was too much: a smaller page may do. */
export function isTooMuch(error: unknown): error is FeedError {
  return (
    error instanceof FeedError && (error.code === 'server' || error.code === 'cut' || error.code === 'size')
  )
}

/** A time as OTX writes them: UTC, and not said so. */
export function otxTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000')
}
