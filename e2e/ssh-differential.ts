import { Peer } from './ssh/peer.ts'
import type { Sequence } from './ssh/sequences.ts'

/** Where two servers answered one sequence differently. */
export interface Difference {
  readonly name: string
  readonly real: readonly string[]
  readonly ours: readonly string[]
}

export interface Comparison {
  readonly sequences: number
  readonly equal: number
  readonly differences: readonly Difference[]
}

/** Sequences under way at once. */
const atOnce = 6
/** Quiet times tried, milliseconds: what differs after a short one may only have been slow. */
const quietMs = [300, 1_500]

/** Says each sequence to both servers, and compares what they answer and how they hang up. */
export async function compare(
  real: number,
  ours: number,
  sequences: readonly Sequence[],
): Promise<Comparison> {
  const differences: Difference[] = []
  const queue = [...sequences]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const difference = await differenceOf(next, real, ours)
      if (difference) differences.push(difference)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { sequences: sequences.length, equal: sequences.length - differences.length, differences }
}

async function differenceOf(sequence: Sequence, real: number, ours: number): Promise<Difference | undefined> {
  for (const quiet of quietMs) {
    const [theirs, own] = await Promise.all([play(sequence, real, quiet), play(sequence, ours, quiet)])
    if (theirs.join('\n') === own.join('\n')) return undefined
    if (quiet === quietMs.at(-1)) return { name: sequence.name, real: theirs, ours: own }
  }
  return undefined
}

async function play(sequence: Sequence, port: number, quiet: number): Promise<readonly string[]> {
  const peer = await Peer.connect(port, { quietMs: quiet })
  try {
    await sequence.run(peer)
    return await peer.finish()
  } catch (error) {
    return [...peer.heard, `the client gave up: ${error instanceof Error ? error.message : String(error)}`]
  } finally {
    peer.destroy()
  }
}

/** The differences, for people. */
export function differencesText({ differences }: Comparison): string {
  return differences
    .map(
      ({ name, real, ours }) =>
        `${name}\n  real: ${real.join('\n        ')}\n  ours: ${ours.join('\n        ')}`,
    )
    .join('\n')
}
