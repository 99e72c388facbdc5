import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { ByteString } from '../../../src/event/bytes.ts'
import { eventKinds } from '../../../src/event/catalogue.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { cowrie } from '../../../src/importers/cowrie/cowrie.ts'
import type { FoundEvent } from '../../../src/importers/importer.ts'
import { cowrieJson } from '../../../src/outputs/cowrie-json/cowrie-json.ts'
import { dialects, type Dialect } from '../../../src/outputs/cowrie-json/dialect.ts'
import { cowrieLines } from '../../../src/outputs/cowrie-json/lines.ts'
import { writers } from '../../../src/outputs/cowrie-json/writers.ts'
import { conforms } from '../conformance.ts'
import { anyEvent, eventOf } from '../events.ts'

conforms(cowrieJson, {
  broken: async (folder) => {
    await mkdir(join(folder, 'taken'))
    return { path: 'taken' }
  },
})

const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'cowrie')
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-cowrie-json-'))
})
after(() => rm(folder, { recursive: true }))

const bytes = (text: string) => text as ByteString
const sha256 = 'ab'.repeat(32)

function written(event: SundewEvent, dialect: Dialect): Record<string, unknown>[] {
  return cowrieLines(event, dialect).map((line) => JSON.parse(line) as Record<string, unknown>)
}

let files = 0
/** What `sundew import cowrie` makes of lines. */
async function imported(lines: string): Promise<FoundEvent[]> {
  const file = join(folder, `${files++}.json`)
  await writeFile(file, lines)
  const desk = { choice: {}, capture: () => assert.fail('no body') }
  const found = await Array.fromAsync(cowrie.find(file, desk))
  assert.deepEqual(
    found.filter((one) => one.found === 'trouble' && !one.expected),
    [],
  )
  return found.filter((one) => one.found === 'event')
}

const target = { target_host: bytes('mx.example'), target_port: 25 }

/** One of each kind that both sides know whole. */
const known: readonly SundewEvent[] = [
  eventOf('connection.open', { decoy_port: 22 }),
  eventOf('client.fingerprint', {
    method: 'version',
    fingerprint: 'SSH-2.0-Go',
    software: bytes('SSH-2.0-Go'),
  }),
  eventOf('login.attempt', {
    user_name: bytes('root'),
    password: bytes('p"\\ \xc3\xa4'),
    mechanism: 'password',
    accepted: false,
  }),
  eventOf('login.attempt', {
    user_name: bytes('root'),
    password: bytes(''),
    mechanism: 'password',
    accepted: true,
  }),
  eventOf('command.run', { command: bytes('echo "\\x41" \xe2\x80\xa8 \x01') }),
  eventOf('command.run', { command: bytes('secret'), via: 'input' }),
  {
    ...eventOf('tunnel.open', {
      origin_host: bytes('127.0.0.1'),
      origin_port: 5,
      outcome: 'opened',
      answered_by: 'sink',
    }),
    ...target,
  },
  {
    ...eventOf('tunnel.data', { direction: 'received', data: bytes('\x16\x03\x00\'"\\\xff') }),
    ...target,
  },
  eventOf('file.download_requested', { url: bytes('http://192.0.2.66/x'), outcome: 'failed' }),
  eventOf('file.download_requested', {
    url: bytes('http://192.0.2.66/x'),
    outcome: 'fetched',
    file_sha256: sha256,
    file_name: bytes('/tmp/x'),
  }),
  eventOf('file.captured', {
    file_sha256: sha256,
    file_name: bytes('/root/a b'),
    mime_type: '',
    size_bytes: 0,
    via: 'sftp',
  }),
  eventOf('file.captured', {
    file_sha256: sha256,
    file_name: bytes('x'),
    mime_type: '',
    size_bytes: 0,
    via: 'scp',
  }),
  eventOf('file.captured', {
    file_sha256: sha256,
    file_name: bytes('/etc/cron'),
    mime_type: '',
    size_bytes: 0,
    via: 'shell',
  }),
  eventOf('protocol.malformed', { reason: 'ssh.malformed-packet', detail: bytes('\x14\x00\xff') }),
  eventOf('connection.close', { duration_ms: 2977, received_bytes: 0, sent_bytes: 0, reason: 'peer' }),
]

const stripped = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

describe('what is written as Cowrie’s log', () => {
  test('has a place for every kind, or leaves it out on purpose', () => {
    assert.deepEqual(Object.keys(writers).sort(), [...eventKinds].sort())
    const left = eventKinds.filter((kind) => !cowrieJson.wants(kind))
    assert.deepEqual(left.sort(), [
      'alert.raised',
      'connection.wanted',
      'flow.exporter',
      'http.request',
      'intel.match',
      'intel.published',
      'intel.pulled',
      'limit.reached',
      'mail.probe',
      'mail.received',
      'scan.detected',
      'secret.typed',
      'sensor.status',
      'syslog.unparsed',
      'tunnel.close',
      'tunnel.listen',
    ])
  })

  for (const dialect of dialects) {
    test(`comes back as it was when "sundew import cowrie" reads it, as of ${dialect}`, async () => {
      const got = await imported(known.flatMap((event) => cowrieLines(event, dialect)).join(''))
      assert.deepEqual(
        got.map(({ kind, fields }) => [kind, stripped(fields)]),
        known.map(({ kind, fields }) => [kind, fields]),
      )
      for (const { ms, context } of got) {
        assert.equal(Math.round(ms * 1000), Date.UTC(2026, 10, 25, 1, 8, 48) * 1000 + 123)
        const { source_ip, source_port, destination_ip, destination_port, service, sensor } = context!
        assert.deepEqual(
          [source_ip, source_port, destination_ip, destination_port, service, sensor],
          ['192.0.2.7', 4711, '198.51.100.9', 2222, 'ssh', 'pot'],
        )
      }
      assert.equal(new Set(got.map(({ context }) => context!.session)).size, 1)
    })
  }

  test('differs by dialect where Cowrie did', () => {
    const close = eventOf('connection.close', {
      duration_ms: 2977,
      received_bytes: 0,
      sent_bytes: 0,
      reason: 'peer',
    })
    assert.deepEqual(
      dialects
        .map((dialect) => written(close, dialect)[0]!)
        .map(({ duration, duration_ms, message }) => [duration, duration_ms, message]),
      [
        [2.977, undefined, 'Connection lost after 2 seconds'],
        [undefined, 2977, 'Connection lost after 2977 milliseconds'],
        [undefined, 2977, 'Connection lost after 2977 milliseconds'],
      ],
    )
    const tunnel = known.find(({ kind }) => kind === 'tunnel.open')!
    assert.deepEqual(
      dialects
        .map((dialect) => written(tunnel, dialect)[0]!)
        .map(({ src_ip, src_port, orig_ip, orig_port, dst_ip }) => [
          src_ip,
          src_port,
          orig_ip,
          orig_port,
          dst_ip,
        ]),
      [
        ['192.0.2.7', 5, undefined, undefined, 'mx.example'],
        ['192.0.2.7', 5, undefined, undefined, 'mx.example'],
        ['192.0.2.7', 4711, '127.0.0.1', 5, 'mx.example'],
      ],
    )
    const login = eventOf('login.attempt', {
      user_name: bytes('a\xff'),
      password: bytes('\\'),
      mechanism: 'password',
      accepted: false,
    })
    assert.deepEqual(
      dialects
        .map((dialect) => written(login, dialect)[0]!)
        .map(({ username, password, protocol }) => [username, password, protocol]),
      [
        ['a\ufffd', '\\', undefined],
        ['a\ufffd', '\\', undefined],
        ['a\\xff', '\\\\', 'ssh'],
      ],
    )
  })

  test('has, of a real log of 2023 that was imported, the same events with the same fields', async () => {
    const log = await readFile(join(samples, 'ssh-2023.json'), 'utf8')
    const theirs = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const events = (await imported(log)).map(({ kind, fields, context, ms }) => {
      const time = new Date(Math.floor(ms))
        .toISOString()
        .replace('Z', `${String(Math.round((ms % 1) * 1000)).padStart(3, '0')}000Z`)
      return { ...eventOf(kind, fields as never, context), time, sensor: '' } as SundewEvent
    })
    const ours = events.flatMap((event) => written(event, '3.0.3'))
    const notTaken = ['cowrie.session.params', 'cowrie.command.failed', 'cowrie.log.closed']
    // What is not kept: the session's id, the place of the file, and whole microseconds of a duration.
    const same = ({
      outfile: _o,
      session: _s,
      message: _m,
      duration: _d,
      duplicate: _du,
      ...rest
    }: Record<string, unknown>) => rest
    assert.deepEqual(
      ours.map(same),
      theirs.filter(({ eventid }) => !notTaken.includes(String(eventid))).map(same),
    )
  })

  test('tells a key as Cowrie does, twice and by its MD5, which is one attempt again when it is imported', async () => {
    const key = eventOf('login.attempt', {
      user_name: bytes('root'),
      mechanism: 'publickey',
      key_type: 'ssh-ed25519',
      key_fingerprint: 'SHA256:x',
      key_blob: bytes('\x00\x01\xff'),
      accepted: false,
    })
    const lines = cowrieLines(key, '3.0.6')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { eventid: string }).eventid),
      ['cowrie.client.fingerprint', 'cowrie.login.failed'],
    )
    const [back, ...more] = await imported(lines.join(''))
    assert.deepEqual(more, [])
    assert.deepEqual(back!.fields, {
      ...key.fields,
      key_fingerprint: 'ff:bb:8c:d5:a2:32:b7:d9:06:90:45:33:e9:60:9f:48',
    })
  })

  test('is of SSH and telnet only, and tells nothing where Cowrie would not', () => {
    const silent: SundewEvent[] = [
      eventOf('command.run', { command: bytes(''), via: 'shell' }),
      eventOf('command.run', { command: bytes('sftp'), via: 'subsystem' }),
      eventOf('tunnel.listen', { listen_host: bytes(''), listen_port: 0, granted: true }),
      eventOf('login.attempt', { user_name: bytes('x'), mechanism: 'none', accepted: false }),
      { ...known[0]!, kind: 'a.new_kind' } as unknown as SundewEvent,
    ]
    for (const event of silent)
      for (const dialect of dialects) assert.deepEqual(cowrieLines(event, dialect), [])
  })

  test('is one line of ASCII JSON for each event, whatever an intruder sent, and always said to be of whom it is', () => {
    fc.assert(
      fc.property(anyEvent, fc.constantFrom(...dialects), (event, dialect) => {
        for (const line of cowrieLines(event, dialect)) {
          assert.match(line, /^[\x20-\x7e]+\n$/)
          const { eventid, src_ip, session, timestamp, sensor } = JSON.parse(line) as Record<string, string>
          assert.match(eventid!, /^cowrie\.[a-z.-]+/)
          assert.deepEqual([src_ip, sensor, timestamp], ['192.0.2.7', 'pot', '2026-11-25T01:08:48.000123Z'])
          assert.match(session!, /^[0-9a-f]{12}$/)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
