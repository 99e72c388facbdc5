import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { closeAsProcess } from '../../../src/decoys/ssh/closing.ts'
import { until } from '../host.ts'

/** Both ends of a connection. */
async function pair(): Promise<{ server: Socket; client: Socket } & Disposable> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const client = connect({
    port: (listener.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  })
  const [server] = (await once(listener, 'connection')) as [Socket]
  listener.close()
  return {
    server: server.on('error', () => {}),
    client: client.on('error', () => {}),
    [Symbol.dispose]() {
      server.destroy()
      client.destroy()
    },
  }
}

async function heard(client: Socket): Promise<string> {
  let text = ''
  client.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
  })
  let end = ''
  client
    .once('end', () => (end ||= 'fin'))
    .once('error', (error: NodeJS.ErrnoException) => (end ||= error.code ?? ''))
  await until(() => end !== '', 'the connection has ended')
  return `${text} ${end}`
}

test('what was written is heard before the end', async () => {
  using ends = await pair()
  ends.server.write('goodbye')
  closeAsProcess(ends.server, false)
  assert.equal(await heard(ends.client), 'goodbye fin')
  await until(() => ends.server.destroyed, 'the socket is closed')
})

test('what was not read turns the end into a reset', async () => {
  using ends = await pair()
  const end = heard(ends.client)
  ends.server.write('goodbye')
  await once(ends.client, 'data')
  closeAsProcess(ends.server, true)
  assert.equal(await end, 'goodbye ECONNRESET')
})

test('who does not read is not waited for', async () => {
  using ends = await pair()
  ends.client.pause()
  ends.server.write(Buffer.alloc(64 * 1024 * 1024))
  closeAsProcess(ends.server, false)
  await until(() => ends.server.destroyed, 'the socket is closed')
})
