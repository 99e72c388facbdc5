import { createEffect, createSignal, on, type Accessor } from 'solid-js'
import { get } from './api.ts'
import { explain, refreshed, type Loaded } from './refresh.ts'
import { withQuery } from './route.ts'
import { keepSame } from './rows.ts'

/** Rows of one page of a list. */
const pageRows = 50

export interface Paged<T> extends Loaded<readonly T[]> {
  readonly rows: Accessor<readonly T[] | undefined>
  readonly more: Accessor<boolean>
  older(): void
}

/** A list that is newest first: its head kept fresh, older rows fetched on demand. */
export function paged<T>(
  query: () => { path: string; values: Readonly<Record<string, string>> },
  options: { kinds: string; time: (row: T) => string; key: (row: T) => string },
): Paged<T> {
  const [tail, setTail] = createSignal<readonly T[]>([])
  const [last, setLast] = createSignal(false)
  const [failed, setFailed] = createSignal<string>()
  const url = (before?: string) => withQuery(query().path, { ...query().values, limit: pageRows, before })
  const head = refreshed<readonly T[]>(
    async (before) => keepSame(before ?? [], await get<readonly T[]>(url()), options.key),
    { everyMs: 15_000, kinds: options.kinds },
  )
  createEffect(
    on(
      () => url(),
      () => {
        setTail([])
        setLast(false)
        head.reload()
      },
      { defer: true },
    ),
  )
  const rows = () => {
    const first = head.value()
    if (!first) return undefined
    const known = new Set(first.map(options.key))
    return [...first, ...tail().filter((row) => !known.has(options.key(row)))]
  }
  return {
    ...head,
    failure: () => head.failure() ?? failed(),
    rows,
    more: () => !last() && (head.value()?.length ?? 0) >= pageRows,
    older() {
      const oldest = rows()?.at(-1)
      if (oldest === undefined) return
      const asked = url()
      get<readonly T[]>(url(options.time(oldest))).then(
        (further) => {
          if (asked !== url()) return
          setTail((now) => [...now, ...further])
          if (further.length < pageRows) setLast(true)
          setFailed(undefined)
        },
        (error: unknown) => setFailed(explain(error)),
      )
    },
  }
}
