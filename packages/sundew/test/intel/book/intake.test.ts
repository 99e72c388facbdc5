import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { BookIntake } from '../../../src/intel/book/intake.ts'
import { liveOf } from '../../../src/intel/book/live.ts'
import { FeedError } from '../../../src/intel/feeds/feed.ts'
import { dayMs, names, temporaryBook } from './temporary-book.ts'

function tell(intake: BookIntake, values: readonly string[]): BookIntake {
  intake.snapshot()
  for (const value of values) intake.take(value)
  return intake
}

const sanity = (pattern: RegExp) => (error: unknown) =>
  error instanceof FeedError && error.code === 'sanity' && pattern.test(error.message)

describe('an intake', () => {
  test('writes nothing before the commit, and sightings and cursor together', () => {
    using t = temporaryBook()
    const intake = t.intake()
    intake.take('a.example.org')
    assert.deepEqual(t.values(), [])
    intake.commit({ page: 7 })
    assert.deepEqual(t.values(), ['a.example.org'])
    assert.deepEqual(t.book.sourceNamed('list')?.cursor, { page: 7 })
    intake.take('b.example.org')
    t.reopen()
    assert.deepEqual(t.values(), ['a.example.org'])
    assert.deepEqual(t.book.sourceNamed('list')?.cursor, { page: 7 })
  })

  test('a snapshot is all there is: what it does not tell is gone', () => {
    using t = temporaryBook()
    tell(t.intake(), ['a.example.org', 'b.example.org']).commit()
    const intake = tell(t.intake(), ['b.example.org', 'c.example.org'])
    intake.commit()
    assert.deepEqual(t.values(), ['b.example.org', 'c.example.org'])
    assert.deepEqual(intake.changes.indicators, [
      { type: 'domain', value: 'a.example.org' },
      { type: 'domain', value: 'c.example.org' },
    ])
    assert.equal(t.book.sourceNamed('list')?.live, 2)
  })

  test('an unchanged list changes nothing', () => {
    using t = temporaryBook()
    const about = { title: 'Mirai', confidence: 75, tags: ['botnet'], first: Date.UTC(2025, 0, 1) }
    for (const added of [1, 0]) {
      const intake = t.intake()
      intake.snapshot()
      intake.take('a.example.org', about)
      intake.commit()
      assert.equal(intake.changes.added, added)
      assert.equal(intake.changes.any, added === 1)
    }
    const intake = t.intake()
    intake.snapshot()
    intake.take('a.example.org', { ...about, confidence: 76 })
    intake.commit()
    assert.deepEqual([intake.changes.added, intake.changes.altered], [0, 1])
    assert.equal(liveOf(t.book, { type: 'domain', value: 'a.example.org' })[0]?.confidence, 76)
  })

  test('what is told again keeps the day it was first seen', () => {
    using t = temporaryBook()
    const first = t.now
    const seen = () => t.book.database.row(`SELECT first FROM sightings WHERE value = 'a.example.org'`)?.[0]
    for (const values of [
      ['a.example.org', 'b.example.org'],
      ['b.example.org'],
      ['a.example.org', 'b.example.org'],
    ]) {
      tell(t.intake(), values).commit()
      t.pass(dayMs)
    }
    assert.equal(seen(), first)
    assert.equal(t.book.database.row('SELECT count(*) FROM former')?.[0], 0)
  })

  test('a report is replaced by what it has now, and others stay', () => {
    using t = temporaryBook()
    const report = (id: string, values: readonly string[]) => {
      const intake = t.intake()
      intake.report({ id, title: `Pulse ${id}` })
      for (const value of values) intake.take(value)
      intake.commit()
    }
    report('1', ['a.example.org', 'b.example.org'])
    report('2', ['b.example.org', 'c.example.org'])
    assert.equal(liveOf(t.book, { type: 'domain', value: 'b.example.org' }).length, 2)
    report('1', ['d.example.org'])
    assert.deepEqual(t.values(), ['b.example.org', 'c.example.org', 'd.example.org'])
  })

  test('a withdrawn pulse is gone', () => {
    using t = temporaryBook()
    const intake = t.intake()
    for (const id of ['1', '2']) {
      intake.report({ id, title: `Pulse ${id}`, modified: t.now })
      intake.take(`${id}.example.org`)
    }
    intake.commit()
    assert.deepEqual(
      [...intake.reports()],
      [
        ['1', t.now],
        ['2', t.now],
      ],
    )
    intake.withdraw('1')
    intake.commit()
    assert.deepEqual(t.values(), ['2.example.org'])
    assert.deepEqual([...intake.reports().keys()], ['2'])
    intake.report({ id: '1', title: 'Pulse 1' })
    intake.take('1.example.org')
    intake.commit()
    assert.deepEqual(t.values(), ['1.example.org', '2.example.org'])
  })

  test('in a whole pass, reports that are not told are gone', () => {
    using t = temporaryBook()
    const pass = (ids: readonly string[]) => {
      const intake = t.intake()
      intake.snapshot()
      for (const id of ids) {
        intake.report({ id, title: id })
        intake.take(`${id}.example.org`)
      }
      intake.commit()
    }
    pass(['1', '2'])
    pass(['2', '3'])
    assert.deepEqual(t.values(), ['2.example.org', '3.example.org'])
  })

  test('one bad indicator is dropped, counted and shown, and the rest is taken', () => {
    using t = temporaryBook()
    const intake = tell(t.intake(), ['a.example.org', '!=cmd|\n\tx', 'b.example.org'])
    intake.bad('line 4', '"unclosed')
    intake.leaveOut('to_ids is false')
    intake.commit()
    assert.deepEqual(t.values(), ['a.example.org', 'b.example.org'])
    const { bad, examples, leftOut } = t.book.sourceNamed('list')!
    assert.deepEqual(
      { bad, examples, leftOut },
      { bad: 2, examples: ['form: !=cmd| x', 'line 4: "unclosed'], leftOut: { 'to_ids is false': 1 } },
    )
  })

  test('what sources say is one line a text, links are to the web, times and confidence can be', () => {
    using t = temporaryBook()
    const intake = t.intake()
    intake.take('a.example.org', {
      title: 'two\nlines\tand a tab\u0000',
      link: 'javascript:alert(1)',
      confidence: 250,
      first: Number.NaN,
      last: 8.64e15,
      expires: Date.UTC(2027, 0, 1),
    })
    intake.commit()
    const [sighting] = liveOf(t.book, { type: 'domain', value: 'a.example.org' })
    assert.equal(sighting?.title, 'two lines and a tab')
    assert.equal(sighting.link, '')
    assert.equal(sighting.confidence, 100)
    assert.equal(sighting.expires, Date.UTC(2027, 0, 1))
    assert.equal(sighting.last, t.now)
  })
})

describe('a list that is told whole', () => {
  test('is not believed where it is empty, unless its feed may be', () => {
    using t = temporaryBook()
    tell(t.intake(), ['a.example.org']).commit()
    assert.throws(() => tell(t.intake(), []).commit(), sanity(/it has no indicators/))
    assert.throws(
      () => tell(t.intake(), ['!<html>']).commit(),
      sanity(/nothing in it could be read: form: !<html>/),
    )
    assert.deepEqual(t.values(), ['a.example.org'])
    tell(t.intake({ habits: { mayBeEmpty: true, mayGrow: false } }), []).commit()
    assert.deepEqual(t.values(), [])
  })

  test('is not believed at less than half or more than double, until it has stayed so for a day', () => {
    using t = temporaryBook()
    tell(t.intake(), names(0, 200)).commit()
    for (const count of [99, 401]) {
      assert.throws(() => tell(t.intake(), names(0, count)).commit(), sanity(/had 200/))
      assert.equal(t.values().length, 200)
    }
    // It was 99 before: what is doubted now is another list.
    t.pass(dayMs / 2)
    assert.throws(() => tell(t.intake(), names(0, 99)).commit(), sanity(/99 entries and had 200/))
    t.pass(dayMs - 1)
    assert.throws(() => tell(t.intake(), names(0, 98)).commit(), sanity(/98 entries and had 200/))
    t.pass(1)
    tell(t.intake(), names(0, 97)).commit()
    assert.equal(t.values().length, 97)
    tell(t.intake(), names(0, 190)).commit()
    tell(t.intake(), names(0, 100)).commit()
  })

  test('a file that has not changed for a day is believed at once; one of the owner may grow', () => {
    using t = temporaryBook()
    tell(t.intake(), names(0, 200)).commit()
    tell(t.intake({ changedAt: t.now - dayMs }), names(0, 50)).commit()
    assert.equal(t.values().length, 50)
    tell(t.intake(), names(0, 100)).commit()
    tell(t.intake({ habits: { mayBeEmpty: false, mayGrow: true } }), names(0, 1000)).commit()
    assert.equal(t.values().length, 1000)
  })

  test('is not believed where most of it cannot be read', () => {
    using t = temporaryBook()
    const page = Array.from({ length: 20 }, (_, line) => `!<p>${line}`)
    assert.throws(
      () => tell(t.intake(), ['a.example.org', ...page]).commit(),
      sanity(/20 parts of it could not be read/),
    )
    assert.deepEqual(t.values(), [])
  })

  test('is in the book as it is told, whatever was told before', () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 40 })
    fc.assert(
      fc.property(fc.array(list, { maxLength: 6 }), (lists) => {
        using t = temporaryBook()
        for (const numbers of lists) {
          const values = numbers.map((number) => `host-${number}.example.org`)
          const intake = tell(t.intake({ habits: { mayBeEmpty: true, mayGrow: false } }), values)
          const before = t.values()
          intake.commit()
          assert.deepEqual(t.values(), values.toSorted())
          assert.equal(intake.changes.added, values.filter((value) => !before.includes(value)).length)
          assert.equal(intake.changes.removed, before.filter((value) => !values.includes(value)).length)
          assert.equal(t.book.sourceNamed('list')!.live, values.length)
        }
      }),
      { numRuns: 40 },
    )
  })
})
