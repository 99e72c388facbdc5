import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { leastHours, rise } from '../../../src/match/scan/rise.ts'
import { periods } from '../../../src/match/scan/periods.ts'

const least = { probes: 100, sources: 20 }
const week = (of: (hour: number) => number) => Array.from({ length: 168 }, (_, hour) => of(hour))

describe('a port', () => {
  const cases: readonly (readonly [string, { probes: number; sources: number }, number[], boolean])[] = [
    [
      'that nobody asked for, asked for by hundreds, rises',
      { probes: 900, sources: 400 },
      week(() => 0),
      true,
    ],
    [
      'asked for ten times as often rises',
      { probes: 500, sources: 90 },
      week((hour) => 40 + (hour % 9)),
      true,
    ],
    ['asked for by one source alone does not', { probes: 10_000_000, sources: 1 }, week(() => 0), false],
    ['asked for by few packets does not', { probes: 99, sources: 99 }, week(() => 0), false],
    [
      'that goes up by day and down by night does not, by day',
      { probes: 900, sources: 400 },
      week((hour) => (hour % 24 < 8 ? 10 : 800)),
      false,
    ],
    [
      'that had such an hour before does not',
      { probes: 900, sources: 400 },
      week((hour) => (hour === 9 ? 700 : 3)),
      false,
    ],
    [
      'of less than three days is not known yet',
      { probes: 900, sources: 400 },
      week(() => 0).slice(0, leastHours - 1),
      false,
    ],
  ]
  for (const [name, hour, past, rises] of cases)
    test(name, () => assert.equal(rise(hour, past, least) !== undefined, rises))

  test('that rises is above every hour of its past, and says what those were', () => {
    const past = fc.array(fc.nat(10_000), { minLength: leastHours, maxLength: 400 })
    fc.assert(
      fc.property(past, fc.nat(100_000), (hours, probes) => {
        const found = rise({ probes, sources: 100 }, hours, least)
        if (!found) return
        assert.ok(hours.every((each) => each < probes && each <= found.most))
        assert.ok(found.usual <= found.most)
      }),
    )
  })
})

describe('hours', () => {
  const hour = 3_600_000
  test('with a day between are two periods, with less one', () => {
    assert.deepEqual(
      periods(
        [0, 1, 24, 49, 75].map((n) => n * hour),
        24 * hour,
      ),
      [
        { from: 0, before: 50 * hour },
        { from: 75 * hour, before: 76 * hour },
      ],
    )
  })
})
