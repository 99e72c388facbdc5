import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fetchFor } from '../../../src/hub/fetch/feed-fetch.ts'
import { PullHost } from '../../../src/hub/intel/feed-host.ts'
import { Book } from '../../../src/intel/book/book.ts'
import { BookIntake } from '../../../src/intel/book/intake.ts'
import { eachLive, type LiveSighting } from '../../../src/intel/book/live.ts'
import { type Feed, type FeedAnswer, FeedError, type FeedHost } from '../../../src/intel/feeds/feed.ts'

/** What lies at an address, to the pull that asks for it. */
export type Fetch = FeedHost['fetch']

/** Pulls one source into a book of its own, as the engine does. */
export class Puller<C> implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sundew-pull-'))
  readonly #book = Book.open(join(this.#folder, 'book.db'))
  readonly #feed: Feed<C>
  #config: C
  #time = Date.UTC(2026, 10, 25)

  constructor(feed: Feed<C>, section: object) {
    this.#feed = feed
    this.#config = feed.config.parse(section)
    this.#book.source('source', feed.type)
  }

  /** Another section for the same source. */
  configure(section: object): void {
    this.#config = this.#feed.config.parse(section)
  }

  pass(ms: number): void {
    this.#time += ms
  }

  get config(): C {
    return this.#config
  }

  /** What it tells now: `type value`, sorted. */
  get indicators(): string[] {
    const found: string[] = []
    eachLive(this.#book, (type, value) => found.push(`${type} ${value}`))
    return found.toSorted()
  }

  /** What is said of each. */
  get sightings(): Map<string, readonly LiveSighting[]> {
    const found = new Map<string, readonly LiveSighting[]>()
    eachLive(this.#book, (type, value, sightings) => found.set(`${type} ${value}`, sightings))
    return found
  }

  get state() {
    return this.#book.sourceNamed('source')!
  }

  /** Pulls once, by the hub's own way out or from what `fetch` has; what went wrong, or undefined. What is no FeedError is thrown. */
  async pull(fetch?: Fetch): Promise<FeedError | undefined> {
    const { cursor, validators } = this.state
    this.#time += 3_600_000
    let host: PullHost | undefined
    const intake = new BookIntake({
      book: this.#book,
      source: 'source',
      habits: { mayBeEmpty: this.#feed.habits.mayBeEmpty ?? false, mayGrow: false },
      now: () => this.#time,
      validators: () => (fetch ? {} : host!.validators),
    })
    host = new PullHost({
      intake,
      cursor,
      validators,
      signal: AbortSignal.timeout(60_000),
      now: () => this.#time,
      fetch: fetchFor(
        { urls: this.#feed.urls(this.#config) },
        { folder: this.#folder, version: '0', environment: {}, firstPauseMs: 1 },
      ),
      attackers: async () => [],
    })
    if (fetch) host.fetch = fetch
    try {
      await this.#feed.pull(this.#config, host)
      if (intake.commits === 0) this.#book.toldAgain(this.state, this.#time)
      return undefined
    } catch (error) {
      if (error instanceof FeedError) return error
      throw error
    } finally {
      host.close()
    }
  }

  [Symbol.dispose](): void {
    this.#book[Symbol.dispose]()
    rmSync(this.#folder, { recursive: true })
  }
}

/** A body that was fetched, its pieces in one buffer as a file's are. */
export function answer(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): FeedAnswer {
  const bytes = Buffer.from(body)
  return {
    status: 'whole',
    headers,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    *pieces() {
      const buffer = Buffer.alloc(4096)
      for (let at = 0; at < bytes.length; at += buffer.length) {
        const length = bytes.copy(buffer, 0, at)
        yield buffer.subarray(0, length)
      }
    },
    text: () => bytes.toString('utf8'),
  }
}

/** One line of so many bytes, made as it is read. */
export function longLine(bytes: number, character: string): FeedAnswer {
  const piece = Buffer.alloc(256 * 1024, character)
  return {
    status: 'whole',
    headers: {},
    bytes,
    sha256: 'none',
    *pieces() {
      for (let at = 0; at < bytes; at += piece.length) yield piece
    },
    text: () => {
      throw new FeedError('size', 'it is larger than a text may be')
    },
  }
}
