import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { messageNumber as number } from '../../../../src/wire/ssh/message/message-number.ts'
import { WireWriter } from '../../../../src/wire/ssh/message/wire-writer.ts'
import { until } from '../../host.ts'
import { faultsOf } from '../../valid.ts'
import { Bench } from './bench.ts'

describe('a client that abuses its windows', () => {
  test('is not heard past its window: no more waits for us than that', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('example.org', 25, { window: 0 })
    // Who is not read reads no more.
    const packet = Buffer.from('NOOP\r\n'.repeat(5_000))
    for (let i = 0; i < 200; i++) bench.send(channel, packet)
    bench.signal(channel, 'channelClose')
    await until(() => bench.of('tunnel.close').length === 1, 'it is over')
    const [{ fields } = assert.fail()] = bench.of('tunnel.close')
    assert.ok(fields.received_bytes <= 2 ** 21 + 500_000 && fields.received_bytes > 2 ** 20)
    assert.deepEqual(bench.said, [])
  })

  test('is hung up on for a window past 2^32', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('example.org', 25)
    bench.widen(channel, 0xffff_ffff)
    assert.deepEqual(bench.said, ['end: persona'])
  })

  test('gets nothing where it takes nothing, and costs no more than that', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('example.org', 25, { window: 0 })
    for (let i = 0; i < 1_000; i++) bench.send(channel, 'NOOP\r\n'.repeat(100))
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(bench.text(channel), '')
    assert.equal(bench.held, 1, 'the connection is not read from')
  })

  test('is read from again once the tunnel that would not read is closed', async () => {
    await using bench = await Bench.start()
    const channel = await bench.open('example.org', 25, { window: 0 })
    for (let i = 0; i < 1_000; i++) bench.send(channel, 'NOOP\r\n'.repeat(100))
    await until(() => bench.held === 1, 'it is held')
    bench.signal(channel, 'channelClose')
    await until(() => bench.held === 0, 'it is released')
  })
})

test('a request about a tunnel is refused, and its standard error is passed over, as by sshd', async () => {
  await using bench = await Bench.start()
  const channel = await bench.open('example.org', 25)
  const data = new WireWriter(number.channelExtendedData).uint32(bench.id(channel)).uint32(1).string('err')
  bench.message(data)
  bench.message(new WireWriter(number.channelRequest).uint32(bench.id(channel)).string('shell').flag(true))
  assert.deepEqual(bench.signals.get(channel), ['failure'])
  bench.signal(channel, 'channelClose')
  await until(() => bench.of('tunnel.close').length === 1, 'it is closed')
  assert.equal(bench.of('tunnel.close')[0]?.fields.received_bytes, 0)
})

test('messages about tunnels in any order harm nothing, and every tunnel that opened is closed', async () => {
  const hosts = ['example.org', '127.0.0.1', 'x.invalid', '\0', '224.0.0.1', 'ya.ru']
  const ports = [25, 80, 443, 465, 110, 31_337, 0, 65_535, 65_536, 0xffff_ffff]
  const sizes = fc.constantFrom(0, 1, 100, 32_768, 0x7fff_ffff, 0xffff_ffff)
  const id = fc.integer({ min: 0, max: 8 })
  const sent = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('EHLO a\r\n', 'QUIT\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\x16\x03\x01\x02\0'),
  )
  const message = fc.oneof(
    fc
      .record({
        host: fc.constantFrom(...hosts),
        port: fc.constantFrom(...ports),
        window: sizes,
        maxPacket: sizes,
        originPort: fc.constantFrom(1, 70_000),
      })
      .map(
        ({ host, port, ...ends }) =>
          (bench: Bench) =>
            void bench.ask(host, port, ends),
      ),
    fc
      .record({ id, sent, type: fc.constantFrom(number.channelData, number.channelExtendedData) })
      .map(({ id, sent, type }) => (bench: Bench) => {
        const writer = new WireWriter(type).uint32(id)
        if (type === number.channelExtendedData) writer.uint32(1)
        bench.message(writer.string(Buffer.from(sent, 'latin1')))
      }),
    fc.record({ id, bytes: sizes }).map(({ id, bytes }) => (bench: Bench) => {
      bench.message(new WireWriter(number.channelWindowAdjust).uint32(id).uint32(bytes))
    }),
    fc.record({ id, which: fc.constantFrom('channelEof' as const, 'channelClose' as const) }).map(
      ({ id, which }) =>
        (bench: Bench) =>
          bench.message(new WireWriter(number[which]).uint32(id)),
    ),
    fc.constant(() => new Promise<void>((resolve) => setTimeout(resolve, 2))),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 50, maxLength: 200 }), async (messages) => {
      await using bench = await Bench.start()
      for (const play of messages) await play(bench)
      bench.channels.closed()
      const opened = (): string[] =>
        bench
          .of('tunnel.open')
          .filter(({ fields }) => fields.outcome === 'opened')
          .map(({ tunnel = '' }) => tunnel)
      await until(() => bench.of('tunnel.close').length === opened().length, 'all are closed')
      assert.deepEqual(
        bench
          .of('tunnel.close')
          .map(({ tunnel = '' }) => tunnel)
          .toSorted(),
        opened().toSorted(),
      )
      assert.deepEqual(bench.events.flatMap(faultsOf), [])
    }),
    { numRuns: 15 },
  )
})

describe('many tunnels', () => {
  test('at once fail past a number, as where descriptors end', async () => {
    await using bench = await Bench.start()
    const channels = Array.from({ length: 300 }, () => bench.ask('example.org', 25))
    await until(() => bench.answers.size === 300, 'all are answered')
    const opened = channels.filter((channel) => bench.answers.get(channel)?.opened)
    assert.equal(opened.length, 256)
    assert.deepEqual(bench.answers.get(299), { opened: false, code: 2, text: 'open failed' })
    for (const channel of opened) bench.signal(channel, 'channelClose')
    await until(() => bench.of('tunnel.close').length === 256, 'all are closed')
    assert.ok(bench.answers.get(await bench.open('example.org', 25))?.opened)
  })

  test('of ten thousand one after the other, those of a minute past 6000 fail and are only counted', async () => {
    await using bench = await Bench.start()
    for (let i = 0; i < 10_000; i++) {
      const channel = bench.ask('127.0.0.1', 25)
      if (bench.answers.get(channel)?.opened) bench.signal(channel, 'channelClose')
      if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    assert.equal(bench.of('tunnel.open').length, 6_000)
    assert.equal([...bench.answers.values()].filter(({ opened }) => !opened).length, 4_000)
    await until(() => bench.of('tunnel.close').length === 6_000, 'all are closed')
  })

  test('end with their connection: what was asked for and had not opened never does', async () => {
    await using bench = await Bench.start({ round_trip_ms: 60 })
    bench.ask('example.org', 25)
    bench.channels.closed()
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal(bench.answers.size, 0)
  })
})

describe('the limits of the decoy that answers', () => {
  test('hold for a source: one too many is told so by the mail server', async () => {
    await using bench = await Bench.start({}, { connectionsPerSource: 2 })
    const [first = 0, , third = 0] = ['a', 'b', 'c'].map((name) => bench.ask(`${name}.example.org`, 25))
    await bench.heard(
      third,
      /^421 4\.7\.0 c\.example\.org Error: too many connections from 192\.0\.2\.1\r\n$/,
    )
    await bench.heard(first, '220 a.example.org')
    const [limit] = bench.of('limit.reached')
    assert.equal(limit?.fields.limit, 'connections_per_source')
    assert.equal(limit.service, 'smtp')
  })

  test('hold for time: who says nothing is shown out in the name of the host', async () => {
    await using bench = await Bench.start({}, { idleMs: 200 })
    const channel = await bench.open('mx.example.org', 25)
    await bench.heard(channel, '421 4.4.2 mx.example.org Error: timeout exceeded')
    await until(() => bench.signals.get(channel)?.includes('eof') ?? false, 'it is ended')
    bench.signal(channel, 'channelEof')
    await until(() => bench.of('tunnel.close').length === 1, 'it is closed')
    assert.equal(bench.of('tunnel.close')[0]?.fields.reason, 'limit')
  })

  test('hold for what is kept: a full disk takes no mail', async () => {
    await using bench = await Bench.start()
    bench.room.quota = { full: true, sources: [] }
    const channel = await bench.open('mx.example.org', 25)
    bench.send(channel, 'EHLO a\r\nMAIL FROM:<a@b.example>\r\n')
    await bench.heard(channel, '452 4.3.1 Insufficient system storage')
  })
})
