import { createSignal, For, Show, type JSX } from 'solid-js'
import { catalogue } from '../../../sundew/src/event/catalogue.ts'
import { get } from '../api.ts'
import type { EventRow } from '../contract.ts'
import { explain } from '../refresh.ts'
import { withQuery } from '../route.ts'
import { plain, summary } from '../summary.ts'
import { Link } from './link.tsx'
import { Notice } from './notice.tsx'
import { Peer, PeerLine } from './peer.tsx'
import { Time } from './time.tsx'

/** One event: a line, and everything about it when it is opened. */
export function EventLine(props: { row: EventRow; open?: boolean }): JSX.Element {
  const [open, setOpen] = createSignal(props.open === true)
  return (
    <details class="event" open={open()} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Time at={props.row.time} />
        <span class={`kind of-${props.row.kind.split('.')[0]}`}>{props.row.kind}</span>
        <span class="source" title={props.row.source_ip}>
          {props.row.source_ip === '::' ? '' : props.row.source_ip}
        </span>
        <span class="what">
          <For each={summary(props.row)}>
            {({ text, from }) => (
              <>{from === 'us' ? <span class="ours">{text}</span> : <PeerLine text={text} length={120} />} </>
            )}
          </For>
        </span>
      </summary>
      <Show when={open()}>
        <Details row={props.row} />
      </Show>
    </details>
  )
}

function Details(props: { row: EventRow }): JSX.Element {
  const [row, setRow] = createSignal(props.row)
  const [failure, setFailure] = createSignal<string>()
  const whole = () => {
    get<EventRow>(`/events/${props.row.id}`).then(
      (kept) => setRow(kept),
      (error: unknown) => setFailure(explain(error)),
    )
  }
  const spec = (name: string) =>
    (catalogue as Record<string, { fields: Record<string, { doc: string }> }>)[row().kind]?.fields[name]
  return (
    <div class="details">
      <dl>
        <For each={Object.entries(row().fields)}>
          {([name, value]) => (
            <>
              <dt title={spec(name)?.doc}>{name}</dt>
              <dd>
                <Value value={value} />
              </dd>
            </>
          )}
        </For>
        <dt>from</dt>
        <dd>
          {`${row().source_ip} port ${row().source_port}`} to{' '}
          {`${row().destination_ip} port ${row().destination_port}`}
          {` (${row().service}, ${row().transport})`}
        </dd>
        <Show when={row().target_host !== undefined}>
          <dt>tunnel</dt>
          <dd>
            <Peer text={row().target_host ?? ''} length={400} empty="empty" /> port {row().target_port} (
            {row().tunnel})
          </dd>
        </Show>
        <dt>session</dt>
        <dd>{row().session || '—'}</dd>
        <dt>id</dt>
        <dd>{row().id}</dd>
      </dl>
      <Notice text={failure()} />
      <p class="actions">
        <button type="button" onClick={whole}>
          As kept, nothing cut
        </button>
        <Link to={withQuery('/live', { address: row().source_ip })}>Only this source</Link>
        <Link to={withQuery('/live', { kind: row().kind })}>Only this kind</Link>
      </p>
    </div>
  )
}

function Value(props: { value: unknown }): JSX.Element {
  return (
    <Show
      when={Array.isArray(props.value) ? (props.value as unknown[]) : undefined}
      fallback={<Peer text={plain(props.value)} length={400} empty="empty" />}
    >
      {(list) => (
        <ul class="values">
          <For each={list()}>
            {(entry) => (
              <li>
                <Peer text={plain(entry)} length={400} empty="empty" />
              </li>
            )}
          </For>
        </ul>
      )}
    </Show>
  )
}
