import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, eventKinds } from '../../sundew/src/event/catalogue.ts'
import type { EventRow } from '../src/contract.ts'
import { bytes, count, cut, duration, moment } from '../src/format.ts'
import { parseRoute, withQuery } from '../src/route.ts'
import { keepSame, newestFirst } from '../src/rows.ts'
import { summary } from '../src/summary.ts'

test('numbers are read at a glance', () => {
  assert.deepEqual([0, 999, 1000, 1536, 999_499, 999_500, 20e9, 3.2e15].map(bytes), [
    '0 B',
    '999 B',
    '1.00 KB',
    '1.54 KB',
    '999 KB',
    '1.00 MB',
    '20.0 GB',
    '3.20 PB',
  ])
  assert.deepEqual([0.012, 45, 89, 90, 3600, 10_000, 36 * 3600, 9 * 86_400].map(duration), [
    '12 ms',
    '45 s',
    '89 s',
    '2 min',
    '60 min',
    '3 h',
    '2 d',
    '9 d',
  ])
  assert.equal(count(1234567), '1,234,567')
})

test('a time of today has no day, and what is no time stays as it is', () => {
  const now = new Date(2026, 10, 25, 12)
  assert.equal(moment(new Date(2026, 10, 25, 3, 4, 5).toISOString(), now), '03:04:05')
  assert.equal(moment(new Date(2026, 9, 2, 3, 4, 5).toISOString(), now), '02 Oct 03:04:05')
  assert.equal(moment(new Date(2025, 9, 2, 3, 4, 5).toISOString(), now), '02 Oct 2025 03:04:05')
  assert.equal(moment('soon', now), 'soon')
})

test('a cut text is a beginning of the whole and ends between characters', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (text, length) => {
        const { shown, more } = cut(text, length)
        assert.ok(text.startsWith(shown) && shown.length <= length && more === shown.length < text.length)
        assert.ok(shown.isWellFormed())
      },
    ),
  )
})

test('every view has an address, and an address that is none has a view of its own', () => {
  assert.deepEqual(parseRoute('/live?kind=mail.received&address=192.0.2.1'), {
    view: 'live',
    filter: { kind: 'mail.received', service: '', address: '192.0.2.1' },
  })
  assert.deepEqual(parseRoute('/events/0193600f-0000-7000-8000-000000000001'), {
    view: 'event',
    id: '0193600f-0000-7000-8000-000000000001',
  })
  assert.deepEqual(parseRoute('/mails/0193600f-0000-7000-8000-000000000000'), {
    view: 'mail',
    id: '0193600f-0000-7000-8000-000000000000',
  })
  for (const url of ['/mails/..', '/mails/<b>', '/%00', '//evil.example/', '/live/x']) {
    assert.equal(parseRoute(url).view, 'missing', url)
  }
})

test('a filter survives the way through the address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (address) => {
      fc.pre(address.length <= 64)
      const route = parseRoute(withQuery('/mails', { address, campaign: '' }))
      assert.deepEqual(route, { view: 'mails', filter: { address, campaign: '' } })
    }),
  )
})

test('new rows come first, the oldest leave, and rows that did not change stay the same objects', () => {
  assert.deepEqual(newestFirst([3, 2, 1], [4, 5], 4), [5, 4, 3, 2])
  const before = [
    { id: 'a', n: 1 },
    { id: 'b', n: 1 },
  ]
  const next = keepSame(
    before,
    [
      { id: 'c', n: 1 },
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ],
    ({ id }) => id,
  )
  assert.equal(next[1], before[0])
  assert.notEqual(next[2], before[1])
  assert.deepEqual(next[2], { id: 'b', n: 2 })
})

/** Fields as hostile as JSON can bring them. */
const anything = fc.dictionary(fc.constantFrom(...allFields()), fc.jsonValue(), { maxKeys: 12 })

function allFields(): string[] {
  const kinds = Object.values(catalogue) as { fields: Record<string, unknown> }[]
  return [...new Set(kinds.flatMap(({ fields }) => Object.keys(fields)))]
}

test('every kind has a line, whatever its fields hold', () => {
  const base = { destination_port: 25 } as EventRow
  fc.assert(
    fc.property(fc.constantFrom(...eventKinds), anything, (kind, fields) => {
      for (const { text, from } of summary({ ...base, kind, fields })) {
        assert.equal(typeof text, 'string')
        assert.ok(from === 'us' || from === 'peer')
      }
    }),
  )
})

test('what a peer wrote is told apart from our words', () => {
  const row = {
    kind: 'mail.received',
    fields: { mail_from: 'a@b', rcpt_to: ['c@d', 'e@f'], subject: '<b>' },
  } as unknown as EventRow
  assert.deepEqual(
    summary(row)
      .filter(({ from }) => from === 'peer')
      .map(({ text }) => text),
    ['a@b', 'c@d', '<b>'],
  )
})
