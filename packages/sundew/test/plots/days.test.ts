import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { dayNamed, dayOf, offsetAt } from '../../src/plots/days.ts'

const hour = 3_600_000
const zones = [
  'UTC',
  'Europe/Oslo',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]

describe('days of a zone', () => {
  it('have 23 and 25 hours where its clock is changed', () => {
    const hours = (name: string) => {
      const { from, to } = dayNamed(name, 'Europe/Oslo')!
      return (to - from) / hour
    }
    assert.equal(hours('2026-03-29'), 23)
    assert.equal(hours('2026-10-25'), 25)
    assert.equal(hours('2026-11-25'), 24)
    assert.equal(
      new Date(dayNamed('2026-11-25', 'Europe/Oslo')!.from).toISOString(),
      '2026-11-24T23:00:00.000Z',
    )
    assert.equal(offsetAt(Date.UTC(2026, 6, 1), 'Asia/Kolkata'), 5.5 * hour)
  })

  it('follow each other, and every moment is in one of them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(2012, 0, 2), max: Date.UTC(2099, 0) }),
        (zone, at) => {
          const day = dayOf(at, zone)
          assert.ok(at >= day.from && at < day.to, `${zone} ${day.name}`)
          assert.equal(dayOf(at, zone, 1).to, day.from)
          assert.deepEqual(dayNamed(day.name, zone), day)
        },
      ),
    )
  })

  it('are refused where there is none of that name', () => {
    for (const name of ['2026-02-30', 'yesterday', '2026-1-1', '../2026-01-01', ''])
      assert.equal(dayNamed(name), undefined)
  })
})
