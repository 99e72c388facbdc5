import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { listBatchFiles } from '../../src/core/batch-spool.ts'
import { JournalReader } from '../../src/core/journal/reader.ts'
import { layout } from '../../src/core/layout.ts'
import { dataFolder, start, sundew } from './sundew.ts'
import { listed } from './listed.ts'

const minuteMs = 60_000
const bring = (data: string, ...args: string[]) => sundew(['import', 'firewall', ...args, '--data', data])
const rows = async (data: string) =>
  (await listBatchFiles(layout(data).firewall)).reduce((sum, file) => sum + file.rows, 0)

/** MikroTik's, a minute apart, the last an hour ago or so many days. */
function log(lines: number, { days = 0, flags = 'SYN', source = '203.0.113.7', from = 0 } = {}): string {
  const end = Date.now() - 60 * minuteMs - days * 86_400_000
  return Array.from({ length: lines }, (_, nth) => {
    const time = new Date(end - (Math.max(1_000, lines) - from - nth) * 1_000).toISOString()
    return `${time} gw firewall,info drop input: in:ether1 out:(unknown 0), proto TCP (${flags}), ${source}:40000->198.51.100.1:${(nth % 65_535) + 1}, len 44\n`
  }).join('')
}

describe('sundew import firewall', () => {
  test('puts lines on their way to the store, each once, also of a log that was renamed, packed and has grown', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const [file, packed] = [join(data, 'messages'), join(data, 'messages.1.gz')]
    const [before, after] = [log(100), log(40, { from: 100 })]
    await writeFile(file, before)
    const first = await bring(data, file)
    assert.deepEqual([first.code, first.stdout], [0, ''], first.stderr)
    assert.match(
      first.stderr,
      /^100 lines imported\n100 lines wait on disk for the next start of "sundew up".\n$/,
    )
    const second = await bring(data, '--no-wait', file)
    assert.equal(second.code, 0)
    assert.match(second.stderr, /^0 lines imported\n100 left out: imported before \(--again .*\n$/)
    await appendFile(file, after)
    const third = await bring(data, '--no-wait', file)
    assert.match(third.stderr, /^40 lines imported\n100 left out: imported before .*\n$/)
    await rename(file, join(data, 'messages.1'))
    await writeFile(packed, gzipSync(before + after))
    const fourth = await bring(data, '--no-wait', join(data, 'messages.1'), packed)
    assert.match(fourth.stderr, /^0 lines imported\n280 left out: imported before .*\n$/)
    assert.equal(await rows(data), 140)
    await bring(data, '--no-wait', '--again', packed)
    assert.equal(await rows(data), 280)
    assert.deepEqual(await readdir(join(layout(data).firewall, 'import')), [])
  })

  test('takes standard input, a broken archive up to where it breaks, and tells what no firewall writes', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const piped = await sundew(['import', 'firewall', '--no-wait', '-', '--data', data], {
      input: `${log(5)}\x1b[2Jwho knows\n`,
    })
    assert.equal(piped.code, 0)
    assert.match(
      piped.stderr,
      /^5 lines imported\n1 left out: lines that no firewall is known to write; the first: - at byte \d+: \\x1b\[2Jwho knows\n$/,
    )
    const broken = join(data, 'broken.gz')
    const whole = gzipSync(log(2_000, { source: '203.0.113.8' }))
    await writeFile(broken, whole.subarray(0, whole.length - 9))
    const { code, stderr } = await bring(data, '--no-wait', broken)
    assert.equal(code, 1)
    assert.match(stderr, /^(1,9\d\d|2,000) lines imported\n1 left out: .*broken \(Z_BUF_ERROR\)/)
    await writeFile(broken, whole)
    await bring(data, '--no-wait', broken)
    assert.equal(await rows(data), 2_005)
  })

  test('tells of files that have nothing to bring in, and of names that mean nothing', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const [text, journal] = [join(data, 'text'), join(data, 'exported')]
    await writeFile(text, 'dear diary\n')
    await writeFile(journal, '__CURSOR=s=1\n__REALTIME_TIMESTAMP=1764111600000000\nMESSAGE=x\n\n')
    const { code, stderr } = await bring(data, '--no-wait', text, journal)
    assert.equal(code, 1)
    assert.match(stderr, /1 left out: files with no line to bring in; the first: .*text at byte 0/)
    assert.match(stderr, /1 left out: exports of a journal \("journalctl -o short-iso" .*exported at byte 0/)
    for (const wrong of [
      ['--format', 'nonsense'],
      ['--time-zone', 'Mars/Olympus'],
      ['--year', '99'],
    ])
      assert.equal((await bring(data, ...wrong, text)).code, 2)
  })

  test('leaves noise out, unless it is wanted', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const file = join(data, 'answers')
    await writeFile(file, log(3) + log(4, { flags: 'ACK,RST', from: 3 }))
    const { stderr } = await bring(data, '--no-wait', file)
    assert.match(stderr, /^3 lines imported\n4 left out: answers, and packets from inside \(--keep-noise /)
    assert.match(
      (await bring(data, '--no-wait', '--again', '--keep-noise', file)).stderr,
      /^7 lines imported\n/,
    )
  })

  test('tells what is too old for keep.firewall_days, and brings it in when that was raised, the rest no second time', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    const file = join(data, 'old')
    await writeFile(file, log(10, { days: 800 }) + log(20, { days: 500 }) + log(30))
    const first = await bring(data, '--no-wait', file)
    assert.match(
      first.stderr,
      /^30 lines imported\n30 left out: older than 365 days, .*Raise keep\.firewall_days /,
    )
    for (const [days, lines] of [
      [600, 20],
      [1_000, 10],
      [2_000, 0],
    ]) {
      await writeFile(join(data, 'sundew.yaml'), `keep: { firewall_days: ${days} }\n`)
      assert.match((await bring(data, '--no-wait', file)).stderr, new RegExp(`^${lines} lines imported\n`))
    }
    assert.equal(await rows(data), 60)
  })

  test('reads one format alone where it is told, and one by a pattern of the owner’s', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    await writeFile(
      join(data, 'sundew.yaml'),
      `collectors: { syslog: { patterns: [{ name: mine, pattern: 'refused (?P<source>[0-9.]+) at (?P<destination_port>[0-9]+)' }] } }\n`,
    )
    const file = join(data, 'both')
    const [now] = log(1).split(' ')
    await writeFile(file, `${log(1)}${now} box refused 203.0.113.9 at 23\n`)
    assert.match(
      (await bring(data, '--no-wait', '--format', 'mikrotik', file)).stderr,
      /^1 lines imported\n1 left out/,
    )
    assert.match(
      (await bring(data, '--no-wait', '--format', 'mine', '--again', file)).stderr,
      /^1 lines imported\n/,
    )
    assert.match((await bring(data, '--no-wait', '--again', file)).stderr, /^2 lines imported\n$/)
  })

  test('guesses years by when the file was written', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    await writeFile(join(data, 'sundew.yaml'), 'keep: { firewall_days: 10000, events_days: 10000 }\n')
    const file = join(data, 'december')
    await writeFile(file, log(1).replace(/^\S+/, 'Dec 31 23:00:00'))
    await utimes(file, new Date('2019-01-02'), new Date('2019-01-02'))
    await listed(data, '203.0.113.0/24')
    assert.match(
      (await bring(data, '--no-wait', file)).stderr,
      /^1 lines imported\n1 matches with listed addresses\n$/,
    )
    const reader = new JournalReader(layout(data).importJournal)
    const { entries } = await reader.read({ segment: 0, offset: 0 }, 1_000_000)
    await reader.close()
    assert.deepEqual(
      entries.map(({ event }) => [event.kind, event.time.slice(0, 7), event.source_ip]),
      [['intel.match', '2018-12', '203.0.113.7']],
    )
  })

  test('that is stopped goes on where it was, and brings in no line twice', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    // More than a segment.
    const whole = log(120_000)
    const file = join(data, 'whole')
    await writeFile(file, whole)
    const child = start(['import', 'firewall', '--no-wait', '-', '--data', data])
    const ended = once(child, 'close')
    child.stdin.on('error', () => {})
    // No end: it waits for more.
    child.stdin.write(whole)
    while ((await rows(data)) === 0) await setTimeout(20)
    child.kill('SIGINT')
    assert.deepEqual(await ended, [1, null])
    const before = await rows(data)
    assert.ok(before > 0 && before < 120_000)
    const { stderr } = await bring(data, '--no-wait', file)
    assert.match(stderr, new RegExp(`^${(120_000 - before).toLocaleString('en-US')} lines imported\n`))
    assert.equal(await rows(data), 120_000)
  })

  test('takes folders', async () => {
    await using folder = await dataFolder()
    const { data } = folder
    await mkdir(join(data, 'logs', 'old'), { recursive: true })
    await writeFile(join(data, 'logs', 'a'), log(2))
    await writeFile(join(data, 'logs', 'old', 'b'), log(3, { source: '203.0.113.9' }))
    await bring(data, '--no-wait', join(data, 'logs'))
    assert.equal(await rows(data), 5)
  })
})
