import type { SundewEvent } from '../../event/event.ts'
import type { LiveBus } from '../live.ts'
import { eventRow, shortRow } from './event-row.ts'

/** A batch goes out this often. */
const batchMs = 100
/** A comment keeps the connection alive this often where nothing happens. */
const heartbeatMs = 15_000
/** What may wait for one reader: past it the oldest is left out and counted. */
const maxWaitingEvents = 1000
const maxWaitingChars = 1_000_000
/** Bytes handed to one reader's connection and not yet taken. */
const maxUnreadBytes = 256 * 1024
/** Readers at once. */
export const maxReaders = 64

export interface LiveFilter {
  /** Empty: all. */
  readonly kinds: readonly string[]
  readonly services: readonly string[]
  readonly address: { has(address: string): boolean } | undefined
}

/** Sends what the bus brings to every reader, each event made readable once, in batches, and no slower for a slow reader. */
export class LiveFeed {
  readonly #bus: LiveBus
  readonly #readers = new Set<Reader>()
  #unsubscribe: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(bus: LiveBus) {
    this.#bus = bus
  }

  get full(): boolean {
    return this.#readers.size >= maxReaders
  }

  /** Server-sent events (WHATWG HTML §9.2) until `signal` aborts or the reader leaves. */
  open(filter: LiveFilter, signal: AbortSignal): ReadableStream<Uint8Array> {
    const reader = new Reader(filter)
    const leave = () => {
      reader.close()
      this.#remove(reader)
    }
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          if (signal.aborted) return controller.close()
          reader.controller = controller
          this.#add(reader)
          signal.addEventListener('abort', leave, { once: true })
          reader.send(': sundew\n\n')
        },
        cancel: () => {
          signal.removeEventListener('abort', leave)
          this.#remove(reader)
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: maxUnreadBytes }),
    )
  }

  close(): void {
    for (const reader of this.#readers) reader.close()
    this.#readers.clear()
    this.#rest()
  }

  #add(reader: Reader): void {
    this.#readers.add(reader)
    this.#unsubscribe ??= this.#bus.subscribe((events) => this.#take(events))
    this.#timer ??= setInterval(() => {
      for (const each of this.#readers) each.flush()
    }, batchMs).unref()
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader)
    if (this.#readers.size === 0) this.#rest()
  }

  #rest(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #take(events: readonly SundewEvent[]): void {
    for (const event of events) {
      let json: string | undefined
      for (const reader of this.#readers) {
        if (!reader.wants(event)) continue
        json ??= JSON.stringify(shortRow(eventRow(event)))
        reader.push(json)
      }
    }
  }
}

const encoder = new TextEncoder()

class Reader {
  controller: ReadableStreamDefaultController<Uint8Array> | undefined
  readonly #filter: LiveFilter
  #waiting: string[] = []
  #waitingChars = 0
  #leftOut = 0
  #quietSince = performance.now()

  constructor(filter: LiveFilter) {
    this.#filter = filter
  }

  wants({ kind, service, source_ip }: SundewEvent): boolean {
    const { kinds, services, address } = this.#filter
    return (
      (kinds.length === 0 || kinds.includes(kind)) &&
      (services.length === 0 || services.includes(service)) &&
      (address === undefined || address.has(source_ip))
    )
  }

  push(json: string): void {
    this.#waiting.push(json)
    this.#waitingChars += json.length
    if (this.#waiting.length > maxWaitingEvents || this.#waitingChars > maxWaitingChars) this.#leaveOut()
  }

  /** Half of what waits goes at once, so that a flood does not move the array for every event. */
  #leaveOut(): void {
    const dropped = this.#waiting.splice(0, Math.ceil(this.#waiting.length / 2))
    for (const json of dropped) this.#waitingChars -= json.length
    this.#leftOut += dropped.length
  }

  flush(): void {
    if ((this.controller?.desiredSize ?? 0) <= 0) return
    if (this.#leftOut > 0) {
      this.send(`event: left-out\ndata: {"count":${this.#leftOut}}\n\n`)
      this.#leftOut = 0
    }
    if (this.#waiting.length > 0) {
      this.send(`data: [${this.#waiting.join(',')}]\n\n`)
      this.#waiting = []
      this.#waitingChars = 0
    } else if (performance.now() - this.#quietSince > heartbeatMs) {
      this.send(':\n\n')
    }
  }

  send(text: string): void {
    this.#quietSince = performance.now()
    this.controller?.enqueue(encoder.encode(text))
  }

  close(): void {
    try {
      this.controller?.close()
    } catch {
      // Left already.
    }
    this.controller = undefined
  }
}
