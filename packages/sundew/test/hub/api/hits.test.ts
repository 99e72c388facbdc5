import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { HitRow } from '../../../src/hub/api/contract.ts'
import { startKept, type Kept } from '../../cli/kept.ts'
import { sundew } from '../../cli/sundew.ts'

const today = new Date(Date.now() - 3_600_000)
const yesterday = new Date(today.getTime() - 86_400_000)
const long = new Date(today.getTime() - 20 * 86_400_000)

interface Match {
  readonly at: Date
  /** Seconds after. */
  readonly after?: number
  readonly source: string
  readonly destination: string
  readonly listed: string
  readonly direction: string
  readonly list?: string
  readonly flows?: number
  readonly bytes?: number
  readonly summary?: boolean
  readonly retro?: boolean
  readonly severity?: string
}

const called = {
  source: '10.0.0.5',
  destination: '198.51.100.7',
  listed: '198.51.100.7',
  direction: 'outbound',
}
const probed = {
  source: '203.0.113.9',
  destination: '10.0.0.5',
  listed: '203.0.113.9',
  direction: 'inbound',
  list: 'drop',
}
/** In order: a window of three flows with its summary, one of a single flow, probes, one met yesterday, one of the past. */
const matches: readonly Match[] = [
  { ...called, at: today, flows: 1, bytes: 100, severity: 'medium' },
  { ...called, at: today, after: 1, flows: 2, bytes: 300, severity: 'high' },
  { ...called, at: today, after: 300, flows: 3, bytes: 700, summary: true, severity: 'high' },
  { ...called, at: today, after: 301, flows: 1, bytes: 40, severity: 'medium' },
  { ...probed, at: today, flows: 1, bytes: 60 },
  { ...probed, at: yesterday, flows: 1, bytes: 60 },
  { ...probed, at: yesterday, after: 300, flows: 9, bytes: 540, summary: true },
  { ...called, source: '10.0.0.6', at: yesterday, flows: 50, bytes: 5000, retro: true, severity: 'high' },
  { ...called, source: '10.0.0.6', at: yesterday, after: 5, flows: 1, bytes: 10, severity: 'high' },
  { ...called, at: long, flows: 1, bytes: 1_000_000 },
]

let kept: Kept

before(async () => {
  kept = await startKept()
  for (const match of matches) {
    const { at, after: seconds = 0, source, destination, listed, direction, list = 'otx' } = match
    const { flows = 1, bytes = 0, summary = false, retro = false, severity = 'low' } = match
    await kept.writer.command({
      query: `INSERT INTO events (id, time, kind, source_ip, destination_ip, indicator, matched_ip, list, fields)
        SELECT generateUUIDv7(), fromUnixTimestamp64Milli({time:Int64}, 'UTC'), 'intel.match', toIPv6({source:String}), toIPv6({destination:String}),
          {listed:String}, {listed:String}, {list:String}, {fields:String}`,
      query_params: {
        time: at.getTime() + seconds * 1000,
        source,
        destination,
        listed,
        list,
        fields: JSON.stringify({ direction, flows, bytes, summary, retro, severity }),
      },
    })
  }
})

after(() => kept[Symbol.asyncDispose]())

async function hits(...args: string[]): Promise<HitRow[]> {
  const { code, stdout, stderr } = await sundew(['report', 'hits', '--json', ...args, '--data', kept.data])
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as HitRow[]
}

const told = (rows: readonly HitRow[]) =>
  Object.fromEntries(
    rows.map(({ key, matches: count, high, hosts, flows, bytes }) => [
      key,
      [count, high, hosts, flows, bytes],
    ]),
  )

test('a window of flows is one match, with the counts of its last event', async () => {
  assert.deepEqual(told(await hits('--by', 'host')), {
    '10.0.0.5': [4, 1, 1, 3 + 1 + 1 + 9, 700 + 40 + 60 + 540],
    '10.0.0.6': [2, 2, 1, 51, 5010],
  })
})

test('matches are counted by day, list, direction and indicator, of the days asked for', async () => {
  const day = (at: Date) => at.toISOString().slice(0, 10)
  assert.deepEqual(told(await hits()), {
    [day(today)]: [3, 1, 1, 5, 800],
    [day(yesterday)]: [3, 2, 2, 60, 5550],
  })
  assert.deepEqual(told(await hits('--by', 'list')), { otx: [4, 3, 2, 55, 5750], drop: [2, 0, 1, 10, 600] })
  assert.deepEqual(Object.keys(told(await hits('--by', 'direction'))), ['outbound', 'inbound'])
  assert.deepEqual(
    told(await hits('--by', 'indicator', '--days', '30'))['198.51.100.7'],
    [5, 3, 2, 56, 1_005_750],
  )
})

test('the report is a table or CSV as well', async () => {
  const csv = await sundew(['report', 'hits', '--by', 'list', '--csv', '--data', kept.data])
  assert.match(
    csv.stdout,
    /^list,matches,high,hosts,indicators,flows,bytes,first_seen,last_seen\notx,4,3,2,1,55,5750,/,
  )
  const table = await sundew(['report', 'hits', '--data', kept.data])
  assert.match(table.stdout, /^day +matches +high +hosts +indicators +flows +bytes +first_seen +last_seen\n/)
})
