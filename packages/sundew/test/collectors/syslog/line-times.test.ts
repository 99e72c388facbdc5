import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineTimes } from '../../../src/collectors/syslog/line-times.ts'
import { offsetsOf } from '../../../src/collectors/syslog/offsets.ts'
import { ZoneGuess } from '../../../src/collectors/syslog/zone-guess.ts'

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000]
const received = Date.UTC(2026, 10, 25, 12, 0, 0, 250)

describe('when a line was', () => {
  const times = new LineTimes()

  it('is as it says, where that can be', () => {
    for (const told of [received - 5 * second, received - 399 * day, received + 23 * hour])
      assert.equal(times.live(told, true, received), told)
  })

  it('is when it came, where its clock cannot be right', () => {
    for (const told of [Number.NaN, 0, Date.UTC(2106, 1, 7), received + 2 * day, received - 401 * day])
      assert.equal(times.live(told, true, received), received)
  })

  it('is when it came to the millisecond, where it tells that very second', () => {
    assert.equal(times.live(received - 250, false, received), received)
    assert.equal(times.live(received - 250, true, received), received - 250)
    assert.equal(times.live(received - 1_250, false, received), received - 1_250)
    assert.equal(times.live(received + 750, false, received), received + 750)
  })

  it('in a file is any time that has been since 2000', () => {
    assert.equal(times.filed(Date.UTC(2001, 0, 1), received), Date.UTC(2001, 0, 1))
    for (const told of [Date.UTC(1999, 11, 31), received + 2 * day, Number.NaN])
      assert.equal(times.filed(told, received), received)
  })

  it('is by the zone that is configured, over the turn of its clocks', () => {
    const oslo = new LineTimes(offsetsOf('Europe/Oslo'))
    const told = (time: number) => oslo.told({ time, zoned: false } as never, 0)
    assert.equal(told(Date.UTC(2026, 10, 25, 12)), Date.UTC(2026, 10, 25, 11))
    assert.equal(told(Date.UTC(2026, 6, 25, 12)), Date.UTC(2026, 6, 25, 10))
    // Clocks went from 2 to 3 on March 29, and from 3 to 2 on October 25.
    assert.equal(told(Date.UTC(2026, 2, 29, 1, 59)), Date.UTC(2026, 2, 29, 0, 59))
    assert.equal(told(Date.UTC(2026, 2, 29, 3, 1)), Date.UTC(2026, 2, 29, 1, 1))
    assert.equal(told(Date.UTC(2026, 9, 25, 1, 59)), Date.UTC(2026, 9, 24, 23, 59))
    assert.equal(told(Date.UTC(2026, 9, 25, 3, 1)), Date.UTC(2026, 9, 25, 2, 1))
    assert.equal(told(Date.UTC(2026, 9, 25, 2, 30)), Date.UTC(2026, 9, 25, 0, 30))
    const newYork = offsetsOf('America/New_York')
    assert.equal(newYork(Date.UTC(2026, 10, 1, 1, 30)), -4 * hour)
    assert.equal(newYork(Date.UTC(2026, 10, 1, 2, 30)), -5 * hour)
    assert.equal(oslo.told({ time: received, zoned: true } as never, 0), received)
  })

  it('is by this machine’s clock where no zone is named, and by UTC where that has none', () => {
    const { TZ } = process.env
    try {
      for (const [zone, offset] of [
        ['Europe/Oslo', hour],
        ['', 0],
      ] as const) {
        process.env['TZ'] = zone
        assert.equal(offsetsOf()(Date.UTC(2026, 10, 25, 12)), offset)
      }
    } finally {
      if (TZ === undefined) delete process.env['TZ']
      else process.env['TZ'] = TZ
    }
  })

  it('has no zone that is none', () => {
    assert.throws(() => offsetsOf('Mars/Olympus'), RangeError)
  })
})

describe('the zone of a clock that tells none', () => {
  it('is what its first line shows, whichever zone of the world that is', () => {
    for (const offset of [0, 2 * hour, -12 * hour, 14 * hour, 5.75 * hour, -3.5 * hour]) {
      const zone = new ZoneGuess()
      zone.note(received + offset - 3 * second, received)
      assert.deepEqual([zone.known, zone.offset], [true, offset])
    }
  })

  it('is not guessed of clocks that are wrong, or of lines that come late', () => {
    const zone = new ZoneGuess()
    for (const ahead of [-7 * minute, 20 * hour, -13 * hour, -400 * day, Number.NaN])
      zone.note(received + ahead, received)
    assert.equal(zone.known, false)
  })

  it('is not kept wrong by a forged line now and then, nor made wrong', () => {
    for (const first of [14 * hour, 0]) {
      const zone = new ZoneGuess()
      zone.note(received + first, received)
      for (let line = 1; line < 300; line++) {
        const at = received + line * second
        zone.note(at, at)
        if (line % 10 === 0) zone.note(at + 14 * hour, at)
      }
      assert.equal(zone.offset, 0)
    }
  })

  it('stays over a backlog of an hour, and changes with its clocks', () => {
    const zone = new ZoneGuess()
    zone.note(received, received)
    // Lines of the last hour come within seconds, and then as ever.
    for (let line = 0; line < 3_600; line++) zone.note(received + (line - 3_600) * second, received + line)
    assert.equal(zone.offset, 0)
    zone.note(received + minute, received + minute)
    for (let line = 0; line < 40; line++) {
      const at = received + day + line * 10 * second
      zone.note(at + hour, at)
    }
    assert.equal(zone.offset, hour)
  })
})
