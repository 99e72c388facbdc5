import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { dayNamed, offsetAt } from '../../../src/plots/days.ts'
import { clockOver, shown, shownMinute, shownSecond, utcClock } from '../../../src/plots/fireplot/clock.ts'
import { Counts } from '../../../src/plots/fireplot/counts.ts'
import { fireplotFile } from '../../../src/plots/fireplot/picture.ts'
import { rowsOf } from '../../../src/plots/fireplot/scale.ts'
import { schemes } from '../../../src/plots/fireplot/schemes.ts'

const zones = ['Europe/Oslo', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Africa/Casablanca']

describe('the clock of a picture', () => {
  it('shows what the zone’s does, at any moment of the span', () => {
    const moment = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2026, 0) })
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        moment,
        fc.integer({ min: 60_000, max: 400 * 86_400_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zone, from, long, share) => {
          const clock = clockOver(from, from + long, (at) => offsetAt(at, zone))
          const at = Math.floor(from + share * long)
          assert.equal(shown(clock, at), at + offsetAt(at, zone))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('is put on and back to the millisecond', () => {
    const [from, to] = [Date.UTC(2026, 0), Date.UTC(2027, 0)]
    assert.deepEqual(
      clockOver(from, to, (at) => offsetAt(at, 'Europe/Oslo')),
      [
        { from, offset: 3_600_000 },
        { from: Date.UTC(2026, 2, 29, 1), offset: 7_200_000 },
        { from: Date.UTC(2026, 9, 25, 1), offset: 3_600_000 },
      ],
    )
  })

  it('is looked at so often at most, however long the span', () => {
    let looks = 0
    clockOver(Date.UTC(1, 0), Date.UTC(9999, 0), () => (looks++, 0))
    assert.ok(looks < 3000, `${looks}`)
  })

  it('ends a day at midnight, also where the day has 25 hours', () => {
    const { from, to } = dayNamed('2026-10-25', 'Europe/Oslo')!
    const clock = clockOver(from, to, (at) => offsetAt(at, 'Europe/Oslo'))
    const counts = new Counts({ width: 700, height: 200, from, to, rows: rowsOf(200, 'log') })
    const telling = { about: '', clock, scheme: schemes.usual, leftOut: '' }
    assert.match(
      String(fireplotFile(counts, telling, 'svg')),
      />2026-10-25 00:00 to 2026-10-26 00:00: 0 packets</,
    )
  })

  it('is told to the minute, and to the second', () => {
    const at = Date.UTC(2026, 10, 25, 8, 30, 15)
    assert.equal(shownMinute(utcClock, at), '2026-11-25 08:30')
    assert.equal(shownSecond([{ from: 0, offset: 3_600_000 }], at), '2026-11-25 09:30:15')
  })
})
