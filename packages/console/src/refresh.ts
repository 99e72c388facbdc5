import { createSignal, onCleanup, untrack, type Accessor } from 'solid-js'
import { ApiFailure, watch } from './api.ts'

export interface Loaded<T> {
  readonly value: Accessor<T | undefined>
  readonly failure: Accessor<string | undefined>
  reload(): void
}

/** Something that is asked for now, every `everyMs` while the page is seen, and soon after an event of one of `kinds`. */
export function refreshed<T>(
  load: (before: T | undefined) => Promise<T>,
  options: { everyMs: number; kinds?: string },
): Loaded<T> {
  const [value, setValue] = createSignal<T>()
  const [failure, setFailure] = createSignal<string>()
  /** After an event the store is asked at most this often. */
  const settleMs = 1500
  let asked = 0
  let soon: ReturnType<typeof setTimeout> | undefined

  const reload = () => {
    const turn = ++asked
    load(untrack(value)).then(
      (loaded) => {
        if (turn !== asked) return
        setValue(() => loaded)
        setFailure(undefined)
      },
      (error: unknown) => {
        if (turn === asked) setFailure(explain(error))
      },
    )
  }
  reload()
  const timer = setInterval(() => {
    if (!document.hidden) reload()
  }, options.everyMs)
  const stop = options.kinds
    ? watch(
        { kind: options.kinds },
        {
          events: () => {
            soon ??= setTimeout(() => {
              soon = undefined
              reload()
            }, settleMs)
          },
        },
      )
    : undefined
  onCleanup(() => {
    asked++
    clearInterval(timer)
    clearTimeout(soon)
    stop?.()
  })
  return { value, failure, reload }
}

export function explain(error: unknown): string {
  return error instanceof ApiFailure || error instanceof Error ? error.message : String(error)
}
