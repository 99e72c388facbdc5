import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mayNot, nextPull } from '../../../src/hub/intel/schedule.ts'

const minuteMs = 60_000
const hourly = { everyMs: 60 * minuteMs, leastMs: 10 * minuteMs }
const at = 1_000_000_000_000
const history = (more: object = {}) => ({ tried: at, good: at, retry: undefined, failures: 0, ...more })

describe('the next pull of a source', () => {
  test('is at once where it was never pulled', () => {
    assert.equal(nextPull(history({ tried: undefined, good: undefined }), hourly, 0.5), 0)
  })

  test('is after its interval, give or take a twentieth', () => {
    assert.equal(nextPull(history(), hourly, 0.5), at + 60 * minuteMs)
    assert.equal(nextPull(history(), hourly, 0), at + 57 * minuteMs)
    assert.equal(nextPull(history(), hourly, 1), at + 63 * minuteMs)
  })

  test('comes later with each failure, never sooner than the publisher allows, never later than usual', () => {
    const pauses = [1, 2, 4, 5, 6, 7, 100].map(
      (failures) => nextPull(history({ failures }), hourly, 0.5) - at,
    )
    assert.deepEqual(
      pauses.map((ms) => ms / minuteMs),
      [10, 10, 10, 16, 32, 60, 60],
    )
  })

  test('waits as long as its publisher says', () => {
    assert.equal(nextPull(history({ retry: at + 90 * minuteMs }), hourly, 0.5), at + 90 * minuteMs)
  })

  test('by hand is as often as the publisher allows: after a good one, not after one that failed', () => {
    assert.equal(mayNot(history(), hourly, at + 9 * minuteMs), at + 10 * minuteMs)
    assert.equal(mayNot(history(), hourly, at + 10 * minuteMs), 0)
    assert.equal(mayNot(history({ good: undefined, failures: 3 }), hourly, at), 0)
    assert.equal(mayNot(history({ retry: at + minuteMs }), hourly, at + 20 * minuteMs), 0)
  })

  test('is never before the least interval, whatever happened', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1_000),
        (failures, chance, least) => {
          const intervals = { everyMs: Math.max(least, 60) * minuteMs, leastMs: least * minuteMs }
          assert.ok(nextPull(history({ failures }), intervals, chance) >= at + intervals.leastMs)
        },
      ),
    )
  })
})
