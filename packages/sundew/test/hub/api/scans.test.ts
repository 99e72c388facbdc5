import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ScanRow } from '../../../src/hub/api/contract.ts'
import { startKept, type Kept } from '../../cli/kept.ts'
import { sundew } from '../../cli/sundew.ts'
import { keepProbes } from '../scans/probes.ts'

const hour = 3_600_000
const today = Date.now() - 6 * hour

let kept: Kept

interface Told {
  readonly scan: string
  readonly pattern: string
  readonly toldAt: number
  readonly sources: readonly string[]
  readonly sourceCount?: number
  readonly ports: readonly string[]
  readonly portCount: number
  readonly first: number
  readonly last: number
  readonly evidence?: string
}

const slow: Told = {
  scan: 'slow one',
  pattern: 'slow',
  toldAt: today - 48 * hour,
  sources: ['198.51.100.7'],
  ports: ['1-60'],
  portCount: 60,
  first: today - 72 * hour,
  last: today - 48 * hour,
}
const told: readonly Told[] = [
  slow,
  { ...slow, toldAt: today, ports: ['1-120'], portCount: 120, last: today },
  {
    scan: 'fast one',
    pattern: 'fast',
    toldAt: today - 100 * hour,
    sources: ['203.0.113.9'],
    ports: ['22', '23', '25', '80', '443', '8000-8100'],
    portCount: 106,
    first: today - 101 * hour,
    last: today - 101 * hour + 1000,
    evidence: 'in no order \u001b[31m\u202eretpahc',
  },
  {
    scan: 'many',
    pattern: 'synchronised',
    toldAt: today - 20 * 24 * hour,
    sources: ['192.0.2.1', '192.0.2.2'],
    sourceCount: 1200,
    ports: ['5000-5999'],
    portCount: 1000,
    first: today - 20 * 24 * hour,
    last: today - 20 * 24 * hour,
  },
]

before(async () => {
  kept = await startKept()
  for (const { scan, pattern, toldAt, sources, ports, portCount, first, last, ...more } of told)
    await kept.writer.command({
      query: `INSERT INTO events (id, time, kind, transport, scan, fields)
        SELECT generateUUIDv7(), fromUnixTimestamp64Milli({toldAt:Int64}, 'UTC'), 'scan.detected', 'tcp', {scan:String}, {fields:String}`,
      query_params: {
        toldAt,
        scan,
        fields: JSON.stringify({
          pattern,
          sources,
          source_count: more.sourceCount ?? sources.length,
          ports,
          port_count: portCount,
          targets: 1,
          probes: portCount,
          first_seen: new Date(first).toISOString(),
          last_seen: new Date(last).toISOString(),
          evidence: more.evidence ?? 'so many ports',
        }),
      },
    })
  await keepProbes(kept.writer, [
    { time: today - hour, source: '198.51.100.7', port: 22, country: 'NL', as: 64_500 },
  ])
})

after(() => kept[Symbol.asyncDispose]())

async function scans(...args: string[]): Promise<ScanRow[]> {
  const { code, stdout, stderr } = await sundew(['report', 'scans', '--json', ...args, '--data', kept.data])
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as ScanRow[]
}

test('each scan is told once, as it was told last, the last seen first', async () => {
  const rows = await scans()
  assert.deepEqual(
    rows.map(({ scan, port_count }) => [scan, port_count]),
    [
      ['slow one', 120],
      ['fast one', 106],
    ],
  )
  assert.deepEqual([rows[0]!.country, rows[0]!.as, rows[1]!.country], ['NL', 64_500, ''])
})

test('those that overlap the time asked for are told, of the pattern asked for', async () => {
  const names = async (...args: string[]) => (await scans(...args)).map(({ scan }) => scan)
  assert.deepEqual(await names('--since', '30d'), ['slow one', 'fast one', 'many'])
  assert.deepEqual(await names('--since', '30d', '--pattern', 'synchronised'), ['many'])
  assert.deepEqual(await names('--since', '24h'), ['slow one'])
  const until = new Date(today - 90 * hour).toISOString()
  assert.deepEqual(await names('--since', '30d', '--before', until), ['fast one', 'many'])
})

test('a table shows who, from where, which ports and why, harmless for a terminal', async () => {
  const output = await sundew(['report', 'scans', '--since', '30d', '--data', kept.data])
  const stdout = Buffer.from(output.stdout, 'latin1').toString('utf8')
  const [head, ...lines] = stdout.split('\n')
  assert.match(head!, /^first \(UTC\) +last \(UTC\) +pattern +who +ports +ports\/h +evidence$/)
  assert.match(lines[0]!, / slow +198\.51\.100\.7 \(NL, AS64500\) +tcp 1-120 +so many ports$/)
  assert.match(lines[1]!, / fast +203\.0\.113\.9 +tcp 22,23,25,80 … \(106\) +in no order /)
  assert.match(lines[2]!, / synchronised +1,200 sources, as 192\.0\.2\.1 +tcp 5000-5999 /)
  assert.doesNotMatch(stdout, /\u001b\[31m|\u202e/)
})

test('programs get CSV', async () => {
  const { stdout } = await sundew(['report', 'scans', '--csv', '--data', kept.data])
  assert.match(stdout, /^scan,first_seen,last_seen,pattern,transport,source,sources,country,as,ports,/)
  assert.match(stdout, /\nslow one,.*,slow,tcp,198\.51\.100\.7,1,NL,64500,120,1-120,1,120,/)
})
