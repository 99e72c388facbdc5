import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openBook } from '../../../src/hub/intel/open-book.ts'

test('a damaged book is laid aside and told of, a new one begun; one of a later Sundew is not touched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sundew-open-book-'))
  const path = join(folder, 'book.db')
  const told: string[] = []
  const open = () =>
    openBook(
      path,
      (code, message) => told.push(`${code}: ${message}`),
      () => 7,
    )
  try {
    writeFileSync(path, 'no database, but long enough to look like one '.repeat(100))
    {
      using book = open()
      book.source('list', 'plain')
      book.database.exec('PRAGMA user_version = 99')
    }
    assert.match(told.splice(0).join(), /^SUNDEW_INTEL_BOOK: .*not a database.*book\.db\.damaged-7/)
    assert.match(readFileSync(`${path}.damaged-7`, 'utf8'), /^no database/)
    assert.throws(open, /version 99/)
    assert.deepEqual(told, [])
    assert.ok(readdirSync(folder).includes('book.db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
