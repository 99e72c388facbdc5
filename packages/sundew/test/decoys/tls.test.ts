import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { z } from 'zod'
import type { Decoy } from '../../src/core/decoy.ts'
import { certificates } from '../../src/decoys/certificates.ts'
import { startDecoy, type TestHost } from './host.ts'

/** Says back what it hears, over TLS. */
const echo: Decoy<object> = {
  name: 'echo',
  summary: 'for the tests of TLS',
  ports: [{ port: 0, as: 443, tls: true }],
  limits: {
    connections: 100,
    connectionsPerSource: 100,
    ratePerSource: 1000,
    idleMs: 5_000,
    totalMs: 10_000,
  },
  config: z.strictObject({}),
  start: async (_config, host) => ({
    tls: await certificates({
      stateFolder: host.stateFolder,
      hostname: host.hostname,
      alpn: ['http/1.1'],
      answerPlainText: () => Buffer.from('speak TLS\n'),
    }),
    serve: async (session) => {
      session.socket.pipe(session.socket)
    },
    refuse: () => {},
  }),
}

function client(host: TestHost, options: ConnectionOptions = {}): TLSSocket {
  const socket = connectTls({ host: '127.0.0.1', port: host.port, rejectUnauthorized: false, ...options })
  socket.on('error', () => {})
  return socket
}

async function secured(host: TestHost, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = client(host, options)
  await once(socket, 'secureConnect')
  return socket
}

describe('TLS on a decoy', () => {
  test('carries what is said, and tells the client by its hello', async () => {
    await using host = await startDecoy(echo)
    const socket = await secured(host, { servername: 'Shop.Example.org', ALPNProtocols: ['h2', 'http/1.1'] })
    assert.equal(socket.alpnProtocol, 'http/1.1')
    socket.write('hello')
    const [heard] = (await once(socket, 'data')) as [Buffer]
    assert.equal(String(heard), 'hello')
    socket.end()
    const [print] = await host.fields('client.fingerprint')
    assert.match(print!.fingerprint, /^t13d\d{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$/)
    assert.equal(print!.server_name, 'Shop.Example.org')
    assert.equal(print!.raw!.charCodeAt(0), 1)
    assert.deepEqual(host.faults, [])
  })

  test('names no protocol where the client offers none of ours', async () => {
    await using host = await startDecoy(echo)
    const socket = await secured(host, { ALPNProtocols: ['foo'] })
    assert.equal(socket.alpnProtocol, false)
    socket.destroy()
  })

  test('waits for a hello that comes one byte at a time', async () => {
    await using host = await startDecoy(echo)
    const raw = host.connect()
    raw.setNoDelay(true)
    const slow = raw.write.bind(raw)
    const { Duplex } = await import('node:stream')
    const drip = new Duplex({
      read: () => {},
      write: (chunk: Buffer, _encoding, done) => {
        void (async () => {
          for (const byte of chunk) {
            slow(Uint8Array.of(byte))
            await new Promise((resolve) => setImmediate(resolve))
          }
          done()
        })()
      },
    })
    raw.on('data', (data) => drip.push(data))
    const socket = connectTls({ socket: drip, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    socket.destroy()
    raw.destroy()
    assert.equal((await host.fields('client.fingerprint')).length, 1)
  })

  const broken: readonly [string, Uint8Array, RegExp, string][] = [
    ['plain text', Buffer.from('GET / HTTP/1.0\r\n\r\n'), /^plain-text: GET \/ HTTP/, 'speak TLS\n'],
    ['NULs', Buffer.alloc(64), /^not-tls: /, ''],
    ['half a hello', Buffer.from('16030101', 'hex'), /^cut-short: /, ''],
  ]
  for (const [name, bytes, detail, answer] of broken) {
    test(`${name} instead of a hello is an event`, async () => {
      await using host = await startDecoy(echo)
      const socket = host.connect()
      const heard: Buffer[] = []
      socket.on('data', (chunk: Buffer) => heard.push(chunk))
      socket.end(bytes)
      await once(socket, 'close')
      assert.equal(String(Buffer.concat(heard)), answer)
      const [malformed] = await host.fields('protocol.malformed')
      assert.equal(malformed!.reason, 'tls.bad-hello')
      assert.match(malformed!.detail!, detail)
      assert.deepEqual(host.faults, [])
    })
  }

  test('a message that is no hello gets the alert a real server gives', async () => {
    await using host = await startDecoy(echo)
    const socket = host.connect()
    socket.write(Buffer.from('16030100050200000100', 'hex'))
    const [alert] = (await once(socket, 'data')) as [Buffer]
    assert.equal(alert.toString('hex'), '1503030002020a')
    socket.destroy()
  })

  test('a handshake that comes to nothing is an event', async () => {
    await using host = await startDecoy(echo)
    const socket = client(host, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' })
    await new Promise((resolve) => socket.once('close', resolve))
    const [malformed] = await host.fields('protocol.malformed')
    assert.equal(malformed!.reason, 'tls.handshake-failed')
    assert.equal((await host.fields('client.fingerprint')).length, 1)
    assert.deepEqual(host.faults, [])
  })
})

describe('certificates', () => {
  test("without a name are the host's own, as Debian makes it", async () => {
    await using host = await startDecoy(echo, {}, { hostname: 'web1.example.net' })
    const socket = await secured(host)
    const cert = socket.getPeerCertificate(true)
    assert.equal(cert.subject.CN, 'web1.example.net')
    assert.deepEqual(cert.issuer, cert.subject)
    assert.equal(cert.subjectaltname, 'DNS:web1.example.net')
    assert.equal(cert.bits, 2048)
    const days = (Date.parse(cert.valid_to) - Date.parse(cert.valid_from)) / 86_400_000
    assert.equal(Math.round(days), 3650)
    assert(Date.parse(cert.valid_from) < Date.now())
    socket.destroy()
  })

  test('are made for the name asked, issued by somebody else, and the same the next time', async () => {
    await using host = await startDecoy(echo)
    const first = await secured(host, { servername: 'shop.example.org' })
    const cert = first.getPeerCertificate(true)
    assert.equal(cert.subject.CN, 'shop.example.org')
    assert.equal(cert.subjectaltname, 'DNS:shop.example.org')
    assert.notDeepEqual(cert.issuer, cert.subject)
    assert.deepEqual(cert.issuerCertificate.subject, cert.issuer)
    assert(Date.parse(cert.valid_to) > Date.now())
    const again = await secured(host, { servername: 'SHOP.example.org' })
    assert.equal(again.getPeerCertificate().fingerprint256, cert.fingerprint256)
    first.destroy()
    again.destroy()
  })

  test('outlive a restart', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'sundew-certificates-'))
    try {
      const options = { stateFolder, hostname: 'web1.example.net' }
      const before = await (await certificates(options)).contextFor('a.example.org')
      const files = await readdir(join(stateFolder, 'certificates'))
      const after = await (await certificates(options)).contextFor('a.example.org')
      assert.notEqual(after, before)
      assert.deepEqual(await readdir(join(stateFolder, 'certificates')), files)
      assert.equal(files.length, 3)
    } finally {
      await rm(stateFolder, { recursive: true })
    }
  })

  test('are made for a client that knows RSA only', async () => {
    await using host = await startDecoy(echo)
    const socket = await secured(host, {
      servername: 'shop.example.org',
      maxVersion: 'TLSv1.2',
      ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
    })
    assert.equal(socket.getPeerCertificate().bits, 2048)
    socket.destroy()
  })

  test('names asked for in a flood do not fill the disk: past a limit the host shows its own', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'sundew-certificates-'))
    try {
      const source = await certificates({ stateFolder, hostname: 'web1.example.net' })
      const own = await source.contextFor(undefined)
      let shown = 0
      for (let i = 0; i < 150; i++) if ((await source.contextFor(`h${i}.example.org`)) === own) shown++
      assert.equal(shown, 30)
      assert.equal((await readdir(join(stateFolder, 'certificates'))).length, 122)
    } finally {
      await rm(stateFolder, { recursive: true })
    }
  })

  test('a name that no host can have is never asked of the disk', async () => {
    await using host = await startDecoy(echo, {}, { hostname: 'web1.example.net' })
    for (const servername of ['../../etc/passwd', '..', 'a'.repeat(250), 'x y']) {
      const socket = client(host, { servername })
      await once(socket, 'secureConnect')
      assert.equal(socket.getPeerCertificate().subject.CN, 'web1.example.net')
      socket.destroy()
    }
    await host.entries()
    assert.deepEqual(host.faults, [])
  })
})
