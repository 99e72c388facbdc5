import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import type { ClickHouseClient } from '@clickhouse/client'
import { now, rfc3339 } from '../../../src/core/clock.ts'
import { uuidv7 } from '../../../src/core/id.ts'
import { byteString } from '../../../src/event/bytes.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { takenByLogstalgia } from '../../outputs/logstalgia/taken.ts'
import { TestStore } from '../../store/running-store.ts'
import { dataFolder, start, startHub, sundew, type TestHub } from '../sundew.ts'

let folder: Awaited<ReturnType<typeof dataFolder>>
let store: TestStore
let hub: TestHub
let writer: ClickHouseClient

before(async () => {
  folder = await dataFolder()
  store = await TestStore.start()
  await migrate({ url: store.url, database: 'sundew', user: 'sundew', password: 'owner secret' })
  writer = store.client('sundew', { database: 'sundew' })
  hub = await startHub(folder.data, { store: store.client('reader', { database: 'sundew' }) })
  await packets(
    '2026-11-20T10:00:01.000Z 203.0.113.1 22',
    '2026-11-20T10:00:03.000Z 203.0.113.1 23',
    '2026-11-20T10:00:30.000Z 203.0.113.2 80',
  )
  await writer.command({
    query: `INSERT INTO events (id, time, kind, sensor, session, service, transport, source_ip, source_port, destination_ip, destination_port, user_name, password, fields)
      SELECT generateUUIDv7(), parseDateTime64BestEffort('2026-11-20T10:00:02.123456789Z', 9, 'UTC'), 'login.attempt', 'alpha', generateUUIDv7(), 'ssh', 'tcp',
        toIPv6('203.0.113.9'), 1, toIPv6('192.0.2.1'), 22, unhex('726f7c6f74ff'), '', '{"mechanism":"password","accepted":true}'`,
  })
  await writer.insert({
    table: 'flows',
    format: 'JSONEachRow',
    values: [
      {
        time: '2026-11-20 10:00:02.500',
        source_ip: '203.0.113.4',
        destination_ip: '192.0.2.1',
        destination_port: 443,
        protocol: 6,
        raw_bytes: 5000,
        raw_packets: 5,
        sampling_rate: 1,
      },
    ],
  })
})
after(async () => {
  await hub[Symbol.asyncDispose]()
  await store.stop()
  await folder[Symbol.asyncDispose]()
})

/** Each as `time source port`. */
async function packets(...rows: readonly string[]): Promise<void> {
  const values = rows.map((row) => {
    const [time = '', source_ip, port] = row.split(' ')
    const at = time.replace('T', ' ').replace('Z', '')
    return {
      time: at,
      received: at,
      kind: 'firewall.block',
      source_ip,
      destination_ip: '192.0.2.1',
      destination_port: Number(port),
      protocol: 6,
      device: 'gw',
    }
  })
  await writer.insert({ table: 'firewall', format: 'JSONEachRow', values })
}

const day = ['--from', '2026-11-20', '--to', '2026-11-21']

async function feed(...args: readonly string[]) {
  const ended = await sundew(['feed', 'logstalgia', ...args, '--data', folder.data])
  return { ...ended, lines: ended.stdout.split('\n').filter((line) => line !== '') }
}

/** A feed whose lines are read as they come. */
async function following(
  args: readonly string[],
  until: string,
  again: () => void | Promise<void>,
): Promise<string[]> {
  const child = start(['feed', 'logstalgia', '--follow', ...args, '--data', folder.data])
  let out = ''
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
  const closed = once(child, 'close')
  try {
    for (let times = 0; !out.includes(until); times++) {
      assert.ok(times < 300 && child.exitCode === null, `waited for ${until}; heard ${out}${said}`)
      await again()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    child.kill('SIGINT')
  }
  const [code] = (await closed) as [number]
  assert.equal(code, 0)
  return out.trim().split('\n')
}

function login(user: string): SundewEvent<'login.attempt'> {
  const moment = now()
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind: 'login.attempt',
    sensor: 'alpha',
    session: uuidv7(moment),
    service: 'ssh',
    transport: 'tcp',
    source_ip: '203.0.113.9',
    source_port: 40_000,
    destination_ip: '127.0.0.1',
    destination_port: 22,
    fields: {
      user_name: byteString(Buffer.from(user, 'latin1')),
      mechanism: 'publickey',
      key_type: 'ssh-rsa',
      accepted: false,
    },
  }
}

describe('sundew feed logstalgia out of the store', () => {
  it('tells firewalls’ lines, logins and flows together, in order, with where they were seen', async () => {
    const { lines, code } = await feed('--all', ...day)
    assert.equal(code, 0)
    assert.deepEqual(lines, [
      '1795168801|203.0.113.1|TCP:22|200|10|1|D55E00|||gw|',
      '1795168802|203.0.113.9|ro\\x7cot\\xff|(empty)|20|0|CC79A7|||alpha|ssh',
      '1795168802|203.0.113.4|TCP:443|192.0.2.1|5000|0|56B4E9',
      '1795168803|203.0.113.1|TCP:23|200|10|1|D55E00|||gw|',
      '1795168830|203.0.113.2|TCP:80|200|10|1|D55E00|||gw|',
    ])
    for (const line of lines) assert.ok(takenByLogstalgia(line))
  })

  it('tells what is asked for, in the time that is asked for', async () => {
    const { lines } = await feed(
      '--firewall',
      '--from',
      '2026-11-20T10:00:02Z',
      '--to',
      '2026-11-20T10:00:30Z',
    )
    assert.deepEqual(
      lines.map((line) => line.split('|')[2]),
      ['TCP:23'],
    )
    assert.deepEqual((await feed('--firewall', '--from', '2025-01-01', '--to', '2025-01-02')).lines, [])
  })

  it('leaves out in the store already what is more than the rate, and says how much', async () => {
    await packets(
      ...Array.from({ length: 400 }, () => '2026-11-18T10:00:01.000Z 203.0.113.1 22'),
      '2026-11-18T10:00:01.000Z 203.0.113.2 23',
    )
    const { lines, stderr } = await feed('--from', '2026-11-18', '--to', '2026-11-19', '--rate', '20')
    assert.equal(lines.length, 20)
    assert.equal(lines.filter((line) => line.includes('TCP:23')).length, 1)
    assert.match(stderr, /381 were left out/)
  })

  it('with --speed tells the past as of now, each at its time', async () => {
    const began = Math.floor(Date.now() / 1000)
    const { lines } = await feed('--firewall', ...day, '--speed', '20')
    const times = lines.map((line) => Number.parseInt(line, 10))
    assert.equal(lines.length, 3)
    assert.ok(times.every((time, index) => time >= (times[index - 1] ?? began)))
    assert.ok(times[2]! > times[0]!)
  })

  it('with --follow tells logins as they come, a key by its kind', async () => {
    const lines = await following(['--logins'], 'gu\\xc3\\xa9st', () =>
      hub.live.publish([login('gu\xc3\xa9st')]),
    )
    for (const line of lines)
      assert.match(line, /\|203\.0\.113\.9\|gu\\xc3\\xa9st\|key ssh-rsa\|20\|1\|E69F00\|\|\|alpha\|ssh$/)
  })

  it('with --follow tells a firewall’s lines when they came, whatever they say when they were', async () => {
    const began = Math.floor(Date.now() / 1000)
    let port = 1000
    const lines = await following(['--firewall'], 'TCP:10', async () => {
      await packets(`${new Date().toISOString()} 203.0.113.1 ${port++}`)
    })
    assert.ok(lines.length > 0)
    for (const line of lines) assert.ok(Number.parseInt(line, 10) >= began)
    assert.equal(new Set(lines.map((line) => line.split('|')[2])).size, lines.length, 'none is told twice')
  })

  it('with --follow ends with 0 and no word where nobody reads any more', async () => {
    const child = start(['feed', 'logstalgia', '--follow', '--logins', '--data', folder.data])
    let said = ''
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
    const closed = once(child, 'close')
    child.stdout.once('data', () => child.stdout.destroy())
    for (let times = 0; child.exitCode === null && times < 300; times++) {
      hub.live.publish([login('again')])
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    child.kill('SIGKILL')
    const [code] = (await closed) as [number | null]
    assert.deepEqual([code, said], [0, ''])
  })

  it('is refused where no Sundew runs', async () => {
    await using nowhere = await dataFolder()
    for (const args of [['--follow'], []]) {
      const { code, stderr } = await sundew(['feed', 'logstalgia', ...args, '--data', nowhere.data])
      assert.equal(code, 69)
      assert.match(stderr, /SUNDEW_NOT_RUNNING/)
    }
  })
})
