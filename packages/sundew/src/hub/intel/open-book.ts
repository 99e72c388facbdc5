import { existsSync } from 'node:fs'
import { explain } from '../../core/log.ts'
import { Book } from '../../intel/book/book.ts'

/** SQLITE_CORRUPT and SQLITE_NOTADB: nothing can be done with the file. */
const beyondRepair: ReadonlySet<number> = new Set([11, 26])

/**
 * The book in a folder; where its file is damaged, a new one, and the damaged one lies beside it.
 *
 * @throws where it can't be opened for another reason: no room, no permission, a later Sundew's
 */
export function openBook(
  path: string,
  trouble: (code: string, message: string) => void,
  now: () => number = Date.now,
): Book {
  try {
    return Book.open(path)
  } catch (error) {
    const { errcode } = error as { errcode?: number }
    if (errcode === undefined || !beyondRepair.has(errcode & 0xff) || !existsSync(path)) throw error
    const aside = Book.layAside(path, now())
    trouble(
      'SUNDEW_INTEL_BOOK',
      `what is known of indicators could not be read (${explain(error)}); it lies at ${aside} now, and sources are pulled anew. What was listed or allowed by command is to be told again`,
    )
    return Book.open(path)
  }
}
