import type { AsciicastEvent, AsciicastHeader } from '../../core/asciicast/reader.ts'
import { TerminalFilter } from './terminal-filter.ts'

export interface Playing {
  readonly write: (text: string) => Promise<void>
  /** Settles after so long of the time that is not paused; rejects where the owner wants no more. */
  readonly wait: (ms: number) => Promise<void>
  /** 2 is twice as fast. */
  readonly speed: number
  /** The longest that nothing happens, milliseconds, before the speed. */
  readonly idleLimitMs: number
}

/** Output that comes closer than this is shown together, milliseconds. */
const togetherMs = 4

/** Shows a recording as it went, made harmless, and leaves the terminal as it was. */
export async function play(
  events: AsyncIterable<AsciicastHeader | AsciicastEvent>,
  { write, wait, speed, idleLimitMs }: Playing,
): Promise<void> {
  const filter = new TerminalFilter()
  let shownMs = 0
  let dueMs = 0
  try {
    for await (const event of events) {
      if (event.type !== 'output') continue
      const pause = Math.min(event.ms - shownMs, idleLimitMs) / speed
      shownMs = event.ms
      dueMs += Math.max(0, pause)
      if (dueMs >= togetherMs) {
        await wait(dueMs)
        dueMs = 0
      }
      const text = filter.push(event.bytes)
      if (text !== '') await write(text)
    }
  } finally {
    await write(`${filter.restore()}\r\n`)
  }
}
