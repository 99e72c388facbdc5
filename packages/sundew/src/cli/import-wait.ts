import { setTimeout as sleep } from 'node:timers/promises'
import type { Layout } from '../core/layout.ts'
import { JournalSource } from '../hub/ingest/source.ts'
import { claimedBy } from './claim.ts'
import { note } from './output.ts'
import { bytesText } from './text.ts'

const lookEveryMs = 200

/** Waits until the hub has taken all that was imported; where Sundew does not run, says when it will. */
export async function waitUntilStored(layout: Layout, stop: AbortSignal): Promise<void> {
  for (;;) {
    const waiting = await waitingInJournal(layout)
    if (waiting === 0) return note('Everything imported is in the store.')
    if ((await claimedBy(layout.pidFile)) === undefined) {
      return note(`${bytesText(waiting)} wait in the journal for the next start of "sundew up".`)
    }
    if (stop.aborted) return note(`${bytesText(waiting)} wait for the store; Sundew goes on with them.`)
    await sleep(lookEveryMs)
  }
}

/** Bytes of events that were imported and that the hub has not taken. */
export async function waitingInJournal(layout: Layout): Promise<number> {
  // Opened anew each time: how far the hub has come is read when it is opened.
  const source = await JournalSource.open(layout.importJournal, layout.cursors)
  if (!source) return 0
  try {
    return await source.waitingBytes()
  } finally {
    await source.close()
  }
}
