import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import { JournalReader } from '../../core/journal/reader.ts'
import { JournalWriter } from '../../core/journal/writer.ts'
import type { EventKind } from '../../event/catalogue.ts'
import { localContext, type SundewEvent } from '../../event/event.ts'
import type { OpenOutput } from '../../outputs/output.ts'
import { pause } from '../connection.ts'
import { Cursor } from '../ingest/cursor.ts'
import { inWords, Minute, type LeftOut } from './minute.ts'

export interface FeedOptions {
  readonly name: string
  /** Name of this sensor, in what the feed itself has to say. */
  readonly sensor: string
  readonly output: OpenOutput
  readonly wants: (kind: EventKind) => boolean
  /** A folder of its own, for what waits and how far it has come. */
  readonly directory: string
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  readonly limits?: FeedLimits
}

export interface FeedLimits {
  /** What may wait for the output, bytes; more is left out. */
  readonly waitingBytes: number
  readonly segmentBytes: number
  readonly retryMs: { readonly first: number; readonly last: number }
}

const feedLimits: FeedLimits = {
  waitingBytes: 256 * 1024 * 1024,
  segmentBytes: 16 * 1024 * 1024,
  retryMs: { first: 500, last: 30_000 },
}

const batchBytes = 4 * 1024 * 1024
/** How long what is under way may still take when the hub ends, milliseconds. */
const lastMs = 3_000

/**
 * Events on their way to one output. They wait in a journal of its own, so that a slow or broken output holds up nothing,
 * and so that after a restart it goes on where it was; they go as soon as they are in it. What is left out, and why, the
 * owner is told.
 */
export class OutputFeed {
  readonly #options: FeedOptions
  readonly #limits: FeedLimits
  readonly #writer: JournalWriter
  readonly #reader: JournalReader
  readonly #cursor: Cursor
  readonly #minute: Minute | undefined
  /** Ends the wait of {@link run}. */
  #wake = () => {}
  #sentAt = -Infinity

  private constructor(
    options: FeedOptions,
    parts: { writer: JournalWriter; cursor: Cursor; minute: Minute | undefined },
  ) {
    this.#options = options
    this.#limits = options.limits ?? feedLimits
    this.#writer = parts.writer
    this.#reader = new JournalReader(options.directory)
    this.#cursor = parts.cursor
    this.#minute = parts.minute
  }

  static async open(options: FeedOptions): Promise<OutputFeed> {
    const { directory, limits = feedLimits } = options
    const { perMinute } = options.output
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const writer = await JournalWriter.open(directory, { segmentBytes: limits.segmentBytes })
    const cursor = await Cursor.open(join(directory, 'sent.json'))
    const minute =
      perMinute === undefined ? undefined : await Minute.open(join(directory, 'minute.json'), perMinute)
    return new OutputFeed(options, { writer, cursor, minute })
  }

  /** Keeps those of the events that the output wants. Durable when it settles; never rejects. */
  async take(events: readonly SundewEvent[]): Promise<void> {
    const { name, wants, output, trouble } = this.#options
    const wanted = events.filter(
      (event) => wants(event.kind) && !isImported(event) && (output.wants?.(event) ?? true),
    )
    if (wanted.length === 0) return
    try {
      const waiting = await this.#reader.waitingBytes(this.#cursor.taken)
      if (waiting < this.#limits.waitingBytes) {
        await this.#sumUp()
        const passing = (await this.#minute?.take(wanted)) ?? wanted
        await Promise.all(passing.map((event) => this.#writer.append(event)))
        this.#wake()
        return
      }
      trouble(
        'SUNDEW_OUTPUT_FULL',
        `${waiting} bytes wait for the output ${name}, as many as may: ${wanted.length} events are left out of it, and so are those that follow until it takes some`,
      )
    } catch (error) {
      trouble(
        'SUNDEW_OUTPUT_FULL',
        `${wanted.length} events for the output ${name} could not be kept for it`,
        error,
      )
    }
  }

  /** Sends until the signal aborts. Does not reject. */
  async run(signal: AbortSignal): Promise<void> {
    const { first, last } = this.#limits.retryMs
    let wait = first
    while (!signal.aborted) {
      try {
        const woken = this.#woken(signal)
        const restMs = this.#sentAt + (this.#options.output.everyMs ?? 0) - performance.now()
        if (restMs > 0) await pause(restMs, signal)
        const sent = await this.#step(signal)
        wait = first
        if (!sent) await woken(this.#minute?.dueInMs)
      } catch (error) {
        if (signal.aborted) break
        const { name, trouble } = this.#options
        trouble('SUNDEW_OUTPUT_FAILED', `the output ${name} takes nothing; what it should have waits`, error)
        await pause(wait, signal)
        wait = Math.min(wait * 2, last)
      }
    }
  }

  /** Call when {@link run} is over and nothing more is taken. */
  async close(): Promise<void> {
    this.#options.output.close?.()
    await this.#reader.close()
    await this.#writer.close()
  }

  /** Puts what the last minute left out among what waits, in one event. */
  async #sumUp(): Promise<void> {
    const due = this.#minute?.due()
    if (!due) return
    await this.#writer.append(this.#summary(due))
    await this.#minute!.save()
  }

  #summary(due: LeftOut): SundewEvent {
    const { name, sensor } = this.#options
    const moment = now()
    const since = rfc3339({ ms: due.since, ns: 0 }).slice(0, 19)
    return {
      ...localContext(sensor, 'hub'),
      id: uuidv7(moment),
      time: rfc3339(moment),
      kind: 'alert.raised',
      fields: {
        code: 'SUNDEW_OUTPUT_LIMITED',
        message: `${inWords(due)}; ${name} takes no more in a minute (per_minute), since ${since}Z. The store has all of them`,
      },
    }
  }

  /** Hears from now on of what is appended; what it gives waits for that, the signal, or so many milliseconds. */
  #woken(signal: AbortSignal): (ms: number | undefined) => Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.#wake = wake
    return async (ms) => {
      if (signal.aborted) return
      signal.addEventListener('abort', wake, { once: true })
      const timer = ms === undefined ? undefined : setTimeout(wake, ms)
      await promise
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
    }
  }

  /** Sends the next batch; false where nothing waits. */
  async #step(signal: AbortSignal): Promise<boolean> {
    await this.#sumUp()
    const { entries, from, to } = await this.#reader.read(this.#cursor.taken, batchBytes)
    if (from.segment === to.segment && from.offset === to.offset) return false
    if (entries.length > 0) {
      await orEnd(this.#options.output.send(entries.map(({ event }) => event)), signal)
      this.#sentAt = performance.now()
    }
    await this.#cursor.take(to)
    await this.#reader.forget(to)
    return true
  }
}

/** What is under way, or a rejection some time after the signal: an output that hangs must not keep the hub from ending. */
async function orEnd(sending: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    timer = setTimeout(() => reject(new Error('the hub ends')), lastMs)
  }
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  try {
    await Promise.race([sending, promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function isImported({ fields }: SundewEvent): boolean {
  return (fields as { import_key?: string }).import_key !== undefined
}
