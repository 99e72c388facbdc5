import { setTimeout as wait } from 'node:timers/promises'
import { loginBall } from '../../outputs/logstalgia/balls.ts'
import type { Ball } from '../../outputs/logstalgia/line.ts'
import type { Layout } from '../../core/layout.ts'
import { Hub } from '../client.ts'
import { exitCode, Failure } from '../failure.ts'
import { live } from '../live.ts'
import { note } from '../output.ts'
import { loginOfEvent } from './login.ts'
import { type Asked, flowBalls, type Kinds, newestFlow, newestPacket, packetBalls } from './stored-balls.ts'

/** The store is asked this often. */
const everyMs = 1000
/** While rows go on coming, one that came so long before the newest is in the store: batches may overtake each other. */
const overtakenMs = 1500
/** What is older than the newest by so much, where the store was long away, is past. */
const pastMs = 10_000
/** Waits before the hub is looked for again. */
const againMs = 1000
/** Flows that are looked at each time, for every one that may be told. */
const flowsForOne = 25

export interface LiveParts {
  readonly paths: Layout
  readonly kinds: Kinds
  readonly rate: number
  readonly tell: (ball: Ball) => void
  readonly leftOut: (count: number) => void
  readonly signal: AbortSignal
}

/** Tells what happens from now on, until the signal; waits for a hub that is restarted. Rejects where none runs at first. */
export async function liveBalls(parts: LiveParts): Promise<void> {
  const { kinds, rate, tell, leftOut, signal } = parts
  await Hub.find(parts.paths)
  const share = { window_ms: everyMs, most: rate }
  const asked = (hub: Hub, from: number, before: number): Asked => ({
    hub,
    since: new Date(from).toISOString(),
    before: new Date(before).toISOString(),
    share,
    leftOut,
    signal,
  })
  await Promise.all([
    kinds.logins && whileRunning(parts, 'logins', (hub) => logins(hub, parts)),
    kinds.firewall &&
      whileRunning(parts, 'firewalls', (hub) =>
        eachSecond(signal, {
          newest: (since) => newestPacket(hub, since, signal),
          tell: async (from, before) => {
            for await (const ball of packetBalls(asked(hub, from, before), 'received')) tell(ball)
          },
        }),
      ),
    kinds.flows &&
      whileRunning(parts, 'flows', (hub) =>
        eachSecond(signal, {
          newest: (since) => newestFlow(hub, since, signal),
          tell: async (from, before) => {
            for await (const ball of flowBalls(asked(hub, from, before), rate * flowsForOne)) tell(ball)
          },
        }),
      ),
  ])
}

async function logins(hub: Hub, { tell, leftOut, signal }: LiveParts): Promise<void> {
  for await (const batch of live(hub, { kind: ['login.attempt'] }, signal)) {
    leftOut(batch.leftOut)
    for (const event of batch.events) tell(loginBall(loginOfEvent(event)))
  }
}

/** Tells span after span of what comes into the store, however long that takes: never past the newest that is there. */
async function eachSecond(
  signal: AbortSignal,
  rows: {
    /** The newest since then, ms since 1970; undefined where there is none. */
    readonly newest: (since: number) => Promise<number | undefined>
    readonly tell: (from: number, before: number) => Promise<void>
  },
): Promise<void> {
  let last: number | undefined
  for (let from = Date.now() - everyMs; !signal.aborted;) {
    await wait(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const newest = await rows.newest(from)
    if (newest === undefined) continue
    const before = newest === last ? newest + 1 : newest - overtakenMs
    last = newest
    if (before <= from) continue
    await rows.tell(Math.max(from, before - pastMs), before)
    from = before
  }
}

/** Does it again with the hub that there is then, where the hub is restarted. */
async function whileRunning(
  { paths, signal }: LiveParts,
  what: string,
  work: (hub: Hub) => Promise<void>,
): Promise<void> {
  for (let first = true; !signal.aborted; first = false) {
    try {
      await work(await Hub.find(paths))
      if (!signal.aborted) note(`sundew feed: the hub ended what it told of ${what}; waiting for it`)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Failure) || error.exit !== exitCode.unavailable) throw error
      if (first) note(`sundew feed: the hub does not tell of ${what} (${error.message}); waiting for it`)
    }
    await wait(againMs, undefined, { signal }).catch(() => {})
  }
}
