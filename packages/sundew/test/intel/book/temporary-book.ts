import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Book } from '../../../src/intel/book/book.ts'
import { BookIntake, type IntakeOptions, type Parse } from '../../../src/intel/book/intake.ts'
import { eachLive } from '../../../src/intel/book/live.ts'

/** Any text with a dot is a domain; what begins with `!` is none. */
export const simpleParse: Parse = (text, hint) =>
  text.startsWith('!') || !text.includes('.')
    ? { type: 'refused', reason: 'form' }
    : { type: hint ?? 'domain', value: text.toLowerCase() }

/** A book in a folder of its own, and intakes of the source `list` over it. */
export function temporaryBook() {
  const folder = mkdtempSync(join(tmpdir(), 'sundew-book-'))
  const path = join(folder, 'book.db')
  let book = Book.open(path)
  let time = Date.UTC(2026, 10, 25)
  let parse: Parse | undefined = simpleParse
  return {
    folder,
    path,
    get book() {
      return book
    },
    get now() {
      return time
    },
    /** As `parseIndicator` does, instead of simply. */
    parseAsUsual: () => {
      parse = undefined
    },
    pass: (ms: number) => {
      time += ms
    },
    reopen: () => {
      book[Symbol.dispose]()
      book = Book.open(path)
    },
    intake: (more: Partial<IntakeOptions> = {}) => {
      book.source(more.source ?? 'list', 'plain')
      return new BookIntake({
        book,
        source: 'list',
        ...(parse && { parse }),
        habits: { mayBeEmpty: false, mayGrow: false },
        now: () => time,
        ...more,
      })
    },
    /** Values that count now, sorted. */
    values: () => {
      const found: string[] = []
      eachLive(book, (_, value, sightings) => found.push(...sightings.map(() => value)))
      return found.toSorted()
    },
    [Symbol.dispose]: () => {
      book[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

export const dayMs = 24 * 3_600_000

/** `count` names, none of which is told again by another number. */
export function names(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `host-${from + index}.example.org`)
}
