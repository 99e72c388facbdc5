import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { takenByLogstalgia } from '../../outputs/logstalgia/taken.ts'
import { start, sundew } from '../sundew.ts'

const posts = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'logstalgia')
const post = (name: string) => readFile(join(posts, name), 'latin1')
const oslo = { TZ: 'Europe/Oslo' }
const block = (time: string, source: string, port: number) =>
  `${time} gw firewall,info BLOCK input: in:ether1 out:(unknown 0), src-mac 00:00:00:00:00:01, proto TCP (SYN), ${source}:40000->192.0.2.1:${port}, len 60\n`

async function feed(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}) {
  const ended = await sundew(['feed', 'logstalgia', ...args], { input, env })
  return { ...ended, lines: ended.stdout.split('\n').filter((line) => line !== '') }
}

describe('sundew feed logstalgia --log', () => {
  it('tells of a MikroTik’s line what the first script told, with success and a colour behind', async () => {
    const [wanted = ''] = (await post('mikrotik.out.logstalgia')).split('\n')
    const { lines, code } = await feed(['--log', '-', '--year', '2016'], await post('mikrotik.in.log'), oslo)
    assert.deepEqual(lines, [`${wanted}|1|D55E00`])
    assert.equal(code, 0)
  })

  it('reads a clock without a zone as it was put at that time of the year', async () => {
    const times = ['Jan 10 12:00:00', 'Jul 10 12:00:00', 'Nov 10 12:00:00']
    const login = "cowrie: [HoneyPotSSHTransport,7,203.0.113.6] login attempt [b'pi'/b'x'] failed"
    const log = times.map((time) => `${block(time, '203.0.113.1', 1)}${time} gw ${login}\n`)
    const { lines } = await feed(['--log', '-', '--year', '2024'], log.join(''), oslo)
    const utc = ['01-10T11', '07-10T10', '11-10T11'].map((hour) => Date.parse(`2024-${hour}:00:00Z`) / 1000)
    assert.deepEqual(
      lines.map((line) => Number.parseInt(line, 10)),
      utc.flatMap((second) => [second, second]),
    )
    // As POSIX has it, no name is UTC.
    const named = await feed(['--log', '-', '--year', '2024'], log.join(''), { TZ: '' })
    assert.equal(
      named.lines[2],
      `${Date.parse('2024-07-10T12:00:00Z') / 1000}|203.0.113.1|TCP:1|200|10|1|D55E00`,
    )
  })

  it('tells of Cowrie’s logins what the first script told, as of when the lines come', async () => {
    const wanted = (await post('cowrie-logins.out.logstalgia')).trim().split('\n')
    const began = Math.floor(Date.now() / 1000)
    const { lines } = await feed(['--log', '-'], await post('cowrie-logins.in.log'))
    const withoutTime = (line: string) => line.slice(line.indexOf('|'))
    assert.deepEqual(
      lines.slice(0, wanted.length).map(withoutTime),
      wanted.map((line) => `${withoutTime(line)}|E69F00`),
    )
    for (const line of lines) assert.ok(Number.parseInt(line, 10) >= began)
  })

  it('tells logins of every version of Cowrie, JSON and text, with what was let in as such', async () => {
    const log = [
      '{"eventid":"cowrie.login.success","username":"ro|ot","password":"a\\nb","timestamp":"2023-11-04T10:00:00.5Z","src_ip":"203.0.113.5","session":"x"}',
      "2024-11-04T10:00:00+0000 [HoneyPotSSHTransport,7,203.0.113.6] login attempt [b'pi'/b'rasp\\xc3\\xbc'] failed",
      '{"eventid":"cowrie.command.input","input":"login attempt [x/y] failed","timestamp":"2023-11-04T10:00:00.5Z"}',
    ].join('\n')
    const { lines } = await feed(['--logins', '--log', '-'], log)
    assert.deepEqual(lines, [
      '1699092000|203.0.113.5|ro\\x7cot|a\\x0ab|20|0|CC79A7',
      '1730714400|203.0.113.6|pi|rasp\\xc3\\xbc|20|1|E69F00',
    ])
  })

  it('takes a firewall’s line within a name for the name that it is', async () => {
    const forged = block('2024-11-04T10:00:00Z', '192.0.2.66', 22).trim()
    const log = `2024-11-04T10:00:00+0000 [HoneyPotSSHTransport,7,203.0.113.6] login attempt [${forged}/x] failed\n`
    const { lines } = await feed(['--log', '-'], log)
    assert.equal(lines.length, 1)
    assert.match(lines[0]!, /^1730714400\|203\.0\.113\.6\|2024-11-04T10:00:00Z gw/)
  })

  it('tells times in order, between those asked for, and none to come', async () => {
    const log = [
      block('2024-11-04T10:00:05Z', '203.0.113.1', 1),
      block('2024-11-04T10:00:03Z', '203.0.113.2', 2),
      block('2106-01-01T00:00:00Z', '203.0.113.3', 3),
      block('1970-01-01T00:00:00Z', '203.0.113.4', 4),
      block('2024-11-04T10:00:06Z', '203.0.113.5', 5),
      block('2024-11-05T10:00:00Z', '203.0.113.6', 6),
    ].join('')
    const { lines, stderr } = await feed(['--log', '-', '--from', '2024-11-04', '--to', '2024-11-05'], log)
    assert.deepEqual(
      lines.map((line) => line.split('|').slice(0, 3)),
      [
        ['1730714405', '203.0.113.1', 'TCP:1'],
        ['1730714405', '203.0.113.2', 'TCP:2'],
        ['1730714406', '203.0.113.5', 'TCP:5'],
      ],
    )
    assert.match(stderr, /2 lines of another time; 1 lines of a time to come/)
  })

  it('tells of each second no more than the rate, shared among sources, and how many were left out', async () => {
    await using folder = await logFolder()
    const flood = block('2024-11-04T10:00:00Z', '203.0.113.1', 1).repeat(500)
    const quiet = block('2024-11-04T10:00:00Z', '203.0.113.2', 2)
    const after = block('2024-11-04T10:00:01Z', '203.0.113.1', 3)
    await writeFile(folder.log, flood + quiet + after)
    const { lines, stderr } = await feed(['--log', folder.log, '--rate', '10'])
    assert.equal(lines.length, 11)
    assert.equal(lines.filter((line) => line.includes('203.0.113.2')).length, 1)
    assert.match(stderr, /491 were left out, since they were more than 10 a second/)
  })

  it('tells an hour second by second though a line in it is of a clock that is ahead', async () => {
    await using folder = await logFolder()
    const began = Math.floor(Date.now() / 1000) - 2 * 86_400
    const times = Array.from({ length: 3600 }, (_, second) => began + second)
    times[0] = began + 2 * 86_400 + 3600
    times[1800] = began + 86_400
    const log = times.map((time) => block(new Date(time * 1000).toISOString(), '203.0.113.1', 1))
    await writeFile(folder.log, log.join(''))
    const { lines, stderr } = await feed(['--log', folder.log, '--rate', '10'])
    const told = lines.map((line) => Number.parseInt(line, 10))
    assert.equal(told.length, 3600)
    assert.deepEqual([told.at(1), told.at(-1), stderr], [began + 1, began + 3599, ''])
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    )
  })

  it('tells each line that Logstalgia takes, whatever bytes came', async () => {
    await using folder = await logFolder()
    const bytes = Buffer.alloc(1024 * 1024)
    for (let at = 0, value = 1; at < bytes.length; at++) {
      value = (value * 1_103_515_245 + 12_345) >>> 0
      bytes[at] = value >>> 16
    }
    const pieces = [
      bytes,
      Buffer.from('\n'),
      ...Array.from({ length: 500 }, (_, i) => {
        const name = bytes.subarray(i * 100, i * 100 + (i % 90)).filter((byte) => byte !== 0x0a)
        return Buffer.concat([
          Buffer.from('2024-11-04T10:00:00+0000 [HoneyPotSSHTransport,7,203.0.113.6] login attempt ['),
          name,
          Buffer.from('/'),
          name.toReversed(),
          Buffer.from('] failed\n'),
        ])
      }),
      Buffer.from(`[X,7,203.0.113.6] login attempt [${'|'.repeat(200_000)}/] failed\n`),
    ]
    await writeFile(folder.log, Buffer.concat(pieces))
    const { stdout, lines, code } = await feed(['--log', folder.log, '--rate', '10000'])
    assert.equal(code, 0)
    assert.ok(lines.length > 300, `${lines.length} of 500 logins`)
    assert.match(stdout, /^[\x20-\x7e\n]*$/)
    for (const line of lines) assert.ok(takenByLogstalgia(line), line)
  })

  it('of standard input tells a line when it is there, not when the next one comes', async () => {
    const child = start(['feed', 'logstalgia', '--log', '-'])
    try {
      for (const port of [1, 2]) {
        child.stdin.write(block(new Date().toISOString(), '203.0.113.1', port))
        const [line] = (await once(child.stdout, 'data')) as [Buffer]
        assert.match(line.toString(), new RegExp(`^\\d+\\|203\\.0\\.113\\.1\\|TCP:${port}\\|[^\\n]*\\n$`))
      }
    } finally {
      child.stdin.end()
    }
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 0)
  })

  it('with --follow tells it as of now, whatever clock the firewall has', async () => {
    const began = Math.floor(Date.now() / 1000)
    const { lines } = await feed(
      ['--log', '-', '--follow'],
      block('2016-11-04T10:00:00Z', '203.0.113.1', 1) + block('2015-11-04T10:00:00Z', '203.0.113.1', 2),
    )
    assert.equal(lines.length, 2)
    for (const line of lines) assert.ok(Number.parseInt(line, 10) >= began)
  })

  it('with --speed does not wait for a clock that is ahead, nor from one that was never set', async () => {
    await using folder = await logFolder()
    const times = ['1970-01-01T00:00:00Z', ...[0, 1, 2, 3].map((second) => `2024-11-04T10:00:0${second}Z`)]
    const log = times.with(3, '2025-11-04T10:00:00Z').map((time, port) => block(time, '203.0.113.1', port))
    await writeFile(folder.log, log.join(''))
    const { lines, code } = await feed(['--log', folder.log, '--speed', '10'])
    assert.equal(code, 0)
    assert.deepEqual(
      lines.map((line) => line.split('|')[2]),
      ['TCP:0', 'TCP:1', 'TCP:2', 'TCP:3', 'TCP:4'],
    )
  })

  it('with --speed takes as long as it took, so many times less', async () => {
    const log = ['10:00:00', '10:00:30', '10:01:00'].map((time, port) =>
      block(`2024-11-04T${time}Z`, '203.0.113.1', port),
    )
    const beganMs = performance.now()
    const { lines } = await feed(['--log', '-', '--speed', '40'], log.join(''))
    assert.ok(performance.now() - beganMs >= 1500)
    assert.deepEqual(
      lines.map((line) => line.split('|')[2]),
      ['TCP:0', 'TCP:1', 'TCP:2'],
    )
    const [first = 0, , last = 0] = lines.map((line) => Number.parseInt(line, 10))
    assert.ok(last >= first + 1)
  })

  it('ends with 0 and no word where nobody reads any more', async () => {
    await using folder = await logFolder()
    await writeFile(folder.log, block('2024-11-04T10:00:00Z', '203.0.113.1', 1).repeat(100_000))
    const child = start(['feed', 'logstalgia', '--log', folder.log, '--rate', '10000'])
    let said = ''
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = (await once(child, 'close')) as [number]
    assert.deepEqual([code, said], [0, ''])
  })

  it('ends at Ctrl-C though standard input stays open', async () => {
    const child = start(['feed', 'logstalgia', '--log', '-'])
    child.stdin.write(block(new Date().toISOString(), '203.0.113.1', 1))
    await once(child.stdout, 'data')
    child.kill('SIGINT')
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 0)
  })

  it('says what does not go together', async () => {
    for (const [args, what] of [
      [['--follow', '--from', '1h'], /--follow/],
      [['--follow', '--log', 'x.log'], /tail -F FILE/],
      [['--flows', '--log', '-'], /--flows/],
      [['--utc'], /--log/],
      [['--from', '2026-11-02', '--to', '2026-11-01'], /--from should be before/],
      [['--speed', '0'], /from 0\.1/],
    ] as const) {
      const { code, stderr } = await feed(args)
      assert.equal(code, 2, args.join(' '))
      assert.match(stderr, what)
    }
  })
})

async function logFolder(): Promise<{ log: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-feed-'))
  return {
    log: join(folder, 'a.log'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
