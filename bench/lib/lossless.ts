// The highest rate at which a collector loses nothing.
import { median, round } from './measure.ts'

/** Sends at so many packets a second for a few seconds. */
export interface Trial {
  /** Packets a second that were sent: the sender has an end too. */
  readonly sentRate: number
  /** Flows that were sent and are not there, exactly counted. */
  readonly lost: number
}

export interface Contestant {
  readonly name: string
  readonly trial: (rate: number) => Promise<Trial>
}

export interface LosslessOptions {
  readonly rounds: number
  /** Packets a second between which the first round looks. */
  readonly from: number
  readonly to: number
  readonly say: (line: string) => void
}

/** Two rates nearer than this are the same. */
const near = 1.1
/** The other rounds look this far around what was found so far. */
const around = 1.5

/**
 * Lossless packets a second of each round, of each contestant: found by halving the span of rates (geometrically), in
 * turn. A rate counts as lossless where one of two tries loses nothing: other programs run on this machine too.
 */
export async function lossless(
  contestants: readonly Contestant[],
  { rounds, from, to, say }: LosslessOptions,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map(contestants.map(({ name }) => [name, [] as number[]]))
  for (let round_ = 0; round_ < rounds; round_++) {
    for (const { name, trial } of contestants) {
      const rates = found.get(name)!
      const middle = rates.length > 0 ? median(rates) : undefined
      const rate = await search(trial, {
        low: middle === undefined ? from : Math.max(from / 4, middle / around),
        high: middle === undefined ? to : Math.min(to, middle * around),
      })
      rates.push(rate)
      say(`round ${round_ + 1}: ${name} loses nothing at ${round(rate / 1000)} k packets/s`)
    }
  }
  return found
}

async function search(trial: Contestant['trial'], span: { low: number; high: number }): Promise<number> {
  let { low, high } = span
  let best = 0
  // The lower end has to hold.
  for (; best === 0; low /= 2) {
    if (low < 1_000) throw new Error('it loses something at every rate')
    best = (await passes(trial, low)) ?? 0
    if (best > 0) break
    high = low
  }
  // And the upper end may.
  const top = high === span.high ? await passes(trial, high) : undefined
  if (top !== undefined) return top
  while (high / low > near) {
    const rate = Math.sqrt(low * high)
    const sent = await passes(trial, rate)
    if (sent === undefined) high = rate
    else {
      low = rate
      best = sent
    }
  }
  return best
}

/** The rate that was sent, where nothing of it was lost in one of two tries. */
async function passes(trial: Contestant['trial'], rate: number): Promise<number | undefined> {
  for (let tries = 0; tries < 2; tries++) {
    const { sentRate, lost } = await trial(rate)
    if (lost === 0) return sentRate
  }
  return undefined
}
