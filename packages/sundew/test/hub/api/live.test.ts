import assert from 'node:assert/strict'
import { request, type IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { byteString, type ByteString } from '../../../src/event/bytes.ts'
import type { SundewEvent } from '../../../src/event/event.ts'
import type { EventRow } from '../../../src/hub/api/contract.ts'
import { LiveFeed } from '../../../src/hub/api/live-feed.ts'
import { LiveBus } from '../../../src/hub/live.ts'
import { startTestApi, type TestApi } from './host.ts'

const bytes = (...values: number[]) => byteString(Uint8Array.from(values))

function login(user_name: ByteString, over: Partial<SundewEvent> = {}): SundewEvent {
  return {
    id: '0193600f-0000-7000-8000-000000000000',
    time: '2026-11-25T01:08:48.123456789Z',
    kind: 'login.attempt',
    sensor: 's',
    session: '',
    service: 'smtp',
    transport: 'tcp',
    source_ip: '192.0.2.7',
    source_port: 1,
    destination_ip: '::ffff:127.0.0.1',
    destination_port: 2525,
    fields: { user_name, mechanism: 'PLAIN', accepted: true },
    ...over,
  } as SundewEvent
}

interface Stream {
  readonly response: IncomingMessage
  /** The next message: its event's name and data. */
  next(): Promise<{ event: string; data: unknown } | undefined>
  close(): void
}

async function open(t: TestApi, path: string, cookie: string): Promise<Stream> {
  const { hostname: host, port } = new URL(t.api.url)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host, port, path, agent: false, headers: { Cookie: cookie } }, resolve)
      .on('error', reject)
      .end()
  })
  const chunks = response.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>
  let text = ''
  return {
    response,
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const message = text.slice(0, end)
          text = text.slice(end + 2)
          const data = /^data: (.*)$/m.exec(message)?.[1]
          if (data !== undefined) {
            return {
              event: /^event: (.*)$/m.exec(message)?.[1] ?? 'message',
              data: JSON.parse(data) as unknown,
            }
          }
          continue
        }
        const { value, done } = await chunks.next().catch(() => ({ value: '', done: true }))
        if (done === true) return undefined
        text += value
      }
    },
    close: () => response.destroy(),
  }
}

test('what a peer sent arrives as text that can move, forge and run nothing', async () => {
  await using t = await startTestApi()
  const stream = await open(t, '/api/live', await t.logIn())
  assert.equal(stream.response.headers['content-type'], 'text/event-stream')
  t.live.publish([
    login(bytes(0x61, 0x00, 0xff)),
    login(byteString(Buffer.from('\u001b]52;c;x\u0007\u202egnp.exe\n\ndata: []'))),
    login(byteString(Buffer.from('<script>alert(1)</script>'))),
  ])
  const rows = (await stream.next())?.data as EventRow[]
  assert.deepEqual(
    rows.map(({ fields }) => fields['user_name']),
    [
      String.raw`a\x00\xff`,
      String.raw`\x1b]52;c;x\x07\xe2\x80\xaegnp.exe\x0a\x0adata: []`,
      '<script>alert(1)</script>',
    ],
  )
  assert.equal(rows[0]?.destination_ip, '127.0.0.1')
  stream.close()
})

test('a filter by kind, service and address lets through what fits', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  const stream = await open(
    t,
    '/api/live?kind=login.attempt,mail.received&service=smtp&address=192.0.2.0/29',
    cookie,
  )
  const name = byteString(Buffer.from('x'))
  t.live.publish([
    login(name, { service: 'http', id: '1' }),
    login(name, { source_ip: '192.0.2.8', id: '2' }),
    login(name, { source_ip: '::1', id: '3' }),
    login(name, { kind: 'command.run', id: '4', fields: { command: name } } as Partial<SundewEvent>),
    login(name, { id: '5' }),
    login(name, { source_ip: '::ffff:192.0.2.7', id: '6' }),
  ])
  const rows = (await stream.next())?.data as EventRow[]
  assert.deepEqual(
    rows.map(({ id }) => id),
    ['5', '6'],
  )
  stream.close()
  for (const bad of [
    'kind=mail',
    'address=x',
    'address=1.2.3.4/33',
    'address=::/129',
    'service=A',
    `kind=${'a,'.repeat(40)}`,
  ]) {
    assert.equal((await t.ask(`/api/live?${bad}`, { headers: { Cookie: cookie } })).status, 400, bad)
  }
})

test('long values are cut in the live view, and marked', async () => {
  await using t = await startTestApi()
  const stream = await open(t, '/api/live', await t.logIn())
  t.live.publish([login('x'.repeat(1_000_000) as ByteString)])
  const rows = (await stream.next())?.data as EventRow[]
  assert.equal(rows[0]?.fields['user_name'], `${'x'.repeat(1024)}…`)
  stream.close()
})

test('logging out ends the live view', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  const stream = await open(t, '/api/live', cookie)
  await t.ask('/api/login', {
    method: 'DELETE',
    headers: { Cookie: cookie, 'Content-Type': 'application/json' },
  })
  assert.equal(await stream.next(), undefined)
})

test('a reader who does not read costs a bounded buffer and is told how many it missed', async () => {
  const bus = new LiveBus()
  const feed = new LiveFeed(bus)
  const end = new AbortController()
  const stream = feed.open({ kinds: [], services: [], address: undefined }, end.signal)
  const event = login('y'.repeat(500) as ByteString)
  const sent = 20_000
  for (let i = 0; i < sent / 100; i++) {
    bus.publish(Array.from({ length: 100 }, () => event))
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 110))
  }
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let seen = 0
  let missed = 0
  let bytesSeen = 0
  while (seen + missed < sent) {
    const { value, done } = await reader.read()
    if (done) break
    bytesSeen += value.length
    const text = decoder.decode(value)
    const data = /^data: (.*)$/m.exec(text)?.[1]
    if (data === undefined) continue
    const parsed = JSON.parse(data) as EventRow[] | { count: number }
    if (Array.isArray(parsed)) seen += parsed.length
    else missed += parsed.count
  }
  assert.equal(seen + missed, sent)
  assert.ok(missed > sent / 2, `${missed} missed`)
  assert.ok(bytesSeen < 4_000_000, `${bytesSeen} bytes`)
  end.abort()
  feed.close()
})

test('the live views of a process are limited, and a closed one makes room', async () => {
  await using t = await startTestApi()
  const cookie = await t.logIn()
  const streams = await Promise.all(Array.from({ length: 64 }, () => open(t, '/api/live', cookie)))
  assert.equal((await t.ask('/api/live', { headers: { Cookie: cookie } })).status, 503)
  streams[0]?.close()
  let again: Stream | undefined
  for (let i = 0; i < 100 && again?.response.statusCode !== 200; i++) {
    again?.close()
    again = await open(t, '/api/live', cookie)
  }
  assert.equal(again?.response.statusCode, 200)
  for (const stream of [...streams, again]) stream?.close()
})
