import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import { allowedBy, Senders } from '../../../src/collectors/flow/senders.ts'
import { StreamListener, type StreamHost } from '../../../src/collectors/flow/stream-listener.ts'
import type { TlsOptions } from 'node:tls'

/** An IPFIX message of this many bytes, filled with a number. */
function message(bytes: number, fill: number): Buffer {
  const made = Buffer.alloc(bytes, fill)
  made.writeUInt16BE(10, 0)
  made.writeUInt16BE(bytes, 2)
  return made
}

async function listening(host: Partial<StreamHost> = {}, tls?: TlsOptions) {
  const got: Buffer[] = []
  const exporters = new Set<string>()
  const ended: string[] = []
  const listener = new StreamListener(
    {
      senders: new Senders(allowedBy([])),
      message: (view, offset, length, exporter) => {
        exporters.add(exporter.name)
        got.push(Buffer.from(new Uint8Array(view.buffer, view.byteOffset + offset, length).slice()))
      },
      ended: ({ name }) => ended.push(name),
      room: () => undefined,
      ...host,
    },
    tls,
  )
  const { port } = await listener.listen('127.0.0.1', 0)
  return { listener, port, got, exporters, ended }
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!done()) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.setNoDelay(true)
  return socket
}

const closed = (socket: Socket) =>
  socket.destroyed ? Promise.resolve() : new Promise<void>((resolve) => socket.once('close', () => resolve()))

describe('IPFIX over streams', () => {
  test('messages come whole and in order, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 16, max: 3_000 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 20 }),
        async (sizes, cuts) => {
          const { listener, port, got } = await listening()
          const sent = sizes.map((size, index) => message(size, index + 1))
          const bytes = Buffer.concat(sent)
          const socket = await dial(port)
          let at = 0
          for (let turn = 0; at < bytes.length; turn++) {
            const next = at + cuts[turn % cuts.length]!
            socket.write(bytes.subarray(at, next))
            at = next
            await new Promise((resolve) => setImmediate(resolve))
          }
          await until(() => got.length === sent.length)
          assert.ok(sent.every((one, index) => one.equals(got[index]!)))
          socket.destroy()
          await listener.close()
        },
      ),
      { numRuns: 30 },
    )
  })

  test('the longest message is taken, and its sender told apart by port', async () => {
    const { listener, port, got, exporters, ended } = await listening()
    const [one, two] = [await dial(port), await dial(port)]
    one.write(message(65_535, 1))
    two.write(message(16, 2))
    await until(() => got.length === 2)
    assert.deepEqual(new Set(got.map(({ length }) => length)), new Set([16, 65_535]))
    assert.equal(exporters.size, 2)
    assert.ok([...exporters].every((name) => /^127\.0\.0\.1:\d+\/tcp$/.test(name)))
    one.destroy()
    two.destroy()
    await until(() => ended.length === 2)
    assert.deepEqual(new Set(ended), exporters)
    await listener.close()
  })

  test('what is no IPFIX message ends the connection, wherever in the stream it comes', async () => {
    for (const wrong of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('00090010', 'hex'),
      Buffer.from('000a000f00000000000000000000000000000000', 'hex'),
      Buffer.alloc(100),
    ]) {
      const { listener, port, got } = await listening()
      const socket = await dial(port)
      socket.write(Buffer.concat([message(20, 1), wrong, Buffer.alloc(20)]))
      await closed(socket)
      assert.equal(got.length, 1)
      assert.equal(listener.counts.malformed, 1)
      await listener.close()
    }
  })

  test('a message that is begun and not ended is not waited for long, nor is a silent peer', async () => {
    const { listener, port } = await listening({ limits: { messageMs: 50, idleMs: 150 } })
    const [half, silent] = [await dial(port), await dial(port)]
    half.write(message(100, 1).subarray(0, 50))
    await closed(half)
    await closed(silent)
    assert.equal(listener.counts.idle, 2)
    await listener.close()
  })

  test('strangers and those past a limit are closed before they are listened to', async () => {
    const stranger = await listening({ senders: new Senders(allowedBy(['192.0.2.0/24'])) })
    await closed(await dial(stranger.port))
    assert.deepEqual([stranger.listener.counts.strangers, stranger.listener.counts.accepted], [1, 0])
    await stranger.listener.close()
    for (const limits of [{ connectionsPerSource: 2 }, { connections: 2 }]) {
      const { listener, port } = await listening({ limits })
      const kept = [await dial(port), await dial(port)]
      await closed(await dial(port))
      assert.equal(listener.counts.tooMany, 1)
      kept[0]!.destroy()
      await until(() => {
        void dial(port).then((socket) => kept.push(socket))
        return listener.counts.accepted === 3
      })
      await listener.close()
    }
  })

  test('while there is no room the sender waits, and nothing is lost', async () => {
    let open = () => {}
    let full: Promise<void> | undefined = new Promise<void>((resolve) => (open = resolve))
    const { listener, port, got } = await listening({ room: () => full })
    const socket = await dial(port)
    const count = 2_000
    for (let i = 0; i < count; i++) socket.write(message(8_000, i % 200))
    await until(() => got.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.ok(got.length < count / 2, `${got.length} taken while there was no room`)
    full = undefined
    open()
    await until(() => got.length === count)
    socket.destroy()
    await listener.close()
  })

  test('over TLS, and only to who shows a certificate where one is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sundew-ipfix-tls-'))
    try {
      const make = (name: string) => {
        const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)]
        const asked = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name}`
        execFileSync('openssl', [...asked.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' })
        return { key: readFileSync(key), cert: readFileSync(cert) }
      }
      const [server, exporter, other] = [make('collector'), make('exporter'), make('other')]
      const tls = { ...server, ca: exporter.cert, requestCert: true, rejectUnauthorized: true }
      const { listener, port, got, exporters } = await listening({}, tls)
      const speak = (own: object) =>
        new Promise<void>((resolve) => {
          const socket = connectTls({
            port,
            host: '127.0.0.1',
            ca: server.cert,
            checkServerIdentity: () => undefined,
            ...own,
          })
          socket.on('error', () => {})
          socket.once('close', () => resolve())
          socket.write(message(40, 7))
          socket.end()
        })
      await speak(exporter)
      await until(() => got.length === 1)
      assert.match([...exporters][0]!, /\/tls$/)
      await speak(other)
      await speak({})
      const plain = await dial(port)
      plain.end(message(40, 8))
      await closed(plain)
      await until(() => listener.counts.handshake === 3)
      assert.equal(got.length, 1)
      await listener.close()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
