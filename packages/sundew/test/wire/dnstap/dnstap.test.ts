import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DnsNames } from '../../../src/wire/dnstap/dns-names.ts'
import { controlFrame, dnstapContentType, FrameStream } from '../../../src/wire/dnstap/frame-stream.ts'
import { DnstapMessage, readDnstap } from '../../../src/wire/dnstap/message.ts'
import { dataFrame, dnsMessage, dnstap, record, wireName } from './encode.ts'

const [accept, start, stop, ready, finish] = [1, 2, 3, 4, 5]

/** What a receiver gave and said back to these bytes, cut into pieces of a size. */
function received(bytes: Uint8Array, size = bytes.length) {
  const frames: string[] = []
  const replies: number[] = []
  const stream = new FrameStream({
    frame: (from, at, to) => frames.push(Buffer.from(from.subarray(at, to)).toString('latin1')),
    reply: (reply) => replies.push(reply[11]!),
  })
  for (let at = 0; at < bytes.length; at += Math.max(1, size))
    stream.push(bytes.slice(at, at + Math.max(1, size)))
  return { frames, replies, fault: stream.fault, stopped: stream.stopped, started: stream.started }
}

const text = (word: string) => dataFrame(Buffer.from(word))
const begin = controlFrame(start, dnstapContentType)
const end = controlFrame(stop)

describe('Frame Streams', () => {
  test('a sender that asks is answered ACCEPT and FINISH, one that does not is not', () => {
    const body = Buffer.concat([begin, text('one'), text('two'), end])
    assert.deepEqual(received(Buffer.concat([controlFrame(ready, dnstapContentType), body])), {
      frames: ['one', 'two'],
      replies: [accept, finish],
      fault: undefined,
      stopped: true,
      started: true,
    })
    assert.deepEqual(received(body).replies, [])
    assert.deepEqual(received(body).frames, ['one', 'two'])
  })

  test('frames are the same however the bytes were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 5_000 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 6_000 }),
        (words, size) => {
          const bytes = Buffer.concat([begin, ...words.map(text), end])
          const { frames, stopped, fault } = received(bytes, size)
          assert.deepEqual(
            frames,
            words.map((word) => Buffer.from(word).toString('latin1')),
          )
          assert.equal(stopped, true)
          assert.equal(fault, undefined)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('what is none of it ends with its reason', () => {
    const faults: Record<string, Uint8Array> = {
      'bad-control': text('a frame before START'),
      'too-long': Buffer.concat([begin, Buffer.from([0x7f, 0xff, 0xff, 0xff])]),
      'other-content': controlFrame(ready, 'protobuf:other'),
    }
    for (const [fault, bytes] of Object.entries(faults)) assert.equal(received(bytes).fault, fault)
    for (const type of [accept, finish, 0, 99])
      assert.equal(received(controlFrame(type)).fault, 'bad-control')
    assert.equal(received(Buffer.concat([begin, begin])).fault, 'bad-control')
    assert.equal(received(end).fault, 'bad-control')
    assert.equal(received(controlFrame(start, 'x')).fault, 'other-content')
    assert.equal(received(Buffer.from([0, 0, 0, 0, 0, 0, 0xff, 0xff])).fault, 'too-long')
    const field = Buffer.from(begin)
    field[19] = 255
    assert.equal(received(field).fault, 'bad-control')
    assert.equal(received(Buffer.from('GET / HTTP/1.1\r\n\r\n')).fault, 'bad-control')
  })

  test('a frame of its greatest length is taken, one byte more is not', () => {
    const most = 256 * 1024
    assert.equal(received(Buffer.concat([begin, dataFrame(Buffer.alloc(most))]), 65_536).frames.length, 1)
    assert.equal(
      received(Buffer.concat([begin, dataFrame(Buffer.alloc(most + 1))]), 65_536).fault,
      'too-long',
    )
  })

  test('any bytes are taken without a throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (pieces) => {
        received(Buffer.concat([begin, ...pieces]), 7)
        received(Buffer.concat(pieces), 13)
      }),
    )
  })
})

describe('dnstap messages', () => {
  const read = (bytes: Uint8Array) => {
    const message = new DnstapMessage()
    const fault = readDnstap(bytes, 0, bytes.length, message)
    return { fault, message }
  }

  test('type, client, time, policy and DNS messages are where they stand', () => {
    const query = dnsMessage('bad.example')
    const response = dnsMessage('bad.example', [record(1, [203, 0, 113, 7])])
    const bytes = dnstap({ type: 6, query, response, policy: 1 })
    const { fault, message } = read(bytes)
    assert.equal(fault, undefined)
    const { type, protocol, queryPort, timeMs, policyAction } = message
    assert.deepEqual(
      { type, protocol, queryPort, timeMs, policyAction },
      { type: 6, protocol: 1, queryPort: 5353, timeMs: 1_795_636_192_250, policyAction: 1 },
    )
    const slice = ({ from, to }: { from: number; to: number }) => Uint8Array.from(bytes.subarray(from, to))
    assert.deepEqual(slice(message.queryAddress), Uint8Array.of(10, 0, 0, 7))
    assert.deepEqual(slice(message.query), query)
    assert.deepEqual(slice(message.response), response)
    assert.equal(read(dnstap({ type: 5, query })).message.timeMs, 1_795_636_191_250)
  })

  test('what it is not has a reason', () => {
    assert.equal(read(new Uint8Array(0)).fault, 'no-message')
    assert.equal(read(Buffer.from('<html>')).fault, 'bad-protobuf')
    assert.equal(read(dnstap({ type: 5, client: [1, 2, 3] })).fault, 'bad-address')
    assert.equal(read(Uint8Array.of(0x72, 0xff, 0xff, 0xff, 0xff, 0x0f)).fault, 'bad-protobuf')
    assert.equal(read(Uint8Array.of(0x72, 0x02, 0x08, 0xff)).fault, 'bad-protobuf')
    assert.equal(read(Uint8Array.from(Array<number[]>(100).fill([8, 1]).flat())).fault, 'bad-protobuf')
  })

  test('cut or changed bytes give places within them, or a reason', () => {
    const whole = dnstap({
      type: 6,
      query: dnsMessage('a.example'),
      response: dnsMessage('a.example'),
      policy: 2,
    })
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.nat(whole.length), fc.array(change, { maxLength: 5 }), (length, changes) => {
        const bytes = Uint8Array.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        const message = new DnstapMessage()
        if (readDnstap(bytes, 0, length, message) !== undefined) return
        for (const span of [message.queryAddress, message.responseAddress, message.query, message.response])
          assert.ok(span.from >= 0 && span.from <= span.to && span.to <= length)
      }),
    )
  })
})

describe('names and addresses of DNS messages', () => {
  const told = (bytes: Uint8Array) => {
    const things: string[] = []
    const show = (at: Uint8Array, from: number, to: number) =>
      Buffer.from(at.subarray(from, to)).toString('latin1')
    const fault = new DnsNames().read(bytes, 0, bytes.length, {
      question: (at, from, to) => things.push(`asked ${show(at, from, to)}`),
      name: (at, from, to) => things.push(show(at, from, to)),
      address: (at, from, length) => things.push([...at.subarray(from, from + length)].join('.')),
    })
    return { things, fault }
  }

  test('the question, aliases and addresses are told', () => {
    const bytes = dnsMessage('WWW.Bad.example', [
      record(5, wireName('alias.example')),
      record(1, [203, 0, 113, 7]),
      record(16, [3, 97, 98, 99]),
      record(28, Array<number>(16).fill(1)),
    ])
    assert.deepEqual(told(bytes), {
      things: ['asked www.bad.example', 'alias.example', '203.0.113.7', Array(16).fill(1).join('.')],
      fault: undefined,
    })
  })

  test('a dot within a label is none between labels, and no byte moves a line', () => {
    const header = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    const label = [5, 0x61, 0x2e, 0x0a, 0xff, 0x62]
    const bytes = Uint8Array.from([header, label, wireName('example'), [0, 1, 0, 1]].flat())
    assert.deepEqual(told(bytes).things, ['asked a\\046\\010\\255b.example'])
  })

  test('pointers that go forward or round, labels of other kinds and names too long end with a reason', () => {
    const header = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    for (const name of [
      [0xc0, 12],
      [0xc0, 14, 0],
      [0x40, 1, 2],
      [1, 97, 0xc0, 14],
    ])
      assert.equal(told(Uint8Array.from([...header, ...name, 0, 1, 0, 1])).fault, 'bad-name', name.join())
    const long = told(
      Uint8Array.from([...header, ...Array<number[]>(130).fill([1, 97]).flat(), 0, 0, 1, 0, 1]),
    )
    assert.equal(long.fault, 'bad-name')
    assert.equal(told(Uint8Array.from(header.slice(0, 11))).fault, 'cut')
    assert.equal(told(Uint8Array.from([...header, 5, 97])).fault, 'cut')
  })

  test('cut or changed messages never throw', () => {
    const whole = dnsMessage('www.bad.example', [
      record(5, wireName('alias.example')),
      record(1, [1, 2, 3, 4]),
    ])
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.nat(whole.length), fc.array(change, { maxLength: 6 }), (length, changes) => {
        const bytes = Uint8Array.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        for (const thing of told(bytes.subarray(0, length)).things) assert.match(thing, /^[\x21-\x7e ]+$/)
      }),
    )
  })
})
