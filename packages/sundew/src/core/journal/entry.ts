import type { SundewEvent } from '../../event/event.ts'

/** What was caught, as the journal gives it back: the event, and the bytes that belong to it. */
export interface JournalEntry {
  readonly sequence: number
  readonly event: SundewEvent
  /** The bytes themselves, where they were small enough to stand in the journal. */
  readonly body: Buffer
  /** Name of a file in the journal's `spool` folder that holds them, where they were not. */
  readonly spool: string | undefined
}

/** Bytes before each entry's JSON: u32 JSON bytes, u32 spool name bytes, u32 body bytes. */
export const entryHeaderBytes = 12

/** The entries of an unpacked payload. Throws RangeError where lengths and payload disagree. */
export function readEntries(payload: Buffer, firstSequence: number, count: number): JournalEntry[] {
  const entries: JournalEntry[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const json = payload.readUInt32LE(at)
    const spool = payload.readUInt32LE(at + 4)
    const body = payload.readUInt32LE(at + 8)
    at += entryHeaderBytes
    if (at + json + spool + body > payload.length) throw new RangeError('journal entry runs past its frame')
    const event = JSON.parse(payload.toString('utf8', at, at + json)) as SundewEvent
    at += json
    const name = spool === 0 ? undefined : payload.toString('latin1', at, at + spool)
    at += spool
    entries.push({ sequence: firstSequence + i, event, body: payload.subarray(at, at + body), spool: name })
    at += body
  }
  if (at !== payload.length) throw new RangeError('journal frame has bytes after its last entry')
  return entries
}
