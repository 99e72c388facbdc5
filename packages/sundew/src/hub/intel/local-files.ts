import { statSync } from 'node:fs'
import { listLimits } from '../../intel/files/limits.ts'
import { readFile } from '../../intel/files/read.ts'
import type { Book } from '../../intel/book/book.ts'
import { BookIntake } from '../../intel/book/intake.ts'
import { FeedError } from '../../intel/feeds/feed.ts'
import { listOf } from './list-section.ts'
import { type Pulled, told } from './pull.ts'
import type { Source } from './sources.ts'

/** One that was not taken is looked at again after so long though it has not changed, milliseconds. */
const againMs = 3_600_000

/** What the book remembers of a file: which it is, how it is read, and what it looked like when it was last read. */
interface FileCursor {
  readonly key: string
  readonly seen: string
}

/** Looks after the files of the configuration: each is read when it has changed and then stopped changing. */
export class LocalFiles {
  readonly #sources: readonly Source[]
  readonly #book: Book
  readonly #now: () => number
  /** As they were at the last look: one that is still being written changes until the next. */
  #before = new Map<string, string>()
  readonly #refused = new Map<string, { readonly seen: string; readonly at: number }>()
  #first = true

  constructor(sources: readonly Source[], book: Book, now: () => number) {
    this.#sources = sources.filter(({ file }) => file !== undefined)
    this.#book = book
    this.#now = now
  }

  /** Reads what is to be read now, and tells how that went. */
  async look(): Promise<readonly { readonly source: Source; readonly pulled: Pulled }[]> {
    const done: { source: Source; pulled: Pulled }[] = []
    const seen = new Map(this.#sources.map((source) => [source.name, seenAs(listOf(source.file!).spec.path)]))
    for (const source of this.#sources) {
      const as = seen.get(source.name)!
      if (this.#isDue(source, as)) done.push({ source, pulled: await this.read(source, as) })
    }
    this.#before = seen
    this.#first = false
    return done
  }

  /** Reads a file whether it has changed or not. */
  async read(source: Source, seen = seenAs(listOf(source.file!).spec.path)): Promise<Pulled> {
    const { spec, key } = listOf(source.file!)
    this.#book.source(source.name, source.type)
    const changed = statSync(spec.path, { throwIfNoEntry: false })?.mtimeMs
    const intake = new BookIntake({
      book: this.#book,
      source: source.name,
      habits: { mayBeEmpty: source.mayBeEmpty, mayGrow: true },
      now: this.#now,
      ...(changed !== undefined && { changedAt: changed }),
    })
    const pulled = await told(source, intake, { book: this.#book, now: this.#now }, () => {
      const { size: bytes } = statSync(spec.path)
      if (bytes > listLimits.fileBytes)
        throw new FeedError('size', `it has ${bytes} bytes, more than ${listLimits.fileBytes}`)
      intake.snapshot()
      intake.report({ id: '', title: '', ...(spec.link !== undefined && { link: spec.link }) })
      if (readFile(spec, intake).cut) intake.cut = true
      intake.commit({ key, seen } satisfies FileCursor)
    })
    if (pulled.answer.outcome === 'refused' || pulled.answer.outcome === 'failed')
      this.#refused.set(source.name, { seen, at: this.#now() })
    else this.#refused.delete(source.name)
    return pulled
  }

  #isDue(source: Source, seen: string): boolean {
    const cursor = this.#book.sourceNamed(source.name)?.cursor as FileCursor | undefined
    // One that was never read, or otherwise, is read at once; one that changed when it has stopped changing.
    if (cursor?.key !== listOf(source.file!).key && !this.#refused.has(source.name)) return true
    const refused = this.#refused.get(source.name)
    if (refused?.seen === seen) return this.#now() - refused.at > againMs
    if (cursor?.seen === seen && !refused) return false
    return this.#first || seen === this.#before.get(source.name)
  }
}

/** What tells one state of a file from another. */
function seenAs(path: string): string {
  try {
    const { size, mtimeMs, ino } = statSync(path)
    return `${size} ${mtimeMs} ${ino}`
  } catch (error) {
    return `none ${(error as NodeJS.ErrnoException).code ?? ''}`
  }
}
