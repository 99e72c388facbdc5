import assert from 'node:assert/strict'
import { mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DnstapWatch } from '../../../src/collectors/dnstap/dnstap-watch.ts'
import { LogMatcher } from '../../../src/collectors/watch/log-matcher.ts'
import type { LogMatch } from '../../../src/collectors/watch/match-event.ts'
import { controlFrame, dnstapContentType } from '../../../src/wire/dnstap/frame-stream.ts'
import { messageType } from '../../../src/wire/dnstap/message.ts'
import { dataFrame, dnsMessage, dnstap, record, type Told, wireName } from '../../wire/dnstap/encode.ts'
import { addressesOf, namesOf } from '../watch/listed.ts'

const start = controlFrame(2, dnstapContentType)

async function listen(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sundew-dnstap-'))
  const socket = join(folder, 'dnstap.sock')
  const told: LogMatch[] = []
  const matcher = new LogMatcher({
    networks: ['10.0.0.0/8', 'fd00::/8'],
    windowMs: 300_000,
    emit: (match) => told.push(match),
  })
  matcher.use(addressesOf('203.0.113.7'), namesOf('domain bad.example', 'hostname alias.example'))
  const watch = new DnstapWatch(socket, matcher)
  await watch.listen(0o660)
  t.after(async () => {
    await watch.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    socket,
    watch,
    /** What is told once so many frames were taken. */
    told: async (frames: number) => {
      while (watch.status.frames < frames) await soon()
      matcher.tick(Date.now() + 10_000)
      return told.map(({ source_ip, source_port, fields }) =>
        [
          source_ip,
          source_port,
          fields.matched,
          fields.observed || fields.matched_ip,
          fields.blocked ?? '',
          fields.severity,
          fields.flows,
        ].join(' '),
      )
    },
  }
}

const soon = () => new Promise((done) => setTimeout(done, 10))

/** A sender that sends these after its START. */
function send(path: string, ...messages: readonly Told[]): Socket {
  const socket = connect(path)
  socket.on('error', () => {})
  socket.write(Buffer.concat([start, ...messages.map((message) => dataFrame(dnstap(message)))]))
  return socket
}

const { clientQuery, clientResponse, resolverQuery } = messageType

test('a query and its answer are one, with the name, aliases and addresses of the answer', async (t) => {
  const { socket, told } = await listen(t)
  const query = dnsMessage('www.bad.example')
  const response = dnsMessage('www.bad.example', [
    record(5, wireName('alias.example')),
    record(1, [203, 0, 113, 7]),
  ])
  const sender = send(socket, { type: clientQuery, query }, { type: clientResponse, query, response })
  assert.deepEqual(await told(2), [
    '10.0.0.7 5353 name www.bad.example  high 1',
    '10.0.0.7 5353 name alias.example  high 1',
    '10.0.0.7 5353 address 203.0.113.7  high 1',
  ])
  sender.destroy()
})

test('a policy that the name server met is told; what it asks others itself is not', async (t) => {
  const { socket, told } = await listen(t)
  const client = [0xfd, ...Array<number>(14).fill(0), 9]
  const query = dnsMessage('bad.example')
  const response = dnsMessage('bad.example', [], 3)
  const sender = send(
    socket,
    { type: resolverQuery, query },
    { type: clientQuery, query, client },
    { type: clientResponse, response, client, policy: 1 },
  )
  assert.deepEqual(await told(3), ['fd00::9 5353 name bad.example nxdomain medium 2'])
  sender.destroy()
})

test('where only answers are told their questions are', async (t) => {
  const { socket, told } = await listen(t)
  const sender = send(socket, { type: clientResponse, response: dnsMessage('bad.example', [], 2) })
  assert.deepEqual(await told(1), ['10.0.0.7 5353 name bad.example  high 1'])
  sender.destroy()
})

test('frames and streams that are none are counted, and others go on', async (t) => {
  const { socket, watch, told } = await listen(t)
  const liar = connect(socket)
  liar.on('error', () => {})
  liar.write('GET / HTTP/1.1\r\n\r\n')
  await new Promise((resolve) => liar.once('close', resolve))
  const sender = connect(socket)
  sender.write(
    Buffer.concat([
      start,
      dataFrame(Buffer.from('<html>')),
      dataFrame(dnstap({ type: clientQuery, query: Buffer.from('cut') })),
    ]),
  )
  sender.write(dataFrame(dnstap({ type: clientQuery, query: dnsMessage('bad.example') })))
  assert.equal((await told(3)).length, 1)
  const { refused, malformed, frames } = watch.status
  assert.deepEqual(
    { refused, malformed, frames, told: watch.status.told },
    { refused: 1, malformed: 2, frames: 3, told: 1 },
  )
  sender.destroy()
})

test('so many name servers are let in at once, and a later one when one has gone', async (t) => {
  const { socket, watch } = await listen(t)
  const senders = Array.from({ length: 64 }, () => send(socket))
  while (watch.status.clients < 64) await soon()
  const late = send(socket)
  await new Promise((resolve) => late.once('close', resolve))
  assert.equal(watch.status.refused, 1)
  senders.pop()!.destroy()
  while (watch.status.clients > 63) await soon()
  senders.push(send(socket))
  while (watch.status.clients < 64) await soon()
  for (const sender of senders) sender.destroy()
})

test('the socket has its permissions; one left over is replaced, one in use and a file are not', async (t) => {
  const { socket, watch } = await listen(t)
  assert.equal((await stat(socket)).mode & 0o777, 0o660)
  const matcher = new LogMatcher({ networks: [], windowMs: 1_000, emit: () => {} })
  const other = new DnstapWatch(socket, matcher)
  await assert.rejects(other.listen(0o660), { code: 'EADDRINUSE' })
  // As a process leaves it that was killed.
  await rename(socket, `${socket}.left`)
  await watch.close()
  await rename(`${socket}.left`, socket)
  const next = new DnstapWatch(socket, matcher)
  await next.listen(0o660)
  await next.close()
  await writeFile(socket, 'a file of somebody')
  await assert.rejects(other.listen(0o660), { code: 'EADDRINUSE' })
  await rm(socket)
  await other.listen(0o600)
  assert.equal((await stat(socket)).mode & 0o777, 0o600)
  await other.close()
})
