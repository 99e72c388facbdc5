import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LineClock } from '../../../src/wire/syslog/line-clock.ts'

const now = Date.UTC(2026, 10, 25, 12)

function read(text: string, at = now): LineClock {
  const clock = new LineClock()
  const bytes = Buffer.from(text, 'latin1')
  clock.read(bytes, 0, bytes.length, at)
  return clock
}

describe('the time in a line', () => {
  for (const [line, expected, zoned, rest] of [
    ['Nov 25 10:00:05 host kernel: x', '2026-11-25T10:00:05.000Z', false, ' host kernel: x'],
    ['Nov  5 10:00:05 x', '2026-11-05T10:00:05.000Z', false, ' x'],
    ['Nov 5 10:00:05 x', '2026-11-05T10:00:05.000Z', false, ' x'],
    ['Feb 6 21:42:36 BLOCK: in:ether1', '2026-02-06T21:42:36.000Z', false, ' BLOCK: in:ether1'],
    ['Dec 31 23:59:59 of last year', '2025-12-31T23:59:59.000Z', false, ' of last year'],
    [
      'Nov 26 08:00:00 of a clock that is ahead',
      '2026-11-26T08:00:00.000Z',
      false,
      ' of a clock that is ahead',
    ],
    ['Nov 25 2024 10:00:05: %ASA-4', '2024-11-25T10:00:05.000Z', false, ': %ASA-4'],
    ['Nov 25 10:00:05 2024 x', '2024-11-25T10:00:05.000Z', false, ' x'],
    ['Nov 25 10:00:05.123 UTC: %SEC', '2026-11-25T10:00:05.123Z', true, ': %SEC'],
    ['Mar  1 00:00:10.123 CET: %SEC', '2026-03-01T00:00:10.123Z', false, ': %SEC'],
    ['Nov 25 10:00:05 CET host', '2026-11-25T10:00:05.000Z', false, ' CET host'],
    ['2026-11-25T10:00:05.003Z host', '2026-11-25T10:00:05.003Z', true, ' host'],
    ['2026-11-25T10:00:05+02:00 host', '2026-11-25T08:00:05.000Z', true, ' host'],
    ['2026-11-25T10:00:05.734011+0130 host', '2026-11-25T08:30:05.734Z', true, ' host'],
    ['2026-11-25 10:00:05 -0500 host', '2026-11-25T15:00:05.000Z', true, ' host'],
    ['2026-11-25 10:00:05 UTC host', '2026-11-25T10:00:05.000Z', true, ' host'],
    ['2026-11-25 10:00:05,5 x', '2026-11-25T10:00:05.500Z', false, ' x'],
    ['2026/11/25 10:00:05 x', '2026-11-25T10:00:05.000Z', false, ' x'],
    ['2026:11:25-10:00:05 utm ulogd', '2026-11-25T10:00:05.000Z', false, ' utm ulogd'],
    ['2026 Nov 25 10:00:05 x', '2026-11-25T10:00:05.000Z', false, ' x'],
    ['nov/25/2026 10:00:05 firewall,info', '2026-11-25T10:00:05.000Z', false, ' firewall,info'],
    ['nov/25 10:00:05 firewall,info', '2026-11-25T10:00:05.000Z', false, ' firewall,info'],
    ['10:00:05 firewall,info', '2026-11-25T10:00:05.000Z', false, ' firewall,info'],
    ['1764064805.250 x', '2025-11-25T10:00:05.250Z', true, ' x'],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000Z', true, ''],
  ] as const) {
    it(`of ${line} is ${expected}`, () => {
      const clock = read(line)
      assert.equal(new Date(clock.time).toISOString(), expected)
      assert.equal(clock.zoned, zoned)
      assert.equal(line.slice(clock.end), rest)
    })
  }

  it('is none where no calendar has it, or it is none', () => {
    for (const line of [
      '',
      'x',
      'Feb 30 10:00:00 x',
      'Feb 29 2025 10:00:00 x',
      'Nov 25 25:00:00 x',
      'Foo 25 10:00:00 x',
      'Nov 25 1a:00:00 x',
      'November 25 10:00:00',
      '2026-13-01T00:00:00Z',
      '2026-1-01T00:00:00Z',
      '0000-00-00 00:00:00',
      '12345678901 x',
      '1764064805x',
      '99:99:99',
    ])
      assert.ok(Number.isNaN(read(line).time), line)
  })

  it('without a date is the one nearest to now', () => {
    const midnight = Date.UTC(2026, 0, 1, 0, 0, 5)
    assert.equal(read('23:59:59 x', midnight).time, Date.UTC(2025, 11, 31, 23, 59, 59))
    assert.equal(read('Dec 31 23:59:59 x', midnight).time, Date.UTC(2025, 11, 31, 23, 59, 59))
    assert.equal(read('00:00:01 x', Date.UTC(2025, 11, 31, 23, 59)).time, Date.UTC(2026, 0, 1, 0, 0, 1))
    assert.equal(
      read('Jan  1 00:00:01 x', Date.UTC(2025, 11, 31, 23, 59)).time,
      Date.UTC(2026, 0, 1, 0, 0, 1),
    )
  })

  it('that was written is read', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(Date.UTC(2106, 1, 7)), noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (date, minutes) => {
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().replace('Z', '')
          const [sign, most] = [minutes < 0 ? '-' : '+', Math.abs(minutes)]
          const two = (value: number) => String(value).padStart(2, '0')
          const zone = `${sign}${two(Math.floor(most / 60))}:${two(most % 60)}`
          assert.equal(read(`${local}${zone} host`).time, date.getTime())
        },
      ),
    )
  })

  it('is read or is none, whatever the bytes, and ends within them', () => {
    const clock = new LineClock()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat({ max: 40 }), (bytes, from) => {
        const to = bytes.length
        const found = clock.read(bytes, Math.min(from, to), to, now)
        assert.equal(found, !Number.isNaN(clock.time))
        assert.ok(clock.end >= Math.min(from, to) && clock.end <= to)
      }),
    )
  })

  it('of text that is nearly one ends within it', () => {
    const clock = new LineClock()
    const form = fc.stringMatching(
      /^(?:[A-Z][a-z]{2} {1,2}\d{1,2}|\d{4}[-/]\d\d[-/]\d\d)[ T]\d\d:\d\d:\d\d[.,]?\d{0,3}[ Z+-]?[A-Z0-9:]{0,6}$/,
    )
    fc.assert(
      fc.property(form, fc.nat({ max: 60 }), (text, length) => {
        const bytes = Buffer.from(text.padEnd(80, '0'), 'latin1')
        const to = Math.min(length, text.length)
        clock.read(bytes, 0, to, now)
        assert.ok(clock.end <= to)
      }),
    )
  })
})
