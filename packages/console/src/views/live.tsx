import { createEffect, createSignal, For, onCleanup, Show, untrack, type JSX } from 'solid-js'
import { catalogue, eventKinds } from '../../../sundew/src/event/catalogue.ts'
import { get, watch } from '../api.ts'
import { navigate } from '../address-bar.ts'
import type { EventRow } from '../contract.ts'
import { count } from '../format.ts'
import { EventLine } from '../parts/event-line.tsx'
import { Notice } from '../parts/notice.tsx'
import { explain } from '../refresh.ts'
import { withQuery, type LiveFilter } from '../route.ts'
import { newestFirst } from '../rows.ts'

/** Rows on the page, and rows that wait while it is paused. */
const mostShown = 300
const mostHeld = 1000

export function LiveView(props: { filter: LiveFilter }): JSX.Element {
  const [rows, setRows] = createSignal<readonly EventRow[]>([])
  const [held, setHeld] = createSignal<readonly EventRow[]>([])
  const [heldCount, setHeldCount] = createSignal(0)
  const [leftOut, setLeftOut] = createSignal(0)
  const [paused, setPaused] = createSignal(false)
  const [connected, setConnected] = createSignal(false)
  const [loading, setLoading] = createSignal(true)
  const [failure, setFailure] = createSignal<string>()

  createEffect(() => {
    const { kind, service, address } = props.filter
    setRows([])
    setHeld([])
    setHeldCount(0)
    setLeftOut(0)
    setFailure(undefined)
    setLoading(true)
    let ended = false
    get<EventRow[]>(withQuery('/events', { kind, service, address, limit: 100 })).then(
      (before) => {
        if (ended) return
        setLoading(false)
        const known = new Set(untrack(rows).map(({ id }) => id))
        setRows((now) => [...now, ...before.filter(({ id }) => !known.has(id))].slice(0, mostShown))
      },
      (error: unknown) => setFailure(explain(error)),
    )
    const stop = watch(
      { kind, service, address },
      {
        events: (batch) => {
          if (untrack(paused)) {
            setHeldCount((n) => n + batch.length)
            setHeld((waiting) => newestFirst(waiting, batch, mostHeld))
          } else {
            setRows((now) => newestFirst(now, batch, mostShown))
          }
        },
        leftOut: (n) => setLeftOut((sum) => sum + n),
        state: setConnected,
      },
    )
    onCleanup(() => {
      ended = true
      stop()
    })
  })

  const resume = () => {
    setRows((now) => [...held(), ...now].slice(0, mostShown))
    setHeld([])
    setHeldCount(0)
    setPaused(false)
  }
  const filterBy = (change: Partial<LiveFilter>) =>
    navigate(withQuery('/live', { ...props.filter, ...change }), { replace: true })

  return (
    <>
      <div class="title">
        <h1>Live</h1>
        <span class="state" role="status">
          <span
            class="dot"
            classList={{ running: connected() && !paused(), starting: paused(), stopped: !connected() }}
          />
          {paused() ? `paused, ${count(heldCount())} new` : connected() ? 'listening' : 'not connected'}
        </span>
        <button
          type="button"
          class="main"
          aria-pressed={paused()}
          onClick={() => (paused() ? resume() : setPaused(true))}
        >
          {paused() ? 'Go on' : 'Pause'}
        </button>
      </div>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>
          Kind
          <select
            value={props.filter.kind}
            onChange={(event) => filterBy({ kind: event.currentTarget.value })}
          >
            <option value="">all</option>
            <For each={eventKinds}>{(kind) => <option value={kind}>{kind}</option>}</For>
          </select>
        </label>
        <label>
          Service
          <input
            type="search"
            placeholder="smtp"
            pattern="[a-z0-9_,\-]*"
            maxlength="64"
            value={props.filter.service}
            onChange={(event) =>
              event.currentTarget.checkValidity() && filterBy({ service: event.currentTarget.value.trim() })
            }
          />
        </label>
        <label>
          Address or prefix
          <input
            type="search"
            placeholder="192.0.2.0/24"
            maxlength="64"
            value={props.filter.address}
            onChange={(event) => filterBy({ address: event.currentTarget.value.trim() })}
          />
        </label>
        <p class="faint">
          {props.filter.kind in catalogue ? catalogue[props.filter.kind as keyof typeof catalogue].doc : ''}
        </p>
      </form>
      <Notice text={failure()} />
      <Show when={leftOut() > 0}>
        <p class="faint">{`${count(leftOut())} events came faster than this page could take them and are not shown; all are kept.`}</p>
      </Show>
      <div class="events" classList={{ paused: paused() }}>
        <For
          each={rows()}
          fallback={
            <p class="empty faint">
              {loading() ? 'One moment …' : 'Nothing yet. What happens next appears here.'}
            </p>
          }
        >
          {(row) => <EventLine row={row} />}
        </For>
      </div>
    </>
  )
}
