import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayNamed, offsetAt } from '../../../src/plots/days.ts'
import { clockOver } from '../../../src/plots/fireplot/clock.ts'
import { timeTicks } from '../../../src/plots/fireplot/ticks.ts'

const hour = 3_600_000

describe('ticks of the time axis', () => {
  it('are whole steps of the clock that is said', () => {
    const from = Date.UTC(2026, 10, 25, 22, 30)
    assert.deepEqual(
      timeTicks(from, from + 3 * hour, 4, [{ from: 0, offset: hour }]).map(({ label }) => label),
      ['11-26', '01:00', '02:00'],
    )
  })

  it('are days of a week, Mondays of months, and months of years', () => {
    const labels = (days: number) =>
      timeTicks(Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 1 + days), 10).map(({ label }) => label)
    assert.deepEqual(labels(3).slice(0, 3), ['11-01', '12:00', '11-02'])
    assert.deepEqual(labels(7).slice(0, 2), ['11-01', '11-02'])
    assert.deepEqual(labels(60).slice(0, 2), ['11-02', '11-09'])
    assert.ok(labels(2000).every((label) => /^\d{4}-\d\d$/.test(label)))
  })

  it('are told as the clock is at each, also after it is put on or back', () => {
    const oslo = (at: number) => offsetAt(at, 'Europe/Oslo')
    const labels = (from: number, to: number, most: number) =>
      timeTicks(from, to, most, clockOver(from, to, oslo)).map(
        ({ at, label }) => `${label} ${new Date(at).toISOString().slice(5, 16)}`,
      )
    const back = dayNamed('2026-10-25', 'Europe/Oslo')!
    assert.deepEqual(labels(back.from, back.to, 5), [
      '10-25 10-24T22:00',
      '06:00 10-25T05:00',
      '12:00 10-25T11:00',
      '18:00 10-25T17:00',
      '10-26 10-25T23:00',
    ])
    // An hour that is shown twice is told twice.
    const early = Date.UTC(2026, 9, 24, 23)
    assert.deepEqual(labels(early, early + 4 * hour, 5), [
      '01:00 10-24T23:00',
      '02:00 10-25T00:00',
      '02:00 10-25T01:00',
      '03:00 10-25T02:00',
      '04:00 10-25T03:00',
    ])
    const on = dayNamed('2026-03-29', 'Europe/Oslo')!
    assert.deepEqual(labels(on.from, on.to, 8), [
      '03-29 03-28T23:00',
      '03:00 03-29T01:00',
      '06:00 03-29T04:00',
      '09:00 03-29T07:00',
      '12:00 03-29T10:00',
      '15:00 03-29T13:00',
      '18:00 03-29T16:00',
      '21:00 03-29T19:00',
      '03-30 03-29T22:00',
    ])
  })

  it('are never more than asked for, for an hour or for twenty years', () => {
    for (const span of [60_000, hour, 24 * hour, 400 * 24 * hour, 20 * 366 * 24 * hour]) {
      const ticks = timeTicks(0, span, 12)
      assert.ok(ticks.length >= 1 && ticks.length <= 14, `${span}: ${ticks.length}`)
    }
  })
})
