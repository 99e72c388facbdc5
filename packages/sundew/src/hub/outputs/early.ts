import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { JournalReader, journalStart, type JournalPosition } from '../../core/journal/reader.ts'
import { journalId } from '../../core/journal/segments.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { SundewEvent } from '../../event/event.ts'
import { pause } from '../connection.ts'
import { Cursor } from '../ingest/cursor.ts'

/**
 * Kinds that are told at once. The hub and the collectors write them as they are to be, into journals with little else:
 * what decoys catch becomes whole only where mails and files are taken apart, on its way into the store.
 */
const earlyKinds: ReadonlySet<EventKind> = new Set(['intel.match', 'alert.raised'])
const earlyJournals: readonly string[] = ['hub', 'collectors']

export function isEarly({ kind }: SundewEvent): boolean {
  return earlyKinds.has(kind)
}

export interface EarlyOptions {
  /** One folder a journal. */
  readonly journals: string
  /** Where it is written how far the store has each; where nothing else is known it begins there. */
  readonly storeCursors: string
  /** Where it is written how far each has been read here. */
  readonly cursors: string
  /** Takes events; they are safe when it settles. Must not reject. */
  readonly take: (events: readonly SundewEvent[]) => Promise<void>
  readonly trouble: (code: string, message: string, cause?: unknown) => void
}

const batchBytes = 1024 * 1024
const lookEveryMs = 50
/** After a journal could not be read, milliseconds. */
const againMs = 5_000

interface Journal {
  readonly reader: JournalReader
  readonly cursor: Cursor
}

/**
 * Reads what should be told at once from the journals themselves, where it is durable, beside the loop that puts it into
 * the store: that one waits for the store, for a burst to end, for a full batch. Each event is handed on once; after a
 * kill the last of them again.
 */
export class Early {
  readonly #options: EarlyOptions
  readonly #open = new Map<string, Journal>()

  constructor(options: EarlyOptions) {
    this.#options = options
  }

  /** How far a journal has been read; undefined where this does not read it. What lies behind must be kept. */
  reached(directory: string): JournalPosition | undefined {
    const name = basename(directory)
    if (!earlyJournals.includes(name)) return undefined
    return this.#open.get(name)?.cursor.taken ?? journalStart
  }

  /** Runs until the signal aborts. Does not reject. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let took = false
      for (const name of earlyJournals) {
        try {
          if (await this.#step(name)) took = true
        } catch (error) {
          this.#options.trouble(
            'SUNDEW_OUTPUT_FAILED',
            `the journal ${name} cannot be read for what is told at once; it is tried again`,
            error,
          )
          await pause(againMs, signal)
        }
      }
      if (!took) await pause(lookEveryMs, signal)
    }
    for (const { reader } of this.#open.values()) await reader.close()
  }

  /** Hands on the next batch of one journal; false where nothing waits. */
  async #step(name: string): Promise<boolean> {
    const journal = this.#open.get(name) ?? (await this.#find(name))
    if (!journal) return false
    const { reader, cursor } = journal
    const { entries, from, to } = await reader.read(cursor.taken, batchBytes)
    if (from.segment === to.segment && from.offset === to.offset) return false
    await this.#options.take(entries.map(({ event }) => event).filter(isEarly))
    await cursor.take(to)
    return true
  }

  async #find(name: string): Promise<Journal | undefined> {
    const { journals, cursors, storeCursors } = this.#options
    const directory = join(journals, name)
    const id = await journalId(directory)
    if (id === undefined) return undefined
    const file = `${name}-${id}.json`
    const cursor = await Cursor.open(join(cursors, file))
    if (reachedNothing(cursor)) await cursor.take((await Cursor.open(join(storeCursors, file))).taken)
    const journal = { reader: new JournalReader(directory), cursor }
    this.#open.set(name, journal)
    return journal
  }
}

/** Forgets how far it had been read, while nobody is told anything: who is later is not told of long ago. */
export async function forgetEarly(cursors: string): Promise<void> {
  for (const name of await readdir(cursors).catch(() => [])) await rm(join(cursors, name), { force: true })
}

function reachedNothing({ taken }: Cursor): boolean {
  return taken.segment === journalStart.segment && taken.offset === journalStart.offset
}
