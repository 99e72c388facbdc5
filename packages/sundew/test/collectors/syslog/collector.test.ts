import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { DgramReceiver } from '../../../src/collectors/flow/dgram-receiver.ts'
import { openReceiver } from '../../../src/collectors/flow/open-receiver.ts'
import type { Receiver } from '../../../src/collectors/flow/receiver.ts'
import { SyslogCollector, type SyslogSettings } from '../../../src/collectors/syslog/collector.ts'
import { Noise } from '../../../src/collectors/syslog/noise.ts'
import { firewallParsers } from '../../../src/collectors/syslog/parsers/index.ts'
import type { UnparsedFields } from '../../../src/collectors/syslog/unparsed.ts'
import { logFor } from '../../../src/core/log.ts'
import { octetCounted } from '../../../src/wire/syslog/message.ts'
import { mikrotikLine, NotedRows } from './noted.ts'

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!done()) {
    if (Date.now() > deadline) throw new Error('waited in vain')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function collecting(settings: Partial<SyslogSettings>, receiver: Receiver = new DgramReceiver()) {
  const sink = new NotedRows()
  const unparsed: UnparsedFields[] = []
  const collector = new SyslogCollector(
    {
      addresses: ['127.0.0.1'],
      ports: [{ port: 0, transport: 'udp' }],
      senders: [],
      receiveBufferBytes: 1 << 20,
      ...settings,
    },
    {
      receiver,
      log: logFor('test'),
      parsers: firewallParsers,
      own: [],
      sink,
      noise: new Noise({ inside: false, answers: true, networks: [] }),
      unparsed: (fields) => void unparsed.push(fields),
      alert: () => {},
      waiting: () => ({ files: 0, bytes: 0 }),
    },
  )
  const { listeners, notices } = await collector.start()
  return { collector, sink, unparsed, ports: listeners.map(({ port }) => port), notices }
}

async function sendDatagrams(
  port: number,
  datagrams: readonly (string | Uint8Array)[],
  to = '127.0.0.1',
): Promise<void> {
  const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4')
  for (const datagram of datagrams)
    await new Promise((resolve) => socket.send(datagram as string, port, to, resolve))
  socket.close()
}

const loopback = [0, 0, 0xffff, 0x7f00_0001]
const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

describe('syslog by UDP', () => {
  for (const receiver of [new DgramReceiver(), openReceiver(undefined, () => {})]) {
    it(`comes with its sender, one line or several in a datagram (${receiver.kind})`, async () => {
      const { collector, sink, unparsed, ports } = await collecting({}, receiver)
      const line = (port: number) => `<134>Nov 25 12:00:00 gw ${mikrotikLine(port)}`
      await sendDatagrams(ports[0]!, [
        line(1),
        `${line(2)}\n`,
        `${line(3)}\r\n${line(4)}\n\n${line(5)}\0`,
        '',
        '\n',
        Buffer.from([0xff, 0, 0x1b, 0x5b]),
      ])
      await until(() => sink.rows.length === 5 && collector.status.unparsed === 1)
      assert.deepEqual(
        sink.rows.map(({ destinationPort }) => destinationPort),
        [1, 2, 3, 4, 5],
      )
      assert.deepEqual(sink.rows[0]?.sender, loopback)
      await collector.close()
      assert.deepEqual(unparsed, [{ sender: '127.0.0.1', lines: 1, sample: '\xff\0\x1b[' }])
      const { top, lines, told, senders } = collector.status
      assert.deepEqual([lines, told, senders, top[0]?.format], [6, 5, 1, 'mikrotik'])
      assert.equal(top[0]?.sample, String.raw`\xff\x00\x1b[`)
    })
  }

  for (const receiver of [new DgramReceiver(), openReceiver(undefined, () => {})])
    it(`comes by IPv6 as by IPv4 (${receiver.kind})`, { skip: !hasIpv6 }, async () => {
      const { collector, sink, ports } = await collecting({ addresses: ['::1'] }, receiver)
      await sendDatagrams(ports[0]!, [`<134>Nov 25 12:00:00 gw ${mikrotikLine(1)}`, mikrotikLine(2)], '::1')
      await until(() => sink.rows.length === 2)
      assert.deepEqual(
        sink.rows.map(({ destinationPort, sender }) => [destinationPort, sender]),
        [1, 2].map((port) => [port, [0, 0, 0, 1]]),
      )
      assert.equal(collector.status.top[0]?.sender, '::1')
      await collector.close()
    })

  it('of who is not on the list is not read', async () => {
    const { collector, sink, ports } = await collecting({ senders: ['192.0.2.0/24'] })
    await sendDatagrams(ports[0]!, [mikrotikLine(1), mikrotikLine(2)])
    await until(() => collector.status.strangers === 2)
    assert.deepEqual([sink.rows.length, collector.status.lines], [0, 0])
    await collector.close()
  })

  it('waits while the sink has no room, and is taken then', async () => {
    const { collector, sink, ports } = await collecting({})
    const { promise, resolve } = Promise.withResolvers<void>()
    sink.room = promise
    await sendDatagrams(ports[0]!, [mikrotikLine(1)])
    await new Promise((settle) => setTimeout(settle, 50))
    assert.equal(sink.rows.length, 0)
    sink.room = undefined
    resolve()
    await until(() => sink.rows.length === 1)
    await collector.close()
  })

  it('on a port that is taken is told as a notice that says what to do', async () => {
    const first = await collecting({})
    const second = await collecting({ ports: [{ port: first.ports[0]!, transport: 'udp' }] })
    assert.match(
      second.notices[0]!,
      /^SUNDEW_PORT_IN_USE: syslog could not be received .*collectors\.syslog\.ports/,
    )
    await first.collector.close()
    await second.collector.close()
  })
})

describe('syslog by TCP', () => {
  const tcp = { ports: [{ port: 0, transport: 'tcp' }] } as const

  it('comes in either framing, and a last line without its end', async () => {
    const { collector, sink, ports } = await collecting(tcp)
    const lines = [1, 2, 3].map((port) => `<134>Nov 25 12:00:00 gw ${mikrotikLine(port)}`)
    for (const stream of [lines.map(octetCounted).join(''), lines.join('\n'), `${lines.join('\r\n')}\r\n`]) {
      const socket = connect(ports[0]!, '127.0.0.1')
      socket.end(stream)
      await until(() => sink.rows.length === 3)
      const got = sink.rows.splice(0)
      assert.deepEqual(
        got.map(({ destinationPort, sender }) => [destinationPort, sender]),
        [1, 2, 3].map((port) => [port, loopback]),
      )
    }
    await collector.close()
  })

  it('that is none ends its connection; so does a line that never ends, and silence', async () => {
    const { collector, sink, ports } = await collecting({
      ...tcp,
      limits: { messageMs: 60, idleMs: 120 },
    })
    for (const stream of ['9 <134>abc\n9999999999 <', `<134>${mikrotikLine(1)}`, '']) {
      const socket = connect(ports[0]!, '127.0.0.1').on('error', () => {})
      socket.resume()
      if (stream !== '') socket.write(stream)
      await new Promise((resolve) => socket.once('close', resolve))
    }
    // Of what broke off nothing is read.
    assert.equal(sink.rows.length, 0)
    await until(() => collector.status.connections === 0)
    await collector.close()
  })

  it('is held up while the sink has no room, and loses nothing', async () => {
    const { collector, sink, ports } = await collecting(tcp)
    const socket = connect(ports[0]!, '127.0.0.1')
    const held = Promise.withResolvers<void>()
    sink.room = held.promise
    const count = 20_000
    for (let port = 0; port < count; port++) socket.write(`<134>${mikrotikLine(port + 1)}\n`)
    socket.end()
    await until(() => sink.rows.length > 0)
    assert.ok(sink.rows.length < count)
    sink.room = undefined
    held.resolve()
    await until(() => sink.rows.length === count)
    await collector.close()
  })
})

describe('syslog by TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sundew-syslog-'))
  after(() => rmSync(folder, { recursive: true }))
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl(
    ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout key.pem -out cert.pem'.split(
      ' ',
    ),
  )
  const tls = { certificate: file('cert.pem'), key: file('key.pem') }
  const ports = [{ port: 0, transport: 'tls' }] as const
  const cert = readFileSync(file('cert.pem'))
  const key = readFileSync(file('key.pem'))

  it('comes counted (RFC 5425)', async () => {
    const { collector, sink, ports: bound } = await collecting({ ports, tls })
    const socket = connectTls({ port: bound[0]!, host: '127.0.0.1', ca: cert, servername: 'localhost' })
    socket.end(octetCounted(`<134>1 2026-11-25T12:00:00Z gw - - - - ${mikrotikLine(7)}`))
    await until(() => sink.rows.length === 1)
    assert.deepEqual([sink.rows[0]?.destinationPort, sink.rows[0]?.device], [7, 'gw'])
    await collector.close()
  })

  it('comes from who shows a certificate of the authority only, where one is named', async () => {
    const {
      collector,
      sink,
      ports: bound,
    } = await collecting({ ports, tls: { ...tls, ca: file('cert.pem') } })
    const dial = (own: object) => {
      const socket = connectTls({
        port: bound[0]!,
        host: '127.0.0.1',
        ca: cert,
        servername: 'localhost',
        ...own,
      })
      socket.on('error', () => {})
      socket.end(`<134>${mikrotikLine(8)}\n`)
      return new Promise((resolve) => socket.once('close', resolve))
    }
    await dial({})
    await until(() => collector.status.refused === 1)
    assert.equal(sink.rows.length, 0)
    await dial({ cert, key })
    await until(() => sink.rows.length === 1)
    await collector.close()
  })

  it('without its files is a notice', async () => {
    const { collector, notices } = await collecting({ ports })
    assert.match(notices[0]!, /collectors\.syslog\.tls names no certificate/)
    await collector.close()
  })
})
