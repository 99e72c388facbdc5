import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { DgramReceiver } from '../../../src/collectors/flow/dgram-receiver.ts'
import { addonFile, NativeReceiver } from '../../../src/collectors/flow/native-receiver.ts'
import {
  datagramHeaderBytes,
  nextDatagram,
  type DatagramBlock,
  type Receiver,
} from '../../../src/collectors/flow/receiver.ts'
import { formatColumnAddress } from '../../../src/match/parse-address.ts'

const wantedBytes = 4 << 20

interface Got {
  readonly sender: string
  readonly port: number
  readonly socket: number
  readonly ms: number
  readonly bytes: Buffer
}

function read({ view, from, to, datagrams }: DatagramBlock): Got[] {
  const got: Got[] = []
  let at = from
  while (at < to) {
    const size = view.getUint32(at, true)
    got.push({
      sender: formatColumnAddress(new Uint32Array(view.buffer, at + 8, 4), 0),
      port: view.getUint16(at + 4, true),
      socket: view.getUint16(at + 6, true),
      ms: view.getFloat64(at + 24, true),
      bytes: Buffer.from(new Uint8Array(view.buffer, at + datagramHeaderBytes, size).slice()),
    })
    at = nextDatagram(at, size)
  }
  assert.equal(got.length, datagrams)
  assert.equal(at, to)
  return got
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
}

const makers: readonly [string, boolean, () => Receiver][] = [
  ['recvmmsg', NativeReceiver.available, () => new NativeReceiver()],
  ['dgram', true, () => new DgramReceiver()],
]

for (const [kind, available, make] of makers) {
  describe(`receiver ${kind}`, { skip: available ? false : `${addonFile} was not compiled` }, () => {
    test('hands over datagrams of every size whole, in order, with sender, socket and time', async () => {
      const receiver = make()
      const first = await receiver.bind('127.0.0.1', 0, wantedBytes)
      const second = await receiver.bind('::1', 0, wantedBytes)
      const got: Got[] = []
      receiver.start((block) => void got.push(...read(block)))
      const four = createSocket('udp4')
      const six = createSocket('udp6')
      const sizes = [0, 1, 7, 8, 9, 1464, 1500, 9000, 65_000, 65_507]
      const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1))
      const before = Date.now()
      try {
        for (const bytes of sent) {
          await new Promise((resolve) => four.send(bytes, first.port, '127.0.0.1', resolve))
          await new Promise((resolve) => six.send(bytes, second.port, '::1', resolve))
        }
        await until(() => got.length === sizes.length * 2)
        for (const [which, sender, socket] of [
          [0, '127.0.0.1', four],
          [1, '::1', six],
        ] as const) {
          const mine = got.filter((one) => one.socket === which)
          assert.deepEqual(
            mine.map(({ bytes }) => bytes.length),
            sizes,
          )
          for (const [index, one] of mine.entries()) {
            assert.ok(one.bytes.equals(sent[index]!))
            assert.deepEqual([one.sender, one.port], [sender, socket.address().port])
            assert.ok(one.ms >= before - 2 && one.ms <= Date.now() + 2)
          }
        }
      } finally {
        four.close()
        six.close()
        await receiver.stop()
      }
    })

    test('the IPv6 wildcard takes IPv4 too', async () => {
      const receiver = make()
      const { port } = await receiver.bind('::', 0, wantedBytes)
      const got: Got[] = []
      receiver.start((block) => void got.push(...read(block)))
      const four = createSocket('udp4')
      try {
        four.send('x', port, '127.0.0.1')
        await until(() => got.length === 1)
        assert.equal(got[0]?.sender, '127.0.0.1')
      } finally {
        four.close()
        await receiver.stop()
      }
    })

    test('a burst is all there, also what nobody had taken when it stopped', async () => {
      const receiver = make()
      const { port, bufferBytes } = await receiver.bind('127.0.0.1', 0, 32 << 20)
      let count = 0
      let sum = 0
      receiver.start((block) => {
        for (const { bytes } of read(block)) {
          count++
          sum += bytes.readUInt32LE(0)
        }
      })
      const socket = createSocket({ type: 'udp4', sendBufferSize: 4 << 20 })
      socket.connect(port, '127.0.0.1')
      await once(socket, 'connect')
      const burst = 20_000
      try {
        // The compiled one, with a buffer to speak of, must hold all of it while JavaScript is kept busy; else it needs turns.
        const portion = 100
        for (let from = 0; from < burst; from += portion) {
          await Promise.all(
            Array.from({ length: portion }, (_, i) => {
              const bytes = Buffer.alloc(200)
              bytes.writeUInt32LE(from + i)
              return new Promise((resolve) => socket.send(bytes, resolve))
            }),
          )
          if (kind === 'dgram' || bufferBytes < 4 << 20) await until(() => count >= from)
        }
        assert.deepEqual(await receiver.drops(), [0])
      } finally {
        socket.close()
        await receiver.stop()
      }
      assert.equal(count, burst)
      assert.equal(sum, (burst * (burst - 1)) / 2)
    })

    test('gives its port back when it stops, also where it never started', async () => {
      const receiver = make()
      const { port } = await receiver.bind('127.0.0.1', 0, wantedBytes)
      await receiver.stop()
      await receiver.stop()
      const again = make()
      assert.equal((await again.bind('127.0.0.1', port, wantedBytes)).port, port)
      await again.stop()
    })

    test('a port that another has is refused with its code', async () => {
      const other = createSocket('udp4').bind(0, '127.0.0.1')
      await once(other, 'listening')
      const receiver = make()
      try {
        await assert.rejects(receiver.bind('127.0.0.1', other.address().port, wantedBytes), {
          code: 'EADDRINUSE',
        })
        await assert.rejects(receiver.bind('192.0.2.1', 0, wantedBytes), { code: 'EADDRNOTAVAIL' })
        const mine = await receiver.bind('127.0.0.1', 0, wantedBytes)
        assert.ok(mine.bufferBytes > 0 && mine.port > 0)
      } finally {
        other.close()
        await receiver.stop()
      }
    })

    test('tells what the kernel dropped while nobody read', async () => {
      const receiver = make()
      const { port } = await receiver.bind('127.0.0.1', 0, 8_192)
      const socket = createSocket('udp4')
      socket.connect(port, '127.0.0.1')
      await once(socket, 'connect')
      try {
        // Not started: the compiled one does not read yet; of node:dgram the loop is kept from reading by not waiting.
        const bytes = Buffer.alloc(1_400)
        for (let i = 0; i < 500; i++) socket.send(bytes)
        await new Promise((resolve) => socket.send(bytes, resolve))
        const [drops] = await receiver.drops()
        assert.ok(drops! > 0, 'nothing dropped')
      } finally {
        socket.close()
        await receiver.stop()
      }
    })
  })
}

describe('the compiled receiver', { skip: !NativeReceiver.available }, () => {
  test('answers wrong arguments with exceptions', async () => {
    const { createRequire } = await import('node:module')
    const addon = createRequire(import.meta.url)(addonFile) as {
      open(blocks?: unknown): Record<string, (...args: unknown[]) => unknown>
    }
    for (const wrong of [undefined, 'x', 0, 1, 257, -5, Number.NaN, {}])
      assert.throws(() => addon.open(wrong))
    const handle = addon.open(4)
    for (const args of [
      [],
      ['127.0.0.1'],
      ['127.0.0.1', 1],
      ['localhost', 0, 1],
      ['x'.repeat(5_000), 0, 1],
      ['127.0.0.1', -1, 1],
      ['127.0.0.1', 70_000, 1],
      [1, 2, 3],
      ['127.0.0.1', 0, -1],
    ])
      assert.throws(() => handle['bind']!(...args), JSON.stringify(args))
    for (const args of [[], ['x'], [-1], [4], [0], [1e9]]) assert.throws(() => handle['giveBack']!(...args))
    for (const args of [[], [0], [-1], ['x']]) assert.throws(() => handle['drops']!(...args))
    assert.throws(() => handle['start']!(5))
    assert.throws(() => handle['take']!.call({}))
    assert.equal(handle['take']!(), -1)
    handle['stop']!()
    handle['stop']!()
    assert.throws(() => handle['start']!(() => {}))
    assert.throws(() => handle['bind']!('127.0.0.1', 0, 1))
  })

  test('starts and stops many times', async () => {
    for (let i = 0; i < 50; i++) {
      const receiver = new NativeReceiver()
      await receiver.bind('127.0.0.1', 0, wantedBytes)
      receiver.start(() => {})
      await receiver.stop()
    }
  })
})
