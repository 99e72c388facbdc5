import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { number64 } from '../../src/collectors/flow/match-event.ts'
import { Noise } from '../../src/collectors/syslog/noise.ts'
import { firewallParsers } from '../../src/collectors/syslog/parsers/index.ts'
import { FirewallRows, type Left } from '../../src/cli/import-firewall-rows.ts'
import type { FirewallColumns } from '../../src/wire/firewall/columns.ts'

const packet =
  'firewall,info drop input: in:ether1 out:(unknown 0), proto TCP (SYN), 203.0.113.7:40000->198.51.100.1:22, len 44'
const answer = packet.replace('(SYN)', '(ACK,RST)')

interface Read {
  rows: { time: string; device: string }[]
  left: Partial<Record<Left, number>>
  timeless: number
}

function read(
  log: string | Buffer,
  {
    zone = 'UTC',
    year,
    asOf = '2026-01-15',
    device = 'old.log',
    known = '',
    from = 0,
    midLine = false,
  }: {
    zone?: string
    year?: number
    asOf?: string
    device?: string
    known?: string
    from?: number
    midLine?: boolean
  } = {},
): Read {
  const rows: Read['rows'] = []
  const look = (columns: FirewallColumns) => {
    for (let row = 0; row < columns.rows; row++) {
      const time = new Date(number64(columns.cells('time'), row)).toISOString()
      const name = columns.terms('device').text(columns.cells('device')[row]!)
      rows.push({ time: time.replace('.000Z', 'Z'), device: Buffer.from(name).toString('latin1') })
    }
  }
  const noise = new Noise({ inside: true, answers: true, networks: [] })
  const made = new FirewallRows({ parsers: firewallParsers, own: [], noise, zone, year, look })
  made.begin(Buffer.from(device), Date.parse(asOf))
  if (known !== '') made.pass(Buffer.from(known), false)
  const left: Read['left'] = {}
  made.take(
    Buffer.from(log),
    midLine,
    { from, before: Infinity },
    (why) => (left[why] = (left[why] ?? 0) + 1),
  )
  assert.equal(made.told, rows.length)
  return { rows, left, timeless: made.timeless }
}

const times = (...given: Parameters<typeof read>) => read(...given).rows.map(({ time }) => time)

describe('lines of an old log', () => {
  test('of December are of last year when they were written by January', () => {
    const log = [`Dec 31 23:59:59 gw ${packet}`, `Jan  1 00:00:01 gw ${packet}`].join('\n')
    assert.deepEqual(times(log), ['2025-12-31T23:59:59Z', '2026-01-01T00:00:01Z'])
    assert.deepEqual(times(log, { asOf: '2026-01-01T00:00:01Z' }), [
      '2025-12-31T23:59:59Z',
      '2026-01-01T00:00:01Z',
    ])
  })

  test('are of the year that is given and of those after it, also behind what is known', () => {
    const log = [
      'Jan  1 00:00:00',
      'Feb 28 12:00:00',
      'Dec 31 23:59:59',
      'Jan  1 00:00:00',
      'Nov  5 08:00:00',
    ].map((time) => `${time} gw ${packet}\n`)
    const years = [
      '2021-01-01T00:00:00Z',
      '2021-02-28T12:00:00Z',
      '2021-12-31T23:59:59Z',
      '2022-01-01T00:00:00Z',
    ]
    assert.deepEqual(times(log.slice(0, 4).join(''), { year: 2021 }), years)
    assert.deepEqual(times(log.slice(2).join(''), { year: 2021, known: log.slice(0, 2).join('') }), [
      ...years.slice(2),
      '2022-11-05T08:00:00Z',
    ])
    assert.deepEqual(times(log[3]!, { year: 2021, known: log.slice(0, 3).join('') }), years.slice(3))
  })

  test('are of the zone that is given, where they tell none', () => {
    const log = `Jul 10 12:00:00 gw ${packet}\n2025-07-10T12:00:00+00:00 gw ${packet}\nJan 10 12:00:00 gw ${packet}`
    assert.deepEqual(times(log, { zone: 'Europe/Oslo' }), [
      '2025-07-10T10:00:00Z',
      '2025-07-10T12:00:00Z',
      '2026-01-10T11:00:00Z',
    ])
  })

  test('that tell no time were when the one before was, or the file', () => {
    const { rows, timeless } = read(`${packet}\nJan 10 12:00:00 gw ${packet}\n${packet}\n`)
    assert.deepEqual(rows, [
      { time: '2026-01-15T00:00:00Z', device: 'old.log' },
      { time: '2026-01-10T12:00:00Z', device: 'gw' },
      { time: '2026-01-10T12:00:00Z', device: 'old.log' },
    ])
    assert.equal(timeless, 2)
  })

  test('of which no row is made are counted by why', () => {
    const long = `Jan 10 12:00:00 gw ${packet}${' '.repeat(70_000)}`
    const { rows, left } = read(
      [
        `Jan 10 12:00:00 gw ${packet}`,
        '',
        `Jan 10 12:00:00 gw ${answer}`,
        'Jan 10 12:00:00 gw sshd[1]: Failed password for root',
        '\x1b[2Jhello |||',
        `2018-01-10T12:00:00Z gw ${packet}`,
        `2100-01-10T12:00:00Z gw ${packet}`,
        `1970-01-10T12:00:00Z gw ${packet}`,
        long,
      ].join('\r\n'),
      { from: Date.UTC(2020, 0) },
    )
    assert.equal(rows.length, 1)
    assert.deepEqual(left, { noise: 1, other: 1, unread: 1, expired: 2, future: 1, long: 1 })
  })

  test('whose beginning was somewhere else are passed over', () => {
    assert.equal(
      read(`Jan 10 12:00:00 gw ${packet}\nJan 10 12:00:00 gw ${packet}\n`, { midLine: true }).rows.length,
      1,
    )
    assert.equal(read(`Jan 10 12:00:00 gw ${packet}`, { midLine: true }).rows.length, 0)
  })

  test('of more different texts than a batch takes go into the next one', () => {
    const log = Array.from({ length: 40_000 }, (_, nth) => `Jan 10 12:00:00 gw${nth} ${packet}\n`).join('')
    const { rows } = read(log)
    assert.deepEqual([rows.length, rows.at(-1)!.device], [40_000, 'gw39999'])
  })

  test('are rows or counted, whatever bytes they are of', () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        packet,
        `Jan 10 12:00:00 gw ${packet}`,
        `<134>1 2026-01-10T12:00:00Z gw - - - - ${packet}`,
      ),
      fc.string(),
      fc.string({ unit: 'binary' }).map((text) => `Jan 10 12:00:00 gw ${packet.slice(0, 60)}${text}`),
    )
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 20 }), fc.constantFrom(undefined, 2020), (some, year) => {
        const log = some.join('\n')
        const { rows, left } = read(log, year === undefined ? {} : { year })
        const lines = log.split('\n').filter((line) => line.replace(/[\r\0]+$/, '') !== '')
        assert.equal(rows.length + Object.values(left).reduce((sum, count) => sum + count, 0), lines.length)
      }),
      // A batch of rows is some megabytes.
      { numRuns: 40 },
    )
  })
})
