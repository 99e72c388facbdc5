import type { JournalWriter } from '../core/journal/writer.ts'
import type { Room } from '../core/room.ts'

export interface Watched {
  readonly room: Room
  readonly journal: JournalWriter
  readonly signal: AbortSignal
  readonly tell: (code: string, message: string) => void
}

const lookEveryMs = 1_000

/** What the owner hears when the decoys take nothing more; the quota is the hub's to tell. */
const reasons = {
  reserve: {
    code: 'SUNDEW_DISK_FULL',
    message:
      'the disk has less free room than keep.reserve_mb: the decoys answer as full servers do until there is room again',
  },
  backlog: {
    code: 'SUNDEW_JOURNAL_FULL',
    message:
      'a quarter of the quota waits in the journal because the store does not take it: the decoys answer as full servers do',
  },
} as const

/** Tells when nothing more is taken for want of room, and when something could not be written to the journal. */
export function watchRoom({ room, journal, signal, tell }: Watched): void {
  let lost = 0
  const timer = setInterval(() => {
    const { closed } = room
    if (closed === 'reserve' || closed === 'backlog') tell(reasons[closed].code, reasons[closed].message)
    if (journal.lostEntries > lost) {
      tell(
        'SUNDEW_JOURNAL_WRITE',
        `${journal.lostEntries - lost} entries could not be written to the journal: the disk is full, broken or too slow. Whoever brought a mail or a file was told that it is not kept`,
      )
      lost = journal.lostEntries
    }
  }, lookEveryMs)
  timer.unref()
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
