import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  destinationOf,
  type Downloaded,
  DownloadError,
  type DownloadFailure,
  type DownloadLimits,
  EgressError,
} from '../../core/egress.ts'
import { FeedError, type FeedRequest, type FeedTrouble } from '../../intel/feeds/feed.ts'
import { pause } from '../connection.ts'
import { egressTo } from '../egress.ts'
import { proxyFor, type ProxyChoice } from './proxy.ts'

/** A feed's request, with what was told of the address when it was last taken. */
export interface FetchRequest extends FeedRequest {
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
}

/** What a feed's request came to. */
export type Fetched =
  | { readonly status: 'unchanged' }
  | {
      readonly status: 'whole'
      /** The unpacked body: a file of whoever asked, who removes it. */
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
      readonly bytes: number
      readonly sha256: string
    }

/** Rejects with {@link FeedError}, or with the signal's reason. */
export type FeedFetch = (request: FetchRequest, signal: AbortSignal) => Promise<Fetched>

export interface FetchSource {
  /** All that it may reach ({@link Feed.urls}). */
  readonly urls: readonly string[]
  readonly proxy?: ProxyChoice
}

export interface FetchPlace {
  /** Where bodies are written. */
  readonly folder: string
  readonly version: string
  /** `intel.proxy`. */
  readonly proxy?: ProxyChoice
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly limits?: Partial<DownloadLimits>
  /** Before the second try, milliseconds; each further pause is twice as long. */
  readonly firstPauseMs?: number
}

const usualTries = 5
const usualFirstPauseMs = 2_000
/** A server that asks for a longer pause is asked again another time, milliseconds. */
const longestPauseMs = 60_000
/** Trying again soon may help. */
const passing: ReadonlySet<DownloadFailure> = new Set(['unreachable', 'busy', 'server', 'truncated', 'time'])
const troubles: Readonly<Record<Exclude<DownloadFailure, 'aborted'>, FeedTrouble>> = {
  unreachable: 'reach',
  proxy: 'reach',
  key: 'key',
  busy: 'rate',
  server: 'server',
  status: 'gone',
  redirect: 'redirect',
  truncated: 'cut',
  encoding: 'form',
  size: 'size',
  time: 'reach',
  disk: 'disk',
}

/** The way out for one source: to the addresses it names, tried again where a server is busy, as files in the folder. */
export function fetchFor({ urls, proxy }: FetchSource, place: FetchPlace): FeedFetch {
  const { folder, version, environment = process.env, limits, firstPauseMs = usualFirstPauseMs } = place
  const way = proxyFor(proxy, place.proxy, environment)
  const proxies = [way?.http, way?.https].filter((url) => url !== undefined)
  const egress = egressTo([...urls, ...proxies].map((url) => destinationOf(new URL(url))))

  async function once(request: FetchRequest, signal: AbortSignal): Promise<Fetched> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `fetched-${randomUUID()}`)
    const ca = request.caFile === undefined ? undefined : await readFile(request.caFile, 'utf8')
    const got: Downloaded = await egress.download({
      url: new URL(request.url),
      shown: request.shown,
      headers: { 'user-agent': `Sundew/${version}`, ...lowered(request.headers) },
      file: path,
      etag: request.ifNoneMatch,
      lastModified: request.ifModifiedSince,
      redirectsTo: request.redirectsTo,
      trust: { ca },
      proxy: way,
      limits: { ...limits, ...(request.mostBytes !== undefined && { bytes: request.mostBytes }) },
      signal,
    })
    if (!got.changed) return { status: 'unchanged' }
    return { status: 'whole', path, headers: got.headers, bytes: got.bytes, sha256: await sha256Of(path) }
  }

  return async (request, signal) => {
    const tries = Math.max(1, request.tries ?? usualTries)
    for (let tried = 1, wait = firstPauseMs; ; tried++, wait *= 2) {
      try {
        return await once(request, signal)
      } catch (error) {
        signal.throwIfAborted()
        const askedMs = error instanceof DownloadError ? error.retryAfterMs : undefined
        const again = error instanceof DownloadError && passing.has(error.reason)
        if (!again || tried >= tries || (askedMs ?? 0) > longestPauseMs) throw feedError(error)
        await pause(
          Math.min(longestPauseMs, Math.max(wait * (0.75 + Math.random() / 2), askedMs ?? 0)),
          signal,
        )
        signal.throwIfAborted()
      }
    }
  }
}

function feedError(error: unknown): unknown {
  if (error instanceof DownloadError && error.reason !== 'aborted')
    return new FeedError(troubles[error.reason], error.message, {
      // Its message says it all; what it came from says why.
      ...(error.cause !== undefined && { cause: error.cause }),
      ...(error.retryAfterMs !== undefined && { retryAt: Date.now() + error.retryAfterMs }),
    })
  if (error instanceof EgressError) return new FeedError('redirect', error.message, { cause: error })
  // The folder, or the file of authorities.
  if (error instanceof Error && 'syscall' in error)
    return new FeedError('disk', error.message, { cause: error })
  return error
}

function lowered(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) hash.update(part)
  return hash.digest('hex')
}
