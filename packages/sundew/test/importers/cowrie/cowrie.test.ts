import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { localContext } from '../../../src/event/event.ts'
import type { KindFields } from '../../../src/event/event.ts'
import type { EventKind } from '../../../src/event/catalogue.ts'
import { cowrie } from '../../../src/importers/cowrie/cowrie.ts'
import { leftOutEvents, makers } from '../../../src/importers/cowrie/events.ts'
import type { Found, FoundEvent, ImportDesk, Trouble } from '../../../src/importers/importer.ts'
import { lineLimits } from '../../../src/importers/lines.ts'
import { parseKexInit } from '../../../src/wire/ssh/kex/kex-init.ts'
import { hassh } from '../../../src/wire/ssh/kex/hassh.ts'
import { faultsOf } from '../../decoys/valid.ts'

const samples = join(import.meta.dirname, '..', '..', '..', '..', '..', 'testdata', 'cowrie')
let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-cowrie-'))
})
after(() => rm(folder, { recursive: true }))

interface Got {
  readonly events: readonly FoundEvent[]
  readonly troubles: readonly Trouble[]
  readonly leftOut: readonly Trouble[]
}

const newDesk = (): ImportDesk => ({ choice: {}, capture: () => assert.fail('no body') })

async function find(path: string, desk = newDesk()): Promise<Got> {
  const all: Found[] = await Array.fromAsync(cowrie.find(path, desk))
  const troubles = all.filter((one) => one.found === 'trouble')
  const events = all.filter((one) => one.found === 'event')
  for (const { kind, fields, context } of events) {
    const event = { ...localContext('test', 'import'), ...context, id: '', time: '', kind, fields }
    assert.deepEqual(faultsOf(event), [])
  }
  return {
    events,
    troubles: troubles.filter((one) => !one.expected),
    leftOut: troubles.filter((one) => one.expected),
  }
}

let files = 0
async function findIn(text: string | Uint8Array, name = `${files++}.json`): Promise<Got> {
  const file = join(folder, name)
  await writeFile(file, text)
  return find(file)
}

const kinds = ({ events }: Got) => events.map(({ kind }) => kind)
function only<K extends EventKind>({ events }: Got, kind: K): KindFields<K>[] {
  return events.filter((event) => event.kind === kind).map((event) => event.fields as KindFields<K>)
}
const record = (eventid: string, fields: object, second = 0) =>
  `${JSON.stringify({ eventid: `cowrie.${eventid}`, session: '0123456789ab', src_ip: '192.0.2.1', timestamp: `2025-01-01T00:00:0${second}.000001Z`, sensor: 'pot', ...fields })}\n`

describe('sundew import cowrie, of logs as they are', () => {
  test('an SSH session of 2023 has its story, its client and its times', async () => {
    const got = await find(join(samples, 'ssh-2023.json'))
    assert.deepEqual(got.troubles, [])
    assert.deepEqual(kinds(got), [
      'connection.open',
      'client.fingerprint',
      'client.fingerprint',
      'login.attempt',
      'command.run',
      'command.run',
      'file.download_requested',
      'connection.close',
    ])
    assert.equal(new Set(got.events.map(({ context }) => context?.session)).size, 1)
    assert.deepEqual(got.events[3]!.context, {
      session: got.events[0]!.context!.session,
      service: 'ssh',
      transport: 'tcp',
      source_ip: '165.232.188.209',
      source_port: 56328,
      destination_ip: '172.31.5.68',
      destination_port: 2222,
    })
    assert.equal(got.events[0]!.ms, Date.UTC(2023, 10, 4, 11, 47, 1) + 75.284)
    const [version, kex] = only(got, 'client.fingerprint')
    assert.deepEqual(version, { method: 'version', fingerprint: 'SSH-2.0-Go', software: 'SSH-2.0-Go' })
    const init = parseKexInit(Buffer.from(kex!.raw!, 'latin1'))
    assert.ok(init.state === 'read')
    assert.equal(hassh(init.message), kex!.fingerprint)
    assert.deepEqual(only(got, 'login.attempt'), [
      { user_name: 'root', password: 'root', mechanism: 'password', accepted: true },
    ])
    assert.equal(only(got, 'connection.close')[0]!.duration_ms, 2977)
    assert.deepEqual(only(got, 'file.download_requested'), [
      {
        url: 'https://ipinfo.io/org',
        outcome: 'fetched',
        file_sha256: '8a57f997513e762dec5cd58a2de822cdf3d2c7ef6372da6c5be01311e96e8358',
        file_name: undefined,
      },
    ])
  })

  test('a telnet session of 2023 is telnet', async () => {
    const got = await find(join(samples, 'telnet-2023.json'))
    assert.deepEqual(got.troubles, [])
    assert.equal(only(got, 'command.run').length, 6)
    assert.deepEqual(new Set(got.events.map(({ context }) => context!.service)), new Set(['telnet']))
    assert.equal(only(got, 'connection.open')[0]!.decoy_port, 23)
  })

  test('tunnels of 2018 keep the peer apart from what the tunnel’s client says it is', async () => {
    const got = await find(join(samples, 'tunnels-2018.json'))
    assert.deepEqual([got.troubles, got.leftOut], [[], []])
    assert.deepEqual(only(got, 'tunnel.open')[0], {
      origin_host: '::1',
      origin_port: 25881,
      outcome: 'opened',
      answered_by: 'sink',
    })
    const { context: first } = got.events.find(({ kind }) => kind === 'tunnel.open')!
    assert.deepEqual([first!.target_host, first!.target_port], ['66.218.85.52', 25])
    for (const { context } of got.events) {
      assert.deepEqual(
        [context!.source_ip, context!.source_port, context!.sensor],
        ['5.188.86.198', 0, 'yoda'],
      )
    }
  })

  test('a text log of 2021 and 2024 gives logins, tunnels and the bytes sent through them', async () => {
    const got = await find(join(samples, 'tunnels-2021.log'))
    assert.deepEqual(got.troubles, [])
    assert.deepEqual(kinds(got), [
      'tunnel.data',
      'tunnel.data',
      'login.attempt',
      'tunnel.open',
      'tunnel.data',
    ])
    const [post, , hello] = only(got, 'tunnel.data')
    assert.match(post!.data, /^POST \/xmlrpc\.php HTTP\/1\.1\r\n.*<value>password11\r<\/value>/s)
    assert.equal(hello!.data.slice(0, 6), '\x16\x03\x01\x02\x00\x01')
    assert.deepEqual(only(got, 'login.attempt'), [
      { user_name: 'root', password: 'admin01', mechanism: 'password', accepted: true },
    ])
    assert.equal(got.events[2]!.context!.session, got.events[4]!.context!.session)
  })

  test('a text log of 2024 gives commands and the keys that were shown', async () => {
    const got = await find(join(samples, 'commands-2024.log'))
    assert.deepEqual(got.troubles, [])
    assert.equal(only(got, 'command.run').length, 5)
    assert.match(only(got, 'command.run')[4]!.command, /echo -e '\\x63\\x6F/)
    assert.deepEqual(only(got, 'login.attempt'), [
      {
        user_name: 'root',
        mechanism: 'publickey',
        key_type: 'sk-ssh-ed25519@openssh.com',
        key_fingerprint: 'd4:a7:89:ac:f4:0e:c0:29:7c:5b:2e:4b:56:4e:e9:f7',
        accepted: false,
      },
    ])
  })

  test('the syslog of 2016, which has no times, is of when it was written', async () => {
    const got = await find(join(samples, 'syslog-2016.log'))
    assert.deepEqual(got.troubles, [])
    assert.deepEqual(
      only(got, 'login.attempt').map(({ user_name, accepted }) => [user_name, accepted]),
      [
        ['ts', false],
        ['apache', false],
        ['games', false],
        ['minecraft', false],
        ['admin', true],
      ],
    )
    assert.equal(got.events[4]!.ms, Date.UTC(2016, 10, 29, 12, 46, 2))
    assert.equal(got.events[5]!.context!.source_ip, '::') // "censored"
    assert.equal(got.leftOut.length, 1) // Command not found
  })
})

describe('sundew import cowrie', () => {
  test('knows every event id of Cowrie’s, and takes it or leaves it out on purpose', async () => {
    for (const event of leftOutEvents) assert.ok(!(event in makers), event)
    const left = await findIn([...leftOutEvents].map((event) => record(event, {})).join(''))
    assert.deepEqual(
      [left.events.length, left.troubles.length, left.leftOut.length],
      [0, 0, leftOutEvents.size],
    )
    const unknown = await findIn(record('future.event', {}) + record('constructor', {}))
    assert.equal(unknown.troubles[0]!.reason, 'events of kinds that this version does not know')
    assert.equal(unknown.troubles.length, 2)
  })

  test('reads durations and tunnels in each dialect', async () => {
    const got = await findIn(
      record('session.closed', { duration: 2.9774 }) +
        record('session.closed', { duration_ms: 2977 }) +
        record('session.closed', { duration: 'x' }) +
        record('direct-tcpip.request', {
          dst_ip: 'a.example',
          dst_port: 25,
          orig_ip: '127.0.0.1',
          orig_port: 4,
        }) +
        record('direct-tcpip.request', {
          dst_ip: 'a.example',
          dst_port: 25,
          src_port: 4,
          message: 'direct-tcp connection request to a.example:25 from 10.0.0.1:4',
        }) +
        record('direct-tcpip.request', { dst_ip: 'a.example', dst_port: 99999, message: [] }),
    )
    assert.deepEqual(
      only(got, 'connection.close').map(({ duration_ms }) => duration_ms),
      [2977, 2977, 0],
    )
    assert.deepEqual(
      only(got, 'tunnel.open').map(({ origin_host, origin_port }) => [origin_host, origin_port]),
      [
        ['127.0.0.1', 4],
        ['10.0.0.1', 4],
        ['', 0],
      ],
    )
  })

  test('takes names and passwords as they were sent: escaped by 3.0.6, as surrogates before, or plain', async () => {
    const modern = { protocol: 'ssh', src_port: 5, dst_ip: '192.0.2.2', dst_port: 2222 }
    const got = await findIn(
      record('login.failed', { username: 'a\\xff', password: 'b\\\\', ...modern }) +
        record('login.failed', { username: 'a\udcff', password: 'C:\\xff' }) +
        record('login.success', { username: 'ä' }),
    )
    assert.deepEqual(
      only(got, 'login.attempt').map(({ user_name, password }) => [user_name, password]),
      [
        ['a\xff', 'b\\'],
        ['a\xff', 'C:\\xff'],
        ['\xc3\xa4', undefined],
      ],
    )
  })

  test('tells a key once, though later versions write it twice', async () => {
    const key = { username: 'root', fingerprint: 'aa:bb', key: 'ssh-rsa AAAA', type: 'ssh-rsa' }
    const got = await findIn(
      record('client.fingerprint', key) +
        record('login.failed', key) +
        record('client.fingerprint', { ...key, fingerprint: 'cc' }) +
        record('login.success', { ...key, fingerprint: 'cc' }) +
        record('client.fingerprint', { ...key, fingerprint: 'dd' }) +
        record('login.failed', { username: 'root', password: 'x' }) +
        record('client.fingerprint', { ...key, fingerprint: 'ee' }),
    )
    assert.deepEqual(
      only(got, 'login.attempt').map(({ key_fingerprint, accepted, key_blob }) => [
        key_fingerprint,
        accepted,
        key_blob?.length,
      ]),
      [
        ['aa:bb', false, 3],
        ['cc', true, 3],
        ['dd', false, 3],
        [undefined, false, undefined],
        ['ee', false, 3],
      ],
    )
  })

  test('tells files that were brought apart from those that were asked for', async () => {
    const shasum = 'ab'.repeat(32)
    const got = await findIn(
      record('session.file_upload', {
        filename: 'x',
        shasum,
        destfile: '/tmp/x',
        message: 'SFTP Uploaded file',
      }) +
        record('session.file_upload', { filename: 'y', shasum, message: 'SCP Uploaded file' }) +
        record('session.file_download', { shasum, destfile: '/root/.ssh/authorized_keys' }) +
        record('session.file_download.failed', { url: 'http://192.0.2.3/z' }) +
        record('session.file_upload', { filename: 'y', shasum: 'no' }),
    )
    assert.deepEqual(
      only(got, 'file.captured').map(({ file_name, via }) => [file_name, via]),
      [
        ['/tmp/x', 'sftp'],
        ['y', 'scp'],
        ['/root/.ssh/authorized_keys', 'shell'],
      ],
    )
    assert.deepEqual(only(got, 'file.download_requested'), [{ url: 'http://192.0.2.3/z', outcome: 'failed' }])
    assert.equal(got.troubles.length, 1)
  })

  test('makes the same session of the same lines again, and of lines that go on in the next day’s file', async () => {
    const logs = join(folder, 'logs')
    await mkdir(logs)
    await writeFile(join(logs, 'cowrie.json'), record('session.closed', { duration: 9 }, 9))
    await writeFile(
      join(logs, 'cowrie.json.2025-01-01.gz'),
      gzipSync(
        record('session.connect', { src_port: 7, dst_ip: '192.0.2.9', dst_port: 2222, protocol: 'ssh' }) +
          record('command.input', { input: 'id' }, 1),
      ),
    )
    await writeFile(join(logs, 'notes.txt'), 'mine')
    const whole = await find(logs)
    assert.deepEqual(kinds(whole), ['connection.open', 'command.run', 'connection.close'])
    assert.deepEqual(
      whole.leftOut.map(({ reason }) => reason),
      ['files whose names are none of a log'],
    )
    const ids = whole.events.map(({ context }) => context!.session!)
    assert.equal(new Set(ids).size, 1)
    assert.match(ids[0]!, /^01941f29-7c00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.deepEqual(
      (await find(logs)).events.map(({ context, identity }) => [context, identity]),
      whole.events.map(({ context, identity }) => [context, identity]),
    )
    const desk = newDesk()
    await find(join(logs, 'cowrie.json.2025-01-01.gz'), desk)
    assert.equal((await find(join(logs, 'cowrie.json'), desk)).events[0]!.context!.session, ids[0])
  })

  test('knows a line again wherever it lies, packed or not', async () => {
    const line = record('command.input', { input: 'id' })
    const [plain] = (await findIn(line)).events
    const [packed] = (await findIn(gzipSync(`\r\n${line.trimEnd()}\r\n`))).events
    assert.equal(plain!.identity, packed!.identity)
    assert.equal(packed!.offset, 2)
  })

  test('joins a text log’s connection with the session it was announced as', async () => {
    const got = await findIn(
      '2024-01-01T00:00:00.000000Z [cowrie.ssh.factory.CowrieSSHFactory] New connection: 192.0.2.7:4711 (192.0.2.1:2222) [session: 85a2e6c7746c]\n' +
        '2024-01-01T00:00:01.000000Z [HoneyPotSSHTransport,3,192.0.2.7] login attempt [root/a/b] failed\n' +
        '2024-01-01T00:00:02+0000 [HoneyPotSSHTransport,3,192.0.2.7] Connection lost after 2 seconds\n',
    )
    assert.deepEqual(kinds(got), ['connection.open', 'login.attempt', 'connection.close'])
    assert.equal(new Set(got.events.map(({ context }) => context!.session)).size, 1)
    assert.equal(got.events[1]!.context!.source_port, 4711)
    assert.deepEqual(only(got, 'login.attempt')[0]!.password, 'a/b')
  })

  test('counts what is no log, cut short, too long or broken, and goes on after it', async () => {
    const fine = record('command.input', { input: 'id' })
    const lines = await findIn(
      `\x00\xff nonsense\n{"eventid":"cowrie.login.success"\n{}\n[]\n${record('command.input', { timestamp: 'never' })}${record('command.input', { timestamp: '2999-01-01T00:00:00Z' })}{"x":"${'y'.repeat(lineLimits.bytes)}"}\n${'['.repeat(50_000)}\n${fine}`,
    )
    assert.equal(lines.events.length, 1)
    assert.equal(lines.troubles.length, 8)
    const packed = gzipSync(fine.repeat(5000))
    const cut = await findIn(packed.subarray(0, packed.length - 20))
    assert.equal(cut.troubles.at(-1)!.reason, 'files that gzip cannot unpack to their end')
    assert.deepEqual((await findIn(Buffer.of(0x1f, 0x8b, 0xff, 0xff))).troubles.length, 1)
    await assert.rejects(find(join(folder, 'none')))
  })

  test('makes valid events of any field in any record', async () => {
    const names = [
      'session',
      'src_ip',
      'src_port',
      'dst_ip',
      'dst_port',
      'sensor',
      'protocol',
      'username',
      'password',
      'input',
      'url',
      'shasum',
      'data',
      'duration',
      'duration_ms',
      'hassh',
      'kexAlgs',
      'keyAlgs',
      'encCS',
      'macCS',
      'compCS',
      'langCS',
      'fingerprint',
      'key',
      'type',
      'message',
      'version',
      'orig_ip',
      'orig_port',
      'ja4',
      'destfile',
      'realm',
      '__proto__',
    ]
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(-1, 1e300, 65_536, '::ffff:192.0.2.1', '\udc80', '\ud800', "b'\\xff'", 'ab'.repeat(32)),
    )
    const fields = fc.dictionary(fc.constantFrom(...names), value)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(makers)), fields), { maxLength: 10 }),
        async (records) => {
          await findIn(records.map(([event, more]) => record(event, more)).join(''), 'any.json')
        },
      ),
      { numRuns: 300 },
    )
  })

  test('takes hostile text lines without a throw, in time that grows with their length', async () => {
    const head = '2024-01-01T00:00:00Z [HoneyPotSSHTransport,3,192.0.2.7] '
    const long = (piece: string) => `${head}${piece.repeat(Math.floor(900_000 / piece.length))}\n`
    const hostile = [
      "login attempt [b'",
      'login attempt [',
      "b'\\",
      'public key attempt for user  of type ',
      ' of type x',
      'direct-tcp forward to :',
      'Downloaded URL () with SHA-256 ',
      'with data ',
    ]
    const got = await findIn(
      hostile.map(long).join('') + `${head}login attempt [b'${"\\'".repeat(400_000)}'/b''] failed\n`,
    )
    assert.equal(got.troubles.length, 0)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await findIn(Buffer.concat([Buffer.from(head), bytes, Buffer.from('\n'), bytes]), 'text.log')
      }),
      { numRuns: 200 },
    )
  })

  test('reads the lines of every sample in any order without a throw', async () => {
    const lines = (
      await Promise.all(
        ['ssh-2023.json', 'tunnels-2021.log', 'syslog-2016.log'].map((name) =>
          readFile(join(samples, name), 'utf8'),
        ),
      )
    )
      .join('')
      .split('\n')
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(lines), fc.nat(400), async (some, cut) => {
        await findIn(
          some.map((line, i) => (i % 3 === 0 ? line.slice(0, cut) : line)).join('\n'),
          'shuffled.log',
        )
      }),
      { numRuns: 50 },
    )
  })
})
