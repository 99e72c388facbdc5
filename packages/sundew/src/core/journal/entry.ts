import type { SundewEvent } from '../../event/event.ts'

/** The bytes of an entry as they stand in the journal. */
export interface EntryBytes {
  readonly sequence: number
  /** The event's JSON. */
  readonly json: Buffer
  /** The bytes themselves, where they were small enough to stand in the journal. */
  readonly body: Buffer
  /** Name of a file in the journal's `spool` folder that holds them, where they were not. */
  readonly spool: string | undefined
}

/** What was caught, as the journal gives it back: the event, and the bytes that belong to it. */
export interface JournalEntry extends EntryBytes {
  readonly event: SundewEvent
}

/** What a payload held: an entry whose JSON is none, or says nothing of an event, is apart. */
export interface Entries {
  readonly entries: JournalEntry[]
  readonly unreadable: EntryBytes[]
}

/** Bytes before each entry's JSON: u32 JSON bytes, u32 spool name bytes, u32 body bytes. */
export const entryHeaderBytes = 12

/** The entries of an unpacked payload. Throws RangeError where lengths and payload disagree. */
export function readEntries(payload: Buffer, firstSequence: number, count: number): Entries {
  const entries: JournalEntry[] = []
  const unreadable: EntryBytes[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const jsonBytes = payload.readUInt32LE(at)
    const spoolBytes = payload.readUInt32LE(at + 4)
    const bodyBytes = payload.readUInt32LE(at + 8)
    at += entryHeaderBytes
    if (at + jsonBytes + spoolBytes + bodyBytes > payload.length)
      throw new RangeError('journal entry runs past its frame')
    const json = payload.subarray(at, (at += jsonBytes))
    const spool = spoolBytes === 0 ? undefined : payload.toString('latin1', at, at + spoolBytes)
    at += spoolBytes
    const body = payload.subarray(at, (at += bodyBytes))
    const sequence = firstSequence + i
    const event = eventIn(json)
    if (event) entries.push({ sequence, event, json, body, spool })
    else unreadable.push({ sequence, json, body, spool })
  }
  if (at !== payload.length) throw new RangeError('journal frame has bytes after its last entry')
  return { entries, unreadable }
}

/** Whatever stands in a journal has a sound checksum: JSON that is none was written so, and will not get better. */
function eventIn(json: Buffer): SundewEvent | undefined {
  try {
    const event = JSON.parse(json.toString('utf8')) as SundewEvent | null
    return typeof event?.id === 'string' && typeof event.fields === 'object' && event.fields !== null
      ? event
      : undefined
  } catch {
    return undefined
  }
}
