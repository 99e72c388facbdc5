import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Book } from '../../../src/intel/book/book.ts'
import { eachLive, liveOf } from '../../../src/intel/book/live.ts'
import { dayMs, names, temporaryBook } from './temporary-book.ts'

describe('the book', () => {
  test('gives each indicator once, with all its sightings', () => {
    using t = temporaryBook()
    for (const [source, values] of [
      ['one', ['a.example.org', 'b.example.org']],
      ['two', ['b.example.org', 'c.example.org']],
    ] as const) {
      const intake = t.intake({ source })
      for (const value of values) intake.take(value, { title: `told by ${source}` })
      intake.take('b.example.org', { title: source }, 'hostname')
      intake.commit()
    }
    const found: string[] = []
    eachLive(t.book, (type, value, sightings) =>
      found.push(`${type} ${value}: ${sightings.map(({ title }) => title).join(', ')}`),
    )
    assert.deepEqual(found.toSorted(), [
      'domain a.example.org: told by one',
      'domain b.example.org: told by one, told by two',
      'domain c.example.org: told by two',
      'hostname b.example.org: one, two',
    ])
    assert.equal(liveOf(t.book, { type: 'domain', value: 'b.example.org' }).length, 2)
    assert.equal(liveOf(t.book, { type: 'url', value: 'b.example.org' }).length, 0)
  })

  test('takes a hundred thousand at once as it takes one', () => {
    using t = temporaryBook()
    const intake = t.intake()
    intake.snapshot()
    for (const value of names(0, 150_000)) intake.take(value)
    intake.commit()
    assert.equal(intake.changes.indicators, undefined)
    assert.equal(liveOf(t.book, { type: 'domain', value: 'host-149999.example.org' }).length, 1)
    assert.equal(t.book.sourceNamed('list')?.live, 150_000)
  })

  test('forgets after its time what is gone', () => {
    using t = temporaryBook()
    for (const values of [['a.example.org', 'b.example.org'], ['b.example.org']]) {
      const intake = t.intake()
      intake.snapshot()
      for (const value of values) intake.take(value)
      intake.commit()
    }
    const former = () => t.book.database.row('SELECT count(*) FROM former')?.[0]
    t.book.forget(t.now)
    assert.equal(former(), 1)
    t.book.forget(t.now + 1)
    assert.equal(former(), 0)
    assert.deepEqual(t.values(), ['b.example.org'])
  })

  test('a source that was taken out is forgotten with all it told, after its time', () => {
    using t = temporaryBook()
    const intake = t.intake()
    intake.take('a.example.org')
    intake.commit()
    t.book.change(t.book.sourceNamed('list')!, { removed: t.now })
    t.book.forget(t.now)
    assert.deepEqual(t.values(), ['a.example.org'])
    t.book.forget(t.now + dayMs)
    assert.deepEqual(t.values(), [])
    assert.equal(t.book.sourceNamed('list'), undefined)
  })

  test('a source of another kind under the same name begins anew', () => {
    using t = temporaryBook()
    const intake = t.intake()
    intake.commit({ page: 1 })
    assert.equal(t.book.source('list', 'otx').cursor, undefined)
  })

  test('keeps what the owner allowed, the last word for each value', () => {
    using t = temporaryBook()
    t.book.allow({ value: 'a.example.org', reason: 'ours', action: 'exclude', by: 'admin' }, t.now)
    t.book.allow(
      { value: 'a.example.org', reason: 'ours!', action: 'downgrade', until: t.now + dayMs, by: 'me' },
      t.now,
    )
    t.reopen()
    assert.deepEqual(t.book.allowed, [
      { value: 'a.example.org', reason: 'ours!', action: 'downgrade', until: t.now + dayMs, by: 'me' },
    ])
    assert.equal(t.book.disallow('a.example.org'), true)
    assert.equal(t.book.disallow('a.example.org'), false)
  })

  test('what others say never replaces what the owner allowed', () => {
    using t = temporaryBook()
    const second = { reason: 'OTX: whitelist', action: 'downgrade', by: 'second-look' } as const
    t.book.allow({ value: 'a.example.org', ...second }, t.now)
    t.book.allow({ value: 'a.example.org', ...second, reason: 'OTX: majestic' }, t.now)
    assert.equal(t.book.allowed[0]?.reason, 'OTX: majestic')
    t.book.allow({ value: 'a.example.org', reason: 'ours', action: 'exclude', by: 'admin' }, t.now)
    t.book.allow({ value: 'a.example.org', ...second }, t.now)
    assert.deepEqual([t.book.allowed.length, t.book.allowed[0]?.action], [1, 'exclude'])
  })

  test('a file that is none of its own is refused, and can be laid aside', () => {
    using t = temporaryBook()
    const path = `${t.folder}/other.db`
    writeFileSync(path, 'no database at all, but long enough to look like something'.repeat(100))
    assert.throws(() => Book.open(path), /not a database/)
    assert.equal(Book.layAside(path, 7), `${path}.damaged-7`)
    Book.open(path)[Symbol.dispose]()
  })

  test('a file of a later Sundew is refused', () => {
    using t = temporaryBook()
    t.book.database.exec('PRAGMA user_version = 99')
    assert.throws(() => Book.open(t.path), /version 99/)
  })
})
