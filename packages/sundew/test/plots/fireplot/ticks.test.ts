import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { timeTicks } from '../../../src/plots/fireplot/ticks.ts'

const hour = 3_600_000

describe('ticks of the time axis', () => {
  it('are whole steps of the clock that is said', () => {
    const from = Date.UTC(2026, 10, 25, 22, 30)
    assert.deepEqual(
      timeTicks(from, from + 3 * hour, 4, hour).map(({ label }) => label),
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

  it('are never more than asked for, for an hour or for twenty years', () => {
    for (const span of [60_000, hour, 24 * hour, 400 * 24 * hour, 20 * 366 * 24 * hour]) {
      const ticks = timeTicks(0, span, 12)
      assert.ok(ticks.length >= 1 && ticks.length <= 14, `${span}: ${ticks.length}`)
    }
  })
})
