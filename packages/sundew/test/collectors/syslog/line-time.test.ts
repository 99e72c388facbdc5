import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lineTime } from '../../../src/collectors/syslog/line-time.ts'

const now = Date.UTC(2026, 10, 25, 12)
const hour = 3_600_000

describe('the time of a log line', () => {
  for (const [line, expected] of [
    ['Nov 25 10:00:05 host kernel: x', '2026-11-25T10:00:05.000Z'],
    ['Nov  5 10:00:05 x', '2026-11-05T10:00:05.000Z'],
    ['<134>Nov 5 10:00:05 x', '2026-11-05T10:00:05.000Z'],
    ['Feb 6 21:42:36 BLOCK: in:ether1', '2026-02-06T21:42:36.000Z'],
    ['Dec 31 23:59:59 of last year', '2025-12-31T23:59:59.000Z'],
    ['Nov 26 08:00:00 of a clock that is ahead', '2026-11-26T08:00:00.000Z'],
    ['Nov 25 2024 10:00:05: %ASA-4', '2024-11-25T10:00:05.000Z'],
    ['*Mar  1 00:00:10.123: %SEC', '2026-03-01T00:00:10.123Z'],
    ['<34>1 2026-11-25T10:00:05.003Z host', '2026-11-25T10:00:05.003Z'],
    ['2026-11-25T10:00:05+02:00 host', '2026-11-25T08:00:05.000Z'],
    ['2026-11-25 10:00:05,5 x', '2026-11-25T10:00:05.500Z'],
  ] as const) {
    it(`${line} is ${expected}`, () => {
      assert.equal(new Date(lineTime(line, now, 0).at).toISOString(), expected)
    })
  }

  it('without a zone is by the clock that is said', () => {
    assert.equal(lineTime('Nov 25 10:00:05 x', now, 2 * hour).at, Date.UTC(2026, 10, 25, 8, 0, 5))
    assert.equal(lineTime('2026-11-25T10:00:05Z x', now, 2 * hour).at, Date.UTC(2026, 10, 25, 10, 0, 5))
  })

  it('is none where no calendar has it', () => {
    for (const line of [
      '',
      'x',
      'Feb 30 10:00:00 x',
      'Nov 25 25:00:00 x',
      'Foo 25 10:00:00 x',
      '2026-13-01T00:00:00Z',
    ])
      assert.ok(Number.isNaN(lineTime(line, now, 0).at), line)
  })

  it('of any text is a number or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => typeof lineTime(text, now, 0).at === 'number'),
    )
  })
})
