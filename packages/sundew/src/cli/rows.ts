import { maxLimit } from '../hub/api/contract.ts'
import type { Hub, HubRequest } from './client.ts'
import { exitCode, Failure } from './failure.ts'

export interface Pages<R> {
  readonly path: string
  readonly query: NonNullable<HubRequest['query']>
  /** Rows wanted; all there are where it is undefined. */
  readonly limit: number | undefined
  readonly id: (row: R) => string
  /** The time that the hub sorts by. */
  readonly time: (row: R) => string
}

/**
 * Rows, newest first, page by page. A page begins with the very nanosecond that the one before ended with, so that
 * rows of the same time are not lost at the seam; those already told are left out.
 */
export async function* rows<R>(hub: Hub, pages: Pages<R>): AsyncGenerator<R> {
  let left = pages.limit ?? Infinity
  let before = pages.query['before']
  let told = new Set<string>()
  while (left > 0) {
    const limit = Math.min(maxLimit, left + told.size)
    const page = await hub.json<R[]>(pages.path, { query: { ...pages.query, before, limit } })
    const fresh = page.filter((row) => !told.has(pages.id(row)))
    for (const row of fresh.slice(0, left)) yield row
    left -= fresh.length
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return
    if (fresh.length === 0) {
      throw new Failure(
        'SUNDEW_ROWS_CROWDED',
        exitCode.fault,
        `more than ${maxLimit} rows of ${pages.path} have the time ${pages.time(last)}, so their list cannot be turned. Ask for them with "sundew query".`,
      )
    }
    const edge = pages.time(last)
    told = new Set(page.filter((row) => pages.time(row) === edge).map((row) => pages.id(row)))
    before = nextNanosecond(edge)
  }
}

/** The moment one nanosecond after an RFC 3339 time in UTC. */
export function nextNanosecond(time: string): string {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(time)
  if (!match) throw new RangeError(`not an RFC 3339 time in UTC: ${time}`)
  const fraction = Number((match[2] ?? '').padEnd(9, '0')) + 1
  if (fraction < 1_000_000_000) return `${match[1]}.${String(fraction).padStart(9, '0')}Z`
  return `${new Date(Date.parse(`${match[1]}Z`) + 1000).toISOString().slice(0, 19)}.000000000Z`
}
