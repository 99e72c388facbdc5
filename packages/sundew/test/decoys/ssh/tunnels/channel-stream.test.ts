import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { channelPacketBytes, windowBytes } from '../../../../src/decoys/ssh/channel.ts'
import { ChannelStream } from '../../../../src/decoys/ssh/tunnels/channel-stream.ts'
import { Outlet } from '../../../../src/decoys/ssh/tunnels/outlet.ts'
import { parseChannelData, parseWindowAdjust } from '../../../../src/wire/ssh/message/channel-data.ts'
import { messageNumber as number } from '../../../../src/wire/ssh/message/message-number.ts'

/** A channel whose other end is this test. */
class Ends {
  readonly stream: ChannelStream
  readonly outlet: Outlet
  readonly data: Buffer[] = []
  readonly sizes: number[] = []
  /** Data, eof and close in the order they came. */
  readonly signals: string[] = []
  given = 0
  busy = false

  constructor(window: number, maxPacket: number) {
    this.outlet = new Outlet(new PassThrough(), () => this.busy)
    const ends = { id: 0, peer: 7, windowBytes: window, maxPacketBytes: maxPacket }
    this.stream = new ChannelStream(ends, (message) => this.#take(message), this.outlet)
    this.stream.on('error', () => {})
  }

  get bytes(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0)
  }

  clear(): void {
    this.busy = false
    this.outlet.clear()
  }

  #take(message: Uint8Array): void {
    switch (message[0]) {
      case number.channelData: {
        const parsed = parseChannelData(message)
        assert.equal(parsed.state, 'read')
        if (parsed.state !== 'read') return
        assert.equal(parsed.message.recipient, 7)
        this.data.push(Buffer.from(parsed.message.data))
        this.sizes.push(parsed.message.data.length)
        assert.deepEqual(this.signals, [], 'no data after the end')
        return
      }
      case number.channelWindowAdjust: {
        const parsed = parseWindowAdjust(message)
        if (parsed.state === 'read') this.given += parsed.message.bytes
        return
      }
      case number.channelEof:
        this.signals.push('eof')
        return
      case number.channelClose:
        this.signals.push('close')
        return
      default:
        assert.fail(`message ${message[0]}`)
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('what a decoy writes', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('write' as const), bytes: fc.integer({ min: 0, max: 100_000 }) }),
    fc.record({ do: fc.constant('widen' as const), bytes: fc.integer({ min: 0, max: 100_000 }) }),
    fc.record({ do: fc.constantFrom('clog' as const, 'clear' as const), bytes: fc.constant(0) }),
  )

  test('goes out in order, in messages that the client takes, and never past its window', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 50_000 }),
        fc.integer({ min: 1, max: 40_000 }),
        fc.array(step, { maxLength: 30 }),
        async (window, maxPacket, steps) => {
          const ends = new Ends(window, maxPacket)
          const wrote: Buffer[] = []
          let allowed = window
          let fill = 0
          for (const { do: what, bytes } of steps) {
            if (what === 'write') {
              const chunk = Buffer.alloc(bytes, ++fill)
              wrote.push(chunk)
              ends.stream.write(chunk)
            } else if (what === 'widen') {
              allowed += bytes
              assert.equal(ends.stream.widen(bytes), true)
            } else if (what === 'clog') ends.busy = true
            else ends.clear()
            await turn()
            assert.ok(ends.bytes <= allowed)
          }
          const before = ends.bytes
          ends.busy = true
          ends.stream.widen(1)
          assert.equal(ends.bytes, before, 'nothing goes out while the connection is busy')
          ends.clear()
          const whole = Buffer.concat(wrote)
          ends.stream.widen(whole.length)
          ends.stream.end()
          await new Promise((resolve) => ends.stream.once('finish', resolve))
          assert.ok(Buffer.concat(ends.data).equals(whole))
          assert.ok(ends.sizes.every((size) => size > 0 && size <= Math.min(maxPacket, channelPacketBytes)))
          assert.deepEqual(ends.signals, ['eof'])
          ends.stream.destroy()
        },
      ),
      { numRuns: 60 },
    )
  })

  test('waits without end where the client gives no window, and tells the writer to wait', async () => {
    const ends = new Ends(0, 32_768)
    let refused = 0
    for (let i = 0; i < 8; i++) if (!ends.stream.write(Buffer.alloc(16_384))) refused++
    await turn()
    assert.equal(ends.bytes, 0)
    assert.ok(refused >= 6)
    ends.stream.destroy()
    await turn()
    assert.deepEqual(ends.signals, ['eof', 'close'])
  })

  test('never goes to a client that takes no byte in a message', async () => {
    const ends = new Ends(100, 0)
    ends.stream.write('hello')
    await turn()
    assert.equal(ends.bytes, 0)
    ends.stream.destroy()
  })
})

describe('what a client sends', () => {
  test('is read in order, whatever the reader’s pace, and its window is given back as it is read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: channelPacketBytes }), fc.boolean()), { maxLength: 120 }),
        async (pieces) => {
          const ends = new Ends(0, 32_768)
          const got: Buffer[] = []
          const sent: Buffer[] = []
          let bytes = 0
          ends.stream.on('data', (piece: Buffer) => got.push(piece))
          for (const [size, pause] of pieces) {
            if (bytes + size > windowBytes + ends.given) break
            const chunk = Buffer.alloc(size, sent.length + 1)
            sent.push(chunk)
            bytes += size
            ends.stream.received(chunk)
            if (pause) ends.stream.pause()
            else ends.stream.resume()
            if (size % 3 === 0) await turn()
            assert.ok(ends.given <= bytes, 'no more is given than was read')
          }
          ends.stream.peerEnded()
          ends.stream.resume()
          ends.stream.end()
          await new Promise((resolve) => ends.stream.once('close', resolve))
          assert.ok(Buffer.concat(got).equals(Buffer.concat(sent)))
          assert.deepEqual(ends.signals, ['eof', 'close'])
        },
      ),
      { numRuns: 40 },
    )
  })

  test('fills the window of a reader who waits, and flows on once he reads', async () => {
    const ends = new Ends(0, 32_768)
    let read = 0
    ends.stream.pause()
    ends.stream.on('data', (piece: Buffer) => (read += piece.length))
    const packet = Buffer.alloc(channelPacketBytes)
    for (let i = 0; i < windowBytes / channelPacketBytes; i++) ends.stream.received(packet)
    assert.equal(ends.given, 0)
    assert.equal(ends.stream.readableLength, windowBytes)
    ends.stream.resume()
    for (let i = 0; i < 5; i++) await turn()
    assert.equal(read, windowBytes)
    assert.ok(ends.given > windowBytes / 2)
    ends.stream.destroy()
  })

  test('is passed over where it is past the window, or a message is larger than we said', () => {
    const ends = new Ends(0, 32_768)
    ends.stream.pause()
    for (let i = 0; i < 100; i++) ends.stream.received(Buffer.alloc(channelPacketBytes))
    assert.equal(ends.stream.bytesRead, windowBytes)
    assert.equal(ends.stream.readableLength, windowBytes)
    ends.stream.destroy()
    const large = new Ends(0, 32_768)
    large.stream.received(Buffer.alloc(channelPacketBytes + 1))
    assert.equal(large.stream.bytesRead, 0)
    large.stream.destroy()
  })

  test('is still read after the client has closed the channel, and what is written then goes nowhere', async () => {
    const ends = new Ends(0, 32_768)
    const got: Buffer[] = []
    ends.stream.received(Buffer.from('last words'))
    ends.stream.peerClosed()
    ends.stream.write('nobody hears this')
    ends.stream.on('data', (piece: Buffer) => got.push(piece))
    await new Promise((resolve) => ends.stream.once('close', resolve))
    assert.equal(Buffer.concat(got).toString(), 'last words')
    assert.equal(ends.bytes, 0)
    assert.deepEqual(ends.signals, ['eof', 'close'])
  })
})

test('a window past 2^32 is a fault', () => {
  const ends = new Ends(10, 32_768)
  assert.equal(ends.stream.widen(0xffff_fff5), true)
  assert.equal(ends.stream.widen(1), false)
  ends.stream.destroy()
})

test('destroySoon says what was written first', async () => {
  const ends = new Ends(3, 32_768)
  ends.stream.write('hello')
  ends.stream.destroySoon()
  await turn()
  assert.deepEqual(ends.signals, [])
  ends.stream.widen(2)
  await new Promise((resolve) => ends.stream.once('close', resolve))
  assert.equal(Buffer.concat(ends.data).toString(), 'hello')
  assert.deepEqual(ends.signals, ['eof', 'close'])
})
