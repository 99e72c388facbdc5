import type { Ball } from '../../outputs/logstalgia/line.ts'
import { flowBall, loginBall, packetBall, type LoggedPacket } from '../../outputs/logstalgia/balls.ts'
import type { LoginRow } from '../../hub/api/contract.ts'
import type { FlowField } from '../../hub/flows/fields.ts'
import type { Hub } from '../client.ts'
import { rowsOf } from '../flows/answer.ts'
import { loginOfRow } from './login.ts'

/** What is told of. */
export interface Kinds {
  readonly firewall: boolean
  readonly logins: boolean
  readonly flows: boolean
}

export interface Asked {
  readonly hub: Hub
  /** RFC 3339; its end is left out. */
  readonly since: string
  readonly before: string
  /** Of more than so many in a window of so long, everybody's share. */
  readonly share: { readonly window_ms: number; readonly most: number }
  /** Told how many the store left out. */
  readonly leftOut: (count: number) => void
  readonly signal?: AbortSignal
}

interface PacketRow {
  readonly time: string
  readonly kind: string
  readonly source_ip: string
  readonly protocol: number
  readonly destination_port: number
  readonly device: string
  readonly in_interface: string
  readonly left_out?: number | string
}

const packetFields = ['time', 'kind', 'source_ip', 'protocol', 'destination_port', 'device', 'in_interface']

/** Lines of firewalls, oldest first. */
export async function* packetBalls(asked: Asked, by: 'time' | 'received'): AsyncGenerator<Ball> {
  const { hub, since, before, share, leftOut, signal } = asked
  const answer = await hub.open('/firewall/rows', {
    method: 'POST',
    body: { filter: { since, before }, fields: packetFields, by, share },
    patient: true,
    ...(signal ? { signal } : {}),
  })
  for await (const row of rowsOf<PacketRow>(answer, 'firewalls')) {
    leftOut(Number(row.left_out ?? 0))
    yield packetBall({
      at: Date.parse(row.time),
      source: row.source_ip,
      protocol: row.protocol,
      destinationPort: row.destination_port,
      fate: row.kind.slice(row.kind.indexOf('.') + 1) as LoggedPacket['fate'],
      device: row.device,
      inInterface: row.in_interface,
    })
  }
}

/** When the newest line of a firewall came, since then; ms since 1970. */
export async function newestPacket(
  hub: Hub,
  since: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const filter = { since: new Date(since).toISOString() }
  const body = { filter, fields: ['received'], by: 'received', order: 'newest', limit: 1 }
  const answer = await hub.open('/firewall/rows', { method: 'POST', body, signal })
  const [row] = await Array.fromAsync(rowsOf<{ received: string }>(answer, 'firewalls'))
  return row && Date.parse(row.received)
}

/** Logins, oldest first. */
export async function* loginBalls(asked: Asked): AsyncGenerator<Ball> {
  const { hub, since, before, share, leftOut, signal } = asked
  const answer = await hub.open('/logins/rows', {
    method: 'POST',
    body: { since, before, share },
    patient: true,
    ...(signal ? { signal } : {}),
  })
  for await (const row of rowsOf<LoginRow>(answer, 'logins')) {
    leftOut(Number(row.left_out ?? 0))
    yield loginBall(loginOfRow(row))
  }
}

interface FlowRow {
  readonly time: string
  readonly source_ip: string
  readonly destination_ip: string
  readonly protocol: number
  readonly destination_port: number
  readonly bytes: number | string
  readonly exporter_ip: string
}

const flowFields: readonly FlowField[] = [
  'time',
  'source_ip',
  'destination_ip',
  'protocol',
  'destination_port',
  'bytes',
  'exporter_ip',
]

/** Flows, oldest first; at most `limit` where there is one. */
export async function* flowBalls(asked: Asked, limit?: number): AsyncGenerator<Ball> {
  const { hub, since, before, signal } = asked
  const answer = await hub.open('/flows', {
    method: 'POST',
    body: { mode: 'rows', filter: { since, before }, fields: flowFields, limit },
    patient: true,
    ...(signal ? { signal } : {}),
  })
  for await (const row of rowsOf<FlowRow>(answer)) {
    yield flowBall({
      at: Date.parse(row.time),
      source: row.source_ip,
      destination: row.destination_ip,
      protocol: row.protocol,
      destinationPort: row.destination_port,
      bytes: Number(row.bytes),
      exporter: row.exporter_ip,
    })
  }
}

/** When the newest flow was told of, since then; ms since 1970. */
export async function newestFlow(hub: Hub, since: number, signal: AbortSignal): Promise<number | undefined> {
  const filter = { since: new Date(since).toISOString() }
  const body = { mode: 'rows', filter, fields: ['time'], order: 'newest', limit: 1 }
  const answer = await hub.open('/flows', { method: 'POST', body, signal })
  const [row] = await Array.fromAsync(rowsOf<{ time: string }>(answer))
  return row && Date.parse(row.time)
}

/** All that was kept of these kinds, oldest first. */
export function storedBalls(kinds: Kinds, asked: Asked): AsyncGenerator<Ball> {
  return merged([
    ...(kinds.firewall ? [packetBalls(asked, 'time')] : []),
    ...(kinds.logins ? [loginBalls(asked)] : []),
    ...(kinds.flows ? [flowBalls(asked)] : []),
  ])
}

/** The oldest first of several that are each in order. */
async function* merged(sources: readonly AsyncGenerator<Ball>[]): AsyncGenerator<Ball> {
  try {
    const heads = await Promise.all(sources.map(async (from) => ({ from, next: await from.next() })))
    for (;;) {
      let first: (typeof heads)[number] | undefined
      for (const head of heads)
        if (!head.next.done && (!first || head.next.value.at < (first.next.value as Ball).at)) first = head
      if (!first || first.next.done) return
      yield first.next.value
      first.next = await first.from.next()
    }
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)))
  }
}
