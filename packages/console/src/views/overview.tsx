import { Index, Show, type JSX } from 'solid-js'
import type { Counts, ListenerStatus, Status } from '../contract.ts'
import { get } from '../api.ts'
import { bytes, count, duration } from '../format.ts'
import { Link } from '../parts/link.tsx'
import { Meter } from '../parts/meter.tsx'
import { Notice } from '../parts/notice.tsx'
import { Time } from '../parts/time.tsx'
import { refreshed } from '../refresh.ts'
import { withQuery } from '../route.ts'

export function OverviewView(): JSX.Element {
  const status = refreshed(() => get<Status>('/status'), { everyMs: 4000 })
  const counts = refreshed(() => get<Counts>('/counts?hours=24'), { everyMs: 10_000 })
  return (
    <>
      <h1>Overview</h1>
      <Notice text={status.failure() ?? counts.failure()} />
      <Show when={status.value()}>
        {(now) => (
          <>
            <Alerts alerts={now().alerts} />
            <Figures status={now()} counts={counts.value()} />
            <Services listeners={now().listeners} counts={counts.value()} />
            <Parts status={now()} />
          </>
        )}
      </Show>
    </>
  )
}

function Alerts(props: { alerts: Status['alerts'] }): JSX.Element {
  return (
    <Show when={props.alerts.length > 0}>
      <section class="card alerts" aria-labelledby="alerts">
        <h2 id="alerts">Alerts</h2>
        <ul>
          <Index each={props.alerts}>
            {(alert) => (
              <li>
                <Time at={alert().time} /> <code>{alert().code}</code> <span>{alert().message}</span>
              </li>
            )}
          </Index>
        </ul>
      </section>
    </Show>
  )
}

function Figures(props: { status: Status; counts: Counts | undefined }): JSX.Element {
  const events = () => props.counts?.services.reduce((sum, { count: n }) => sum + n, 0)
  const of = (kind: string) =>
    props.counts?.services.reduce((sum, entry) => (entry.kind === kind ? sum + entry.count : sum), 0)
  const number = (value: number | undefined) => (value === undefined ? '–' : count(value))
  return (
    <section class="figures" aria-label="The last 24 hours">
      <Figure label="Events, 24 h" value={number(events())} to="/live" />
      <Figure label="Sources, 24 h" value={number(props.counts?.sources)} />
      <Figure label="Mails kept, 24 h" value={number(of('mail.received'))} to="/mails" />
      <Figure label="Files kept, 24 h" value={number(of('file.captured'))} to="/files" />
      <Figure
        label="Waiting for the store"
        value={bytes(props.status.journal.waitingBytes)}
        note={
          props.status.journal.lagSeconds > 0
            ? `${duration(props.status.journal.lagSeconds)} behind`
            : 'nothing behind'
        }
        warn={props.status.journal.lagSeconds > 60}
      />
      <Disk disk={props.status.disk} />
    </section>
  )
}

function Figure(props: {
  label: string
  value: string
  note?: string
  to?: string
  warn?: boolean
}): JSX.Element {
  return (
    <div class="card figure" classList={{ warn: props.warn === true }}>
      <div class="label">
        <Show when={props.to} fallback={props.label}>
          {(to) => <Link to={to()}>{props.label}</Link>}
        </Show>
      </div>
      <div class="value">{props.value}</div>
      <div class="note">{props.note}</div>
    </div>
  )
}

function Disk(props: { disk: Status['disk'] }): JSX.Element {
  const shares = () => props.disk.sourcesOverShare
  return (
    <div class="card figure" classList={{ warn: props.disk.full }}>
      <div class="label">Disk</div>
      <div class="value">{bytes(props.disk.usedBytes)}</div>
      <Meter share={props.disk.usedBytes / props.disk.quotaBytes} label="Quota used" />
      <div class="note">
        {props.disk.full
          ? `Full: mail is turned away. Quota ${bytes(props.disk.quotaBytes)}`
          : `of ${bytes(props.disk.quotaBytes)}`}
      </div>
      <Show when={shares().length > 0}>
        <div
          class="note"
          title={shares()
            .map(({ source, bytes: used }) => `${source} ${bytes(used)}`)
            .join('\n')}
        >
          {shares().length === 1 ? '1 source' : `${count(shares().length)} sources`} over share
        </div>
      </Show>
    </div>
  )
}

interface Service {
  readonly name: string
  readonly listeners: readonly ListenerStatus[]
  readonly kinds: readonly { readonly kind: string; readonly count: number }[]
  readonly total: number
}

/** Every service that listens or was heard of, the busiest first. */
function services(listeners: readonly ListenerStatus[], counts: Counts | undefined): readonly Service[] {
  const names = new Set([
    ...listeners.map(({ service }) => service),
    ...(counts?.services.map(({ service }) => service) ?? []),
  ])
  return [...names]
    .map((name): Service => {
      const kinds = (counts?.services ?? []).filter(({ service }) => service === name)
      return {
        name,
        listeners: listeners.filter(({ service }) => service === name),
        kinds,
        total: kinds.reduce((sum, { count: n }) => sum + n, 0),
      }
    })
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
}

function Services(props: { listeners: readonly ListenerStatus[]; counts: Counts | undefined }): JSX.Element {
  const all = () => services(props.listeners, props.counts)
  const most = () => Math.max(1, ...all().map(({ total }) => total))
  return (
    <section class="card" aria-labelledby="services">
      <h2 id="services">Services</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Ports</th>
              <th scope="col" class="number">
                Events, 24 h
              </th>
              <th scope="col" class="wide">
                What happened
              </th>
            </tr>
          </thead>
          <tbody>
            <Index each={all()} fallback={<EmptyRow text="No decoy listens." />}>
              {(service) => (
                <tr>
                  <th scope="row">
                    <Link to={withQuery('/live', { service: service().name })}>
                      {service().name || 'Sundew itself'}
                    </Link>
                  </th>
                  <td>
                    <Ports listeners={service().listeners} />
                  </td>
                  <td class="number">
                    {count(service().total)}
                    <Meter
                      share={service().total / most()}
                      label={`Share of ${service().name}`}
                      warnFrom={2}
                    />
                  </td>
                  <td class="kinds">
                    <Index each={service().kinds}>
                      {(entry) => (
                        <Link
                          to={withQuery('/live', { service: service().name, kind: entry().kind })}
                          class="kind"
                        >
                          {entry().kind} <b>{count(entry().count)}</b>
                        </Link>
                      )}
                    </Index>
                  </td>
                </tr>
              )}
            </Index>
          </tbody>
        </table>
      </div>
    </section>
  )
}

function EmptyRow(props: { text: string }): JSX.Element {
  return (
    <tr>
      <td colspan="4" class="faint">
        {props.text}
      </td>
    </tr>
  )
}

/** Each port once, however many addresses it is bound on. */
function Ports(props: { listeners: readonly ListenerStatus[] }): JSX.Element {
  const once = () => [...new Map(props.listeners.map((one) => [one.port, one])).values()]
  return (
    <Index each={once()} fallback={<span class="faint">—</span>}>
      {(one) => (
        <span
          class="port"
          title={`bound on ${props.listeners
            .filter(({ port }) => port === one().port)
            .map(({ address }) => address)
            .join(', ')}${one().tls ? ', TLS' : ''}`}
        >
          {one().port}
          <Show when={one().as !== one().port}>
            <small>{` as ${one().as}`}</small>
          </Show>
          <Show when={one().tls}>
            <small> TLS</small>
          </Show>
        </span>
      )}
    </Index>
  )
}

function storeText({ starting, reachable }: Status['store']): string {
  if (reachable) return 'reachable'
  return `${starting ? 'starting' : 'not reachable'}; what comes in waits in the journal`
}

function Parts(props: { status: Status }): JSX.Element {
  return (
    <section class="card" aria-labelledby="parts">
      <h2 id="parts">This Sundew</h2>
      <ul class="parts">
        <Index each={props.status.parts}>
          {(part) => (
            <li>
              <span class={`dot ${part().state}`} />
              <b>{part().name}</b> {part().state}
              <span class="faint">
                {' since '}
                <Time at={part().since} />
                {part().restarts > 0 ? `, restarts: ${count(part().restarts)}` : ''}
              </span>
            </li>
          )}
        </Index>
        <li>
          <span
            class="dot"
            classList={{ running: props.status.store.reachable, stopped: !props.status.store.reachable }}
          />
          <b>tables</b> {storeText(props.status.store)}
          <span class="faint">{` ${props.status.store.version}`}</span>
        </li>
      </ul>
      <p class="faint">
        {`Version ${props.status.version}, sensor ${props.status.sensor}, data in ${props.status.dataDirectory} (${bytes(props.status.disk.freeBytes)} free on its disk), up since `}
        <Time at={props.status.started} />
      </p>
    </section>
  )
}
