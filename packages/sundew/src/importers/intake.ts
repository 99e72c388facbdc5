import { CaptureRoom } from '../core/capture.ts'
import { now, rfc3339, type Moment } from '../core/clock.ts'
import { uuidv7 } from '../core/id.ts'
import { JournalReader } from '../core/journal/reader.ts'
import { listSegments } from '../core/journal/segments.ts'
import { JournalWriter } from '../core/journal/writer.ts'
import { byteStringOf, type ByteString } from '../event/bytes.ts'
import { localContext, type SundewEvent } from '../event/event.ts'
import type { FoundEvent } from './importer.ts'
import type { KnownImports } from './known.ts'

export interface IntakeOptions {
  /** Name of the importer. */
  readonly format: string
  readonly sensor: string
  /** The journal's folder, this process's alone. */
  readonly directory: string
  readonly known: KnownImports
  /** A new segment is begun past this size; the hub removes a segment when it has taken it whole. */
  readonly segmentBytes: number
  /** Older events would be removed from the store at once: they are left out. Milliseconds since the Unix epoch. */
  readonly oldestMs: number
  /** Takes also what was imported before. */
  readonly again: boolean
  /** Settles when the journal may grow; rejects where it should not. */
  readonly room: () => Promise<void>
}

/** What became of an event. */
export type Taken = 'taken' | 'known' | 'expired'

/** How much is made durable together, and noted together. */
const batchLimits = { events: 500, bytes: 8 * 1024 * 1024 } as const
const readBytes = 16 * 1024 * 1024
const pathCharacters = 1024

/**
 * Puts what importers find into a journal, each thing once. A batch is on the disk in the journal first and in the list of
 * what is known then; a segment is ended only between batches. So whatever a kill left in the journal and not in the list is
 * in the newest segment, which nobody removes, and {@link open} adds it to the list.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly captures: CaptureRoom
  #journal: JournalWriter
  #batch: { readonly found: FoundEvent; readonly key: string }[] = []
  #batchBytes = 0
  /** How often each identity was found under the path at hand. */
  readonly #seen = new Map<string, number>()
  /** Events that are durable in the journal. */
  durable = 0

  private constructor(options: IntakeOptions, journal: JournalWriter) {
    this.#options = options
    this.#journal = journal
    this.captures = new CaptureRoom(options.directory)
  }

  static async open(options: IntakeOptions): Promise<Intake> {
    await recover(options)
    return new Intake(options, await openJournal(options.directory))
  }

  /** Another path of the command line begins. */
  begin(): void {
    this.#seen.clear()
  }

  /** Takes an event, which is durable after the next {@link flush}. Rejects with JournalError, and with what `room` says. */
  async take(found: FoundEvent): Promise<Taken> {
    const { known, again, oldestMs } = this.#options
    const nth = (this.#seen.get(found.identity) ?? 0) + 1
    this.#seen.set(found.identity, nth)
    const refused =
      !again && known.has(found.identity, nth) ? 'known' : found.ms < oldestMs ? 'expired' : undefined
    if (refused) {
      await found.body?.discard()
      return refused
    }
    const key = `${found.identity}:${nth}`
    known.expect(key)
    this.#batch.push({ found, key })
    this.#batchBytes += found.body?.bytes ?? 0
    if (this.#batch.length >= batchLimits.events || this.#batchBytes >= batchLimits.bytes) await this.flush()
    return 'taken'
  }

  /** What was taken is in the journal, on the disk, and known. */
  async flush(): Promise<void> {
    if (this.#batch.length === 0) return
    const { room, known, format, segmentBytes, directory } = this.#options
    await room()
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    await Promise.all(batch.map(({ found, key }) => this.#append(found, key)))
    await known.add(
      format,
      rfc3339(now()),
      batch.map(({ key }) => key),
    )
    this.durable += batch.length
    if (this.#journal.writtenBytes < segmentBytes) return
    await this.#journal.close()
    this.#journal = await openJournal(directory)
  }

  /** Lets go of the journal, and of what was taken and not flushed. */
  async close(): Promise<void> {
    for (const { found } of this.#batch) await found.body?.discard()
    this.#batch = []
    await this.#journal.close()
  }

  #append({ kind, ms, fields, body, context, file, offset }: FoundEvent, key: string): Promise<void> {
    const event = {
      id: uuidv7(now()),
      time: rfc3339(momentOf(ms)),
      kind,
      ...localContext(this.#options.sensor, 'import'),
      ...context,
      fields: { ...fields, imported_from: from(file, offset), import_key: key },
    } as SundewEvent
    if (!body) return this.#journal.append(event)
    const kept = this.#journal.append(event, body.chunks, body.spool ? 0 : body.bytes, body.spool)
    body.release()
    return kept
  }
}

/** To the microsecond, which is what milliseconds in a double have. */
function momentOf(ms: number): Moment {
  const whole = Math.floor(ms)
  return { ms: whole, ns: Math.min(999, Math.round((ms - whole) * 1000)) * 1000 }
}

/** The journal ends no segment by itself: see {@link Intake}. */
function openJournal(directory: string): Promise<JournalWriter> {
  return JournalWriter.open(directory, { segmentBytes: Number.MAX_SAFE_INTEGER })
}

function from(file: ByteString, offset: number): ByteString {
  return `${file.slice(-pathCharacters)}${byteStringOf(`@${offset}`)}` as ByteString
}

/** Adds to the list what a killed import put into the journal and did not come to note. */
async function recover({ directory, known, format }: IntakeOptions): Promise<void> {
  const segments = await listSegments(directory).catch(() => [])
  const reader = new JournalReader(directory)
  try {
    // The newest may have been begun and not written to.
    for (let at = { segment: segments.at(-2) ?? 0, offset: 0 }; ;) {
      const { entries, to } = await reader.read(at, readBytes)
      const keys = entries.flatMap(({ event }) => (event.fields as { import_key?: string }).import_key ?? [])
      const missing = keys.filter((key) => !known.has(key.slice(0, 32), Number(key.slice(33))))
      if (missing.length > 0) await known.add(format, rfc3339(now()), missing)
      if (entries.length === 0) return
      at = to
    }
  } finally {
    await reader.close()
  }
}
