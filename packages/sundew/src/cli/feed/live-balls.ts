import { setTimeout as wait } from 'node:timers/promises'
import { loginBall } from '../../outputs/logstalgia/balls.ts'
import type { Ball } from '../../outputs/logstalgia/line.ts'
import type { Layout } from '../../core/layout.ts'
import { Hub } from '../client.ts'
import { exitCode, Failure } from '../failure.ts'
import { live } from '../live.ts'
import { note } from '../output.ts'
import { loginOfEvent } from './login.ts'
import { type Asked, flowBalls, type Kinds, packetBalls } from './stored-balls.ts'

/** The store is asked this often. */
const everyMs = 1000
/** A row that came is in the store by then: it waits for others, is written to a file, and that is read. */
const storedMs = 3000
/** What is older when the store answers again is past. */
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
        eachSecond(signal, async (from, before) => {
          for await (const ball of packetBalls(asked(hub, from, before), 'received')) tell(ball)
        }),
      ),
    kinds.flows &&
      whileRunning(parts, 'flows', (hub) =>
        eachSecond(signal, async (from, before) => {
          for await (const ball of flowBalls(asked(hub, from, before), rate * flowsForOne)) tell(ball)
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

/** Asks for span after span, each as soon as it is in the store. */
async function eachSecond(
  signal: AbortSignal,
  ask: (from: number, before: number) => Promise<void>,
): Promise<void> {
  for (let from = Date.now() - storedMs; !signal.aborted;) {
    await wait(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const before = Date.now() - storedMs
    if (before <= from) continue
    await ask(Math.max(from, before - pastMs), before)
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
