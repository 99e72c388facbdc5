import { createClient, type ClickHouseClient } from '@clickhouse/client'

export interface StoreAddress {
  readonly url: string
  readonly database: string
  readonly user: string
  readonly password: string
}

/** How long the store may take to answer one request, milliseconds; bulk inserts on a busy disk are the slowest. */
const requestMs = 120_000
const retryMs = { first: 100, last: 5_000 }

export function connect({ url, database, user, password }: StoreAddress): ClickHouseClient {
  return createClient({
    url,
    database,
    username: user,
    password,
    application: 'sundew',
    request_timeout: requestMs,
    max_open_connections: 8,
    keep_alive: { enabled: true },
    log: { level: 127 }, // errors are ours to report, once
  })
}

/**
 * Does `work` until it succeeds or the signal aborts, with growing pauses; `tell` hears of the first failure of each row of
 * them. What is `final` is thrown at once: trying again would not mend it.
 */
export async function untilDone<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  tell: (error: unknown) => void,
  final: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let wait = retryMs.first, told = false; ; wait = Math.min(wait * 2, retryMs.last)) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || final(error)) throw error
      if (!told && wait > 4 * retryMs.first) {
        tell(error)
        told = true
      }
    }
    await pause(wait, signal)
    signal.throwIfAborted()
  }
}

/** Waits, or returns early where the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}
