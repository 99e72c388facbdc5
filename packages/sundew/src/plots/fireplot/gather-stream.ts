import { Gathering } from './gather.ts'
import { type PortScale, rowsOf, without } from './scale.ts'
import { readStream, type StreamHead } from './stream.ts'

export interface StreamFrame {
  readonly width: number
  readonly height: number
  readonly scale: PortScale
}

/**
 * Counts what the store tells while it comes.
 *
 * @param frames a picture each: pages are asked of the first
 * @throws Error where the answer is none, or breaks off
 */
export async function gatherStream(
  pieces: AsyncIterable<Uint8Array>,
  frames: readonly [StreamFrame, ...StreamFrame[]],
  forPage: boolean,
): Promise<{ readonly head: StreamHead; readonly gatherings: readonly [Gathering, ...Gathering[]] }> {
  const begun: { head?: StreamHead; gatherings: Gathering[] } = { gatherings: [] }
  await readStream(
    pieces,
    (head) => {
      begun.head = head
      const { from, to, busiest } = head
      begun.gatherings = frames.map(({ width, height, scale }, index) => {
        const rows = without(rowsOf(height, scale), busiest)
        return new Gathering({ width, height, from, to, rows }, forPage && index === 0)
      })
    },
    (points, sources) => {
      for (const gathering of begun.gatherings) gathering.add(points, sources)
    },
  )
  const [first, ...others] = begun.gatherings
  return { head: begun.head!, gatherings: [first!, ...others] }
}
