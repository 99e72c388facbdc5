import { createSignal, onMount, Show, type JSX } from 'solid-js'
import { get } from '../api.ts'
import type { EventRow } from '../contract.ts'
import { EventLine } from '../parts/event-line.tsx'
import { Notice } from '../parts/notice.tsx'
import { explain } from '../refresh.ts'

/** One event by its id, nothing cut: where a file came from. */
export function EventView(props: { id: string }): JSX.Element {
  const [event, setEvent] = createSignal<EventRow>()
  const [failure, setFailure] = createSignal<string>()
  onMount(() => {
    get<EventRow>(`/events/${props.id}`).then(setEvent, (error: unknown) => setFailure(explain(error)))
  })
  return (
    <>
      <h1>Event</h1>
      <Notice text={failure()} />
      <Show when={event()}>
        {(kept) => (
          <div class="card">
            <EventLine row={kept()} open />
          </div>
        )}
      </Show>
    </>
  )
}
