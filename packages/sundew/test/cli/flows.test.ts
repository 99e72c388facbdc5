import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AddressSetBuilder } from '../../src/match/address-set-builder.ts'
import { parseRange } from '../../src/match/parse-address.ts'
import { type Flow, keepFlows, keepForever } from '../hub/flows/kept-flows.ts'
import { startKept, type Kept } from './kept.ts'
import { sundew, type Ended } from './sundew.ts'

const layout = readFileSync(
  join(import.meta.dirname, '..', '..', '..', '..', 'testdata', 'flows', 'rwcut-layout.txt'),
  'utf8',
)
const start = Date.UTC(2026, 10, 25, 10)
const hostile = 'evil\u001b]52;c;eA==\u0007"\n\u202egnp'
const probe = {
  time: start + 61_000,
  source: '203.0.113.9',
  destination: '10.0.0.5',
  flags: 2,
  packets: 1,
  bytes: 60,
  sourcePort: 40_000,
  destinationPort: 22,
}
const flows: readonly Flow[] = [
  {
    time: start,
    duration: 5392,
    source: '10.0.0.5',
    destination: '198.51.100.7',
    sourcePort: 51_234,
    destinationPort: 443,
    flags: 27,
    packets: 12,
    bytes: 3456,
    exporter: '10.0.0.1',
    input: 3,
    output: 4,
    destinationCountry: 'DE',
    nextHop: '10.0.0.9',
    application: hostile,
  },
  {
    time: start + 1000,
    source: '198.51.100.7',
    destination: '10.0.0.5',
    sourcePort: 443,
    destinationPort: 51_234,
    flags: 19,
    packets: 20,
    bytes: 60_000,
  },
  {
    time: start + 2000,
    source: '10.0.0.6',
    destination: '192.0.2.53',
    protocol: 17,
    sourcePort: 5353,
    destinationPort: 53,
    packets: 1,
    bytes: 70,
  },
  {
    time: start + 3000,
    source: 'fd00::6',
    destination: '2001:db8::53',
    protocol: 17,
    sourcePort: 5353,
    destinationPort: 53,
    packets: 1,
    bytes: 90,
  },
  probe,
]

let kept: Kept
const run = (...args: string[]): Promise<Ended> => sundew([...args, '--data', kept.data])

before(async () => {
  const builder = new AddressSetBuilder()
  const otx = builder.label(builder.source('otx'), `Pulse ${hostile}`, 'https://otx.example.org/pulse/1')
  for (const entry of ['198.51.100.0/24', '203.0.113.9']) {
    const { first, last } = parseRange(entry)!
    builder.add(first, last, otx)
  }
  const set = builder.build()
  kept = await startKept({ networks: ['10.0.0.0/8', 'fd00::/8'], listed: () => set })
  await keepForever(kept.writer)
  await keepFlows(kept.writer, flows)
})

after(() => kept[Symbol.asyncDispose]())

describe('sundew flows', () => {
  test('in SiLK’s layout begins with the very line that rwcut begins with', async () => {
    const [, titles] = layout.split('\n')
    const { code, stdout } = await run('flows', '--format', 'silk', '-f', '1-5', '--source', '10.0.0.5')
    assert.equal(code, 0)
    assert.equal(stdout, `${titles}\n       10.0.0.5|   198.51.100.7|51234|  443|  6|\n`)
    const none = await run('flows', '--format', 'silk', '-f', '1-5', '--source', '192.0.2.99')
    assert.equal(none.stdout, `${titles}\n`)
  })

  test('in SiLK’s layout has rwcut’s fields 1 to 12 and those asked for by name', async () => {
    const { stdout } = await run('flows', '--format', 'silk', '--source', '10.0.0.5')
    assert.equal(
      stdout,
      [
        '            sIP|            dIP|sPort|dPort|pro|   packets|     bytes|   flags|                  sTime| duration|                  eTime|sen|',
        '       10.0.0.5|   198.51.100.7|51234|  443|  6|        12|      3456|FS PA   |2026/11/25T10:00:00.000|    5.392|2026/11/25T10:00:05.392|10.0.0.1|',
        '',
      ].join('\n'),
    )
    const named = await run(
      'flows',
      '--format',
      'silk',
      '-f',
      'sIP,13-15,scc,dcc',
      '--source',
      '10.0.0.5',
      '--no-titles',
    )
    assert.equal(named.stdout, '       10.0.0.5|    3|    4|       10.0.0.9| --| de|\n')
    const wrong = await run('flows', '--format', 'silk', '-f', '1-77')
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /^SUNDEW_USAGE: --fields 1-77: of rwcut's fields there are 1 sIP, /)
  })

  test('as a table shows the newest first and lets nothing of a name act', async () => {
    const { code, stdout } = await run(
      'flows',
      '--fields',
      'start,source,destination,protocol,flags,application',
    )
    assert.equal(code, 0)
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0] ?? '', /^start \(UTC\) +source +destination +protocol +flags +application$/)
    assert.match(lines[1] ?? '', /^2026-11-25 10:01:01 +203\.0\.113\.9 +10\.0\.0\.5 +tcp +\.S\.{6}$/)
    assert.match(
      lines.at(-1) ?? '',
      /10\.0\.0\.5 +198\.51\.100\.7 +tcp +FS\.PA\.\.\. +evil\\x1b\]52;c;eA==\\x07"\\x0a\\xe2\\x80\\xaegnp$/,
    )
    assert.equal(lines.length, flows.length + 1)
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/)
  })

  test('as JSON and CSV gives every flow, oldest first, values as they are', async () => {
    const json = await run('flows', '--format', 'json', '--fields', 'source_ip,bytes,application')
    const rows = json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(Buffer.from(line, 'latin1').toString()) as Record<string, unknown>)
    assert.deepEqual(
      rows.map(({ bytes }) => bytes),
      flows.map(({ bytes }) => bytes),
    )
    assert.equal(rows[0]?.['application'], hostile)
    const csv = await run('flows', '--format', 'csv', '--fields', 'source,bytes', '--protocol', 'udp')
    assert.equal(csv.stdout, '"source_ip","bytes"\n"10.0.0.6",70\n"fd00::6",90\n')
  })

  test('filters by what the command line says, SiLK’s flags among it', async () => {
    const sources = async (...args: string[]) => {
      const { stdout, stderr } = await run(
        'flows',
        '--format',
        'csv',
        '--fields',
        'source',
        '--no-titles',
        ...args,
      )
      assert.equal(stderr, '')
      return stdout.replaceAll('"', '').split('\n').slice(0, -1)
    }
    assert.deepEqual(await sources('--flags', 'S/SA'), ['203.0.113.9'])
    assert.deepEqual(await sources('--port', '22,50000-52000', '--not-source', '198.51.100.0/24'), [
      '10.0.0.5',
      '203.0.113.9',
    ])
    assert.deepEqual(await sources('--direction', 'inbound'), ['198.51.100.7', '203.0.113.9'])
    assert.deepEqual(await sources('--bytes', '1k-'), ['10.0.0.5', '198.51.100.7'])
    assert.deepEqual(await sources('--duration', '5-6'), ['10.0.0.5'])
    assert.deepEqual(await sources('--ip-version', '6', '--country', 'de'), [])
    assert.deepEqual(await sources('--since', '2026/11/25:10:01'), ['203.0.113.9'])
    const file = join(kept.data, 'some.txt')
    await writeFile(file, '# ours\n10.0.0.6 a resolver\nfd00::/8\nnonsense\n')
    const { stdout, stderr } = await run('flows', '--source-set', file, '--count', '--format', 'csv')
    assert.equal(stdout.split('\n')[1], '2,2,160,2026-11-25 10:00:02,2026-11-25 10:00:03')
    assert.match(stderr, /1 lines left out .*line 4: "nonsense"/)
  })

  test('counts by what is asked for, and over time', async () => {
    const top = await run('flows', '--top', '2', '--of', 'source', '--by', 'bytes')
    assert.deepEqual(
      top.stdout
        .split('\n')
        .slice(0, 3)
        .map((line) => line.trim().split(/ +/)),
      [
        ['source_ip', 'flows', 'packets', 'bytes', '%'],
        ['198.51.100.7', '1', '20', '60000', '94.23'],
        ['10.0.0.5', '1', '12', '3456', '5.43'],
      ],
    )
    const histogram = await run('flows', '--histogram', '30s', '--format', 'csv')
    assert.equal(
      histogram.stdout,
      'time,flows,packets,bytes\n2026-11-25 10:00:00,4,34,63616\n2026-11-25 10:00:30,0,0,0\n2026-11-25 10:01:00,1,1,60\n',
    )
    const nothing = await run('flows', '--top')
    assert.equal(nothing.code, 2)
    assert.match(nothing.stderr, /say of what, with --of source\|/)
  })

  test('with --intel has a line a host of ours and entry', async () => {
    const { code, stdout } = await run('flows', '--intel', 'all', '--since', '2026-11-01', '--format', 'csv')
    assert.equal(code, 0)
    const [titles, ...lines] = Buffer.from(stdout, 'latin1')
      .toString()
      .split(/\n(?=10\.)/)
    assert.equal(titles, 'host,indicator,list,title,flows,bytes,first,last,direction,answered,link')
    const title = `"Pulse ${hostile.replaceAll('"', '""')}"`
    assert.deepEqual(lines, [
      `10.0.0.5,198.51.100.0/24,otx,${title},2,63456,2026-11-25 10:00:00,2026-11-25 10:00:05,outbound,yes,https://otx.example.org/pulse/1`,
      `10.0.0.5,203.0.113.9,otx,${title},1,60,2026-11-25 10:01:01,2026-11-25 10:01:01,inbound,no,https://otx.example.org/pulse/1\n`,
    ])
    const shown = await run('flows', '--intel', 'otx')
    assert.doesNotMatch(shown.stdout, /[\x00-\x09\x0b-\x1f\x7f]/)
    const flowsOnly = await run('flows', '--intel', 'otx', '--format', 'silk', '-f', '1-2')
    assert.equal(flowsOnly.stdout.split('\n').length, 5)
    const unknown = await run('flows', '--intel', 'other')
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /^SUNDEW_API_REQUEST: There is no list "other" in force; there are otx\.$/m)
  })

  test('with --seen says when addresses were seen, however long ago', async () => {
    const { stdout } = await run(
      'flows',
      '--seen',
      '--address',
      '198.51.100.0/24,203.0.113.9',
      '--format',
      'csv',
    )
    assert.equal(
      stdout,
      [
        'address,first,last,hours,sent_flows,sent_bytes,received_flows,received_bytes,country,as',
        '198.51.100.7,2026-11-25 10:00:00,2026-11-25 10:00:00,1,1,60000,1,3456,DE,0',
        '203.0.113.9,2026-11-25 10:00:00,2026-11-25 10:00:00,1,1,60,0,0,,0',
        '',
      ].join('\n'),
    )
    const wrong = await run('flows', '--seen', '--port', '22')
    assert.equal(wrong.code, 2)
    assert.match(
      wrong.stderr,
      /Who was seen is kept by address, country and autonomous system, without source_port/,
    )
  })

  test('says what is wrong with a value', async () => {
    for (const [args, says] of [
      [['--port', '70000'], /70000 should be a number from 0 to 65535/],
      [['--protocol', 'tpc'], /tpc is not known/],
      [['--flags', 'S/A'], /S\/A should be flags/],
      [['--bytes', '10-5'], /It should be an amount/],
      [['--address', 'nobody'], /SUNDEW_API_REQUEST: .*filter\.address\.0/],
      [['--direction', 'up'], /--direction up: it should be one of outbound/],
      [['--fields', 'colour'], /--fields colour/],
      [['--set', '/nowhere'], /SUNDEW_SYSTEM: .*\/nowhere/],
      [['--histogram', '500ms'], /It should be a time of whole seconds/],
    ] as const) {
      const { code, stderr } = await run('flows', ...args)
      assert.ok(code === 2 || code === 69, `${args.join(' ')}: ${code}`)
      assert.match(stderr, says)
    }
  })
})
