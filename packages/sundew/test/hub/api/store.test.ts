import type { ClickHouseClient } from '@clickhouse/client'
import { createClient } from '@clickhouse/client'
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { rfc3339 } from '../../../src/core/clock.ts'
import { uuidv7 } from '../../../src/core/id.ts'
import { byteString, type ByteString } from '../../../src/event/bytes.ts'
import type { EventKind } from '../../../src/event/catalogue.ts'
import type { KindFields, SundewEvent } from '../../../src/event/event.ts'
import type {
  Counts,
  EventRow,
  FileRow,
  MailDetail,
  MailRow,
  SpammerRow,
  TunnelReport,
} from '../../../src/hub/api/contract.ts'
import { eventInsertSettings, EventsBlock } from '../../../src/store/events-table.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { startStore, type RunningStore } from '../../../src/store/store.ts'
import { startTestApi, type TestApi } from './host.ts'

const passwords = { sundew: 'writes', reader: 'reads' }
const sha256 = 'ab'.repeat(32)
let folder: string
let store: RunningStore
let writer: ClickHouseClient
let t: TestApi
let cookie: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sundew-kept-'))
  store = await startStore({ directory: join(folder, 'store'), host: '127.0.0.1', port: 0, passwords })
  const { url } = store
  await migrate({ url, database: 'sundew', user: 'sundew', password: passwords.sundew })
  const open = (username: 'sundew' | 'reader') =>
    createClient({ url, database: 'sundew', username, password: passwords[username], log: { level: 127 } })
  writer = open('sundew')
  t = await startTestApi({
    store: open('reader'),
    openFile: (name) =>
      Promise.resolve(name === sha256 ? Readable.from([Buffer.from([0x3c, 0x00, 0xff])]) : undefined),
  })
  cookie = await t.logIn()
})

after(async () => {
  await t[Symbol.asyncDispose]()
  await writer.close()
  await store.close()
  await rm(folder, { recursive: true })
})

const ask = (path: string) => t.ask(path, { headers: { Cookie: cookie } })
async function get<T>(path: string): Promise<T> {
  const answer = await ask(path)
  assert.equal(answer.status, 200, answer.text)
  return answer.json() as T
}

const started = Date.now()

/** Milliseconds since the epoch and nanoseconds past them. */
const at = (ms: number, ns = 0) => ({ ms, ns })
function event<K extends EventKind>(
  kind: K,
  fields: KindFields<K>,
  { source = '192.0.2.7', service = 'smtp', secondsAgo = 1 } = {},
): SundewEvent<K> {
  const moment = at(started - secondsAgo * 1000 + 123, 456_789)
  return {
    id: uuidv7(moment),
    time: rfc3339(moment),
    kind,
    sensor: 's',
    session: '',
    service,
    transport: 'tcp',
    source_ip: source,
    source_port: 4000,
    destination_ip: '127.0.0.1',
    destination_port: 2525,
    fields,
  } as unknown as SundewEvent<K>
}

async function insertEvents(events: readonly SundewEvent[]): Promise<void> {
  const block = new EventsBlock()
  for (const each of events) block.push(each)
  await writer.exec({
    query: `INSERT INTO events (${EventsBlock.columns.join(', ')}) FORMAT Native`,
    values: Readable.from(block.encode(), { objectMode: false }),
    clickhouse_settings: eventInsertSettings,
  })
}

const sent = (text: string | Uint8Array) => byteString(Buffer.from(text as string))

/** As sent, and as it should be read. */
const hostile: readonly (readonly [Uint8Array | string, string])[] = [
  [Uint8Array.of(0x61, 0x00, 0xff), String.raw`a\x00\xff`],
  ['\u001b[2J\u001b]0;x\u0007', String.raw`\x1b[2J\x1b]0;x\x07`],
  ['a\u202egnp.exe', String.raw`a\xe2\x80\xaegnp.exe`],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ["'; DROP TABLE events; --", "'; DROP TABLE events; --"],
  ['\\x00 as text', String.raw`\\x00 as text`],
  ['{"a":"2026-11-25","b":12}', '{"a":"2026-11-25","b":12}'],
  ['2026-11-25 01:02:03', '2026-11-25 01:02:03'],
  ['Grüße 🎁', 'Grüße 🎁'],
  [Uint8Array.of(0xe2, 0x82), String.raw`\xe2\x82`],
]

test('what was sent is read the same from the store as live, column or not, alone or in a list', async () => {
  const bytes = hostile.map(([text]) => sent(text))
  const events = bytes.map((name, i) =>
    event(
      'http.request',
      {
        method: name,
        url: name,
        version: '1.1',
        user_agent: name,
        headers: bytes,
        status: 200,
        persona: 'apache',
        body_bytes: 0,
      },
      { source: '198.51.100.1', service: 'http', secondsAgo: 100 - i },
    ),
  )
  await insertEvents(events)
  const rows = await get<EventRow[]>('/api/events?kind=http.request&address=198.51.100.1')
  assert.deepEqual(
    rows.map(({ id }) => id),
    events.map(({ id }) => id).toReversed(),
  )
  for (const [i, row] of rows.toReversed().entries()) {
    const readable = hostile[i]![1]
    assert.deepEqual(row.fields, {
      method: readable,
      url: readable,
      version: '1.1',
      user_agent: readable,
      headers: hostile.map(([, text]) => text),
      status: 200,
      persona: 'apache',
      body_bytes: 0,
    })
    assert.equal(row.time, events[i]!.time)
    assert.equal(row.source_ip, '198.51.100.1')
  }
})

test('events are found by kind, service, address, prefix and time, newest first, also long past ones', async () => {
  const open = (source: string, secondsAgo: number, service = 'smtp') =>
    event('connection.open', { decoy_port: 25 }, { source, secondsAgo, service })
  const day = 86_400
  const a = open('203.0.113.1', 10)
  const b = open('203.0.113.200', 20, 'http')
  const c = open('2001:db8::1', 30)
  const d = open('203.0.113.1', 3 * day)
  const e = open('203.0.113.1', 200 * day)
  await insertEvents([a, b, c, d, e])
  const found = async (query: string) =>
    (await get<EventRow[]>(`/api/events?kind=connection.open&${query}`)).map(({ id }) => id)
  assert.deepEqual(await found('address=203.0.113.0/24'), [a.id, b.id, d.id, e.id])
  assert.deepEqual(await found('address=203.0.113.1&limit=1'), [a.id])
  assert.deepEqual(await found('address=203.0.113.1'), [a.id, d.id, e.id])
  assert.deepEqual(await found('address=::ffff:203.0.113.1'), [a.id, d.id, e.id])
  assert.deepEqual(await found('address=2001:db8::/32'), [c.id])
  assert.deepEqual(await found('address=203.0.113.0/24&service=http'), [b.id])
  assert.deepEqual(await found(`address=203.0.113.0/24&before=${a.time}`), [b.id, d.id, e.id])
  assert.deepEqual(await found(`address=203.0.113.0/24&since=${b.time}`), [a.id, b.id])
  assert.deepEqual(await found(`address=203.0.113.0/24&since=${d.time}&before=${b.time}`), [d.id])
  for (const bad of [
    'limit=0',
    'limit=1001',
    'limit=x',
    'since=yesterday',
    'before=2026-13-01T00:00:00Z',
    'address=1;2',
    'kind=x',
  ]) {
    assert.equal((await ask(`/api/events?${bad}`)).status, 400, bad)
  }
})

test('a list cuts long values, one event has them whole', async () => {
  const long = event('command.run', { command: 'x'.repeat(100_000) as ByteString })
  await insertEvents([long])
  const [row] = await get<EventRow[]>('/api/events?kind=command.run')
  assert.equal(row?.fields['command'], `${'x'.repeat(1024)}…`)
  const whole = await get<EventRow>(`/api/events/${long.id}`)
  assert.equal(whole.fields['command'], 'x'.repeat(100_000))
  assert.equal((await ask(`/api/events/${uuidv7(at(0, 1))}`)).status, 404)
  assert.equal((await ask('/api/events/..%2f')).status, 400)
})

test('counts are by service and kind, and local events are no source', async () => {
  await insertEvents([
    event('sensor.status', { part: 'hub', state: 'started', message: '' }, { source: '::', service: 'hub' }),
    event('limit.reached', { limit: 'idle', value: 3 }, { service: 'counted', source: '192.0.2.99' }),
    event(
      'limit.reached',
      { limit: 'idle', value: 3 },
      { service: 'counted', source: '192.0.2.99', secondsAgo: 3 * 3600 },
    ),
  ])
  const of = (counts: Counts) => counts.services.filter(({ service }) => service === 'counted')
  assert.deepEqual(of(await get<Counts>('/api/counts?hours=1')), [
    { service: 'counted', kind: 'limit.reached', count: 1 },
  ])
  const day = await get<Counts>('/api/counts')
  assert.equal(of(day)[0]?.count, 2)
  const [{ n } = { n: '' }] = await (
    await writer.query({
      query:
        "SELECT toString(uniqExact(source_ip)) AS n FROM events WHERE time > now() - INTERVAL 1 DAY AND source_ip != '::'",
      format: 'JSONEachRow',
    })
  ).json<{ n: string }>()
  assert.equal(day.sources, Number(n))
})

const hex = (bytes: ByteString) => `unhex('${Buffer.from(bytes, 'latin1').toString('hex')}')`

async function insertMail(mail: {
  id: string
  secondsAgo: number
  source: string
  from: ByteString
  to: readonly ByteString[]
  subject: ByteString
  raw: ByteString
  campaign?: string
  inFile?: boolean
  attachments?: readonly string[]
}): Promise<void> {
  const {
    id,
    secondsAgo,
    source,
    from,
    to,
    subject,
    raw,
    campaign = '',
    inFile = false,
    attachments = [],
  } = mail
  await writer.command({
    query: `INSERT INTO mails (id, time, source_ip, queue_id, helo, mail_from, rcpt_to, user_name, raw, raw_size, raw_sha256, stored, subject, urls, addresses, attachments, campaign)
      SELECT '${id}', now64(9) - ${secondsAgo}, toIPv6('${source}'), '4X', ${hex(from)}, ${hex(from)}, [${to.map(hex).join(', ')}], ${hex(from)},
        ${hex(inFile ? ('' as ByteString) : raw)}, ${raw.length}, '${sha256}', '${inFile ? 'file' : 'inline'}', ${hex(subject)},
        [${hex(from)}], [], [${attachments.map((name) => `'${name}'`).join(', ')}], '${campaign}'`,
  })
}

test('a mail of hostile bytes is listed, read and downloaded byte for byte', async () => {
  const [first] = hostile
  const id = uuidv7(at(started))
  const raw = byteString(Uint8Array.from({ length: 1024 }, (_, i) => i % 256))
  await insertMail({
    id,
    secondsAgo: 5,
    source: '192.0.2.50',
    from: sent(first![0]),
    to: hostile.map(([text]) => sent(text)),
    subject: sent('=?utf-8?B?R3LDvMOfZSDigK48Yj4=?='),
    raw,
    campaign: 'c1',
    attachments: [sha256],
  })
  const [row] = await get<MailRow[]>('/api/mails?address=192.0.2.50')
  assert.equal(row?.id, id)
  assert.match(row.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
  assert.equal(row.mail_from, first![1])
  assert.deepEqual(
    row.rcpt_to,
    hostile.map(([, text]) => text),
  )
  assert.equal(row.subject, String.raw`Grüße \xe2\x80\xae<b>`)
  assert.deepEqual([row.size_bytes, row.attachments, row.campaign], [1024, 1, 'c1'])

  const detail = await get<MailDetail>(`/api/mails/${id}`)
  assert.deepEqual(detail.attachment_sha256, [sha256])
  assert.deepEqual(detail.urls, [first![1]])
  assert.equal(detail.user_name, first![1])

  const download = await ask(`/api/mails/${id}/raw`)
  assert.deepEqual(download.bytes, Buffer.from(raw, 'latin1'))
  assert.equal(download.headers['content-type'], 'message/rfc822')
  assert.equal(download.headers['content-disposition'], `attachment; filename="${id}.eml"`)
  assert.match(String(download.headers['content-security-policy']), /sandbox$/)
  assert.equal((await ask(`/api/mails/${uuidv7(at(0, 1))}`)).status, 404)
  assert.equal((await ask(`/api/mails/${uuidv7(at(0, 1))}/raw`)).status, 404)
})

test('a large mail is downloaded from the file store', async () => {
  const id = uuidv7(at(started, 1))
  const empty = '' as ByteString
  await insertMail({
    id,
    secondsAgo: 6,
    source: '192.0.2.51',
    from: empty,
    to: [],
    subject: empty,
    raw: sent('x'),
    inFile: true,
  })
  assert.deepEqual((await ask(`/api/mails/${id}/raw`)).bytes, Buffer.from([0x3c, 0x00, 0xff]))
})

test('mails are found by campaign, and page by page', async () => {
  const empty = '' as ByteString
  const ids = Array.from({ length: 5 }, (_, i) => uuidv7(at(started, 1000 + i)))
  for (const [i, id] of ids.entries()) {
    await insertMail({
      id,
      secondsAgo: 1000 * (i + 1),
      source: '192.0.2.52',
      from: empty,
      to: [],
      subject: empty,
      raw: empty,
      campaign: i < 3 ? 'c2' : 'c3',
    })
  }
  const found = await get<MailRow[]>('/api/mails?campaign=c2')
  assert.deepEqual(
    found.map(({ id }) => id),
    ids.slice(0, 3),
  )
  const page = await get<MailRow[]>('/api/mails?address=192.0.2.52&limit=2')
  const next = await get<MailRow[]>(`/api/mails?address=192.0.2.52&limit=2&before=${page[1]?.time}`)
  assert.deepEqual(
    [...page, ...next].map(({ id }) => id),
    ids.slice(0, 4),
  )
  assert.equal((await ask("/api/mails?campaign=c2'")).status, 400)
})

test('who sent most comes first', async () => {
  const empty = '' as ByteString
  for (let i = 0; i < 30; i++) {
    await insertMail({
      id: uuidv7(at(started, 5000 + i)),
      secondsAgo: 60,
      source: i < 20 ? '203.0.113.7' : '203.0.113.8',
      from: empty,
      to: [],
      subject: empty,
      raw: sent('abc'),
      campaign: `s${i % 2}`,
    })
  }
  const rows = await get<SpammerRow[]>('/api/reports/spammers?days=14&limit=2')
  assert.deepEqual(
    rows.map(({ ip, spam_mails, campaigns, bytes }) => [ip, spam_mails, campaigns, bytes]),
    [
      ['203.0.113.7', 20, 2, 60],
      ['203.0.113.8', 10, 2, 30],
    ],
  )
  assert.match(rows[0]?.first_seen ?? '', /^\d{4}-.*T.*Z$/)
  assert.equal((await ask('/api/reports/spammers?days=0')).status, 400)
})

test('tunnels are counted by who asked, where they were to lead, and what was said in them', async () => {
  const tunnel = { tunnel: uuidv7(at(started)), target_host: sent('mx.example.org\u0000'), target_port: 25 }
  const open = (source: string, outcome: string, target = tunnel) => ({
    ...event(
      'tunnel.open',
      { origin_host: sent('::1'), origin_port: 4, outcome },
      { source, service: 'ssh' },
    ),
    ...target,
  })
  const web = { ...tunnel, target_host: sent('ip-api.com'), target_port: 80 }
  const request = (url: Uint8Array, host?: ByteString) => ({
    ...event('http.request', {
      method: sent('GET'),
      url: sent(url),
      version: '1.1',
      ...(host === undefined ? {} : { host }),
      headers: [],
      status: 200,
      persona: 'nginx',
      body_bytes: 0,
    }),
    ...web,
  })
  const mail = event('mail.received', {
    queue_id: 'q',
    helo: sent('ylmf-pc\u001b'),
    mail_from: sent(''),
    rcpt_to: [],
    size_bytes: 1,
    via: 'DATA',
  })
  await insertEvents([
    open('203.0.113.20', 'opened'),
    open('203.0.113.20', 'opened', web),
    open('203.0.113.20', 'refused', web),
    open('203.0.113.21', 'opened', web),
    { ...mail, ...tunnel },
    mail,
    request(Buffer.from('/json')),
    request(Buffer.from('/json')),
    request(Uint8Array.of(0x2f, 0xff), sent('other.example')),
  ] as SundewEvent[])
  const report = await get<TunnelReport>('/api/reports/tunnels?days=14&limit=5')
  assert.deepEqual(
    report.sources.map(({ ip, attempts, opened, targets }) => [ip, attempts, opened, targets]),
    [
      ['203.0.113.20', 3, 2, 2],
      ['203.0.113.21', 1, 1, 1],
    ],
  )
  assert.match(report.sources[0]?.last_seen ?? '', /^\d{4}-.*T.*Z$/)
  assert.deepEqual(report.targets, [
    { host: 'ip-api.com', port: 80, attempts: 3, sources: 2 },
    { host: String.raw`mx.example.org\x00`, port: 25, attempts: 1, sources: 1 },
  ])
  assert.deepEqual(report.ports, [
    { port: 80, attempts: 3, percent: 75, sources: 2 },
    { port: 25, attempts: 1, percent: 25, sources: 1 },
  ])
  assert.deepEqual(report.helos, [{ helo: String.raw`ylmf-pc\x1b`, mails: 1, sources: 1 }])
  assert.deepEqual(report.requests, [
    { method: 'GET', host: 'ip-api.com', url: '/json', requests: 2, sources: 1 },
    { method: 'GET', host: 'other.example', url: String.raw`/\xff`, requests: 1, sources: 1 },
  ])
  const [row] = await get<EventRow[]>('/api/events?kind=tunnel.open&address=203.0.113.21')
  assert.equal(row?.tunnel, tunnel.tunnel)
  assert.equal(row.target_host, 'ip-api.com')
  assert.equal(row.target_port, 80)
  const [direct] = await get<EventRow[]>('/api/events?kind=file.captured')
  assert.ok(direct === undefined || !('tunnel' in direct))
})

test('a file is one row however often it came, found by any source, and downloaded as nothing a browser opens', async () => {
  const name = sent('../../\u202e<b>\u0000.exe')
  for (const [i, source] of ['192.0.2.60', '192.0.2.61', '192.0.2.60'].entries()) {
    await writer.command({
      query: `INSERT INTO files (time, sha256, size, name, mime_claimed, mime_detected, source_ip, via, origin)
        SELECT now64(9) - ${100 - i}, '${sha256}', 3, ${hex(name)}, 'text/html', 'application/octet-stream', toIPv6('${source}'), 'put', 'event ${i}'`,
    })
  }
  for (const address of ['192.0.2.60', '192.0.2.61', '192.0.2.60/31']) {
    const [row, ...more] = await get<FileRow[]>(`/api/files?address=${address}`)
    assert.equal(more.length, 0)
    assert.deepEqual([row?.sha256, row?.times, row?.size_bytes, row?.source_ip], [sha256, 3, 3, '192.0.2.60'])
    assert.equal(row?.origin, 'event 0')
    assert.equal(row?.name, String.raw`../../\xe2\x80\xae<b>\x00.exe`)
  }
  assert.deepEqual(await get<FileRow[]>('/api/files?address=192.0.2.62'), [])
  const download = await ask(`/api/files/${sha256}`)
  assert.deepEqual(download.bytes, Buffer.from([0x3c, 0x00, 0xff]))
  assert.equal(download.headers['content-type'], 'application/octet-stream')
  assert.equal(download.headers['content-disposition'], `attachment; filename="${sha256}.bin"`)
  assert.match(String(download.headers['content-security-policy']), /sandbox$/)
  assert.equal(download.headers['x-content-type-options'], 'nosniff')
  assert.equal((await ask(`/api/files/${'0'.repeat(64)}`)).status, 404)
  assert.equal((await ask('/api/files/..%2f..%2fetc%2fpasswd')).status, 400)
})
