import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ciphers, protection } from '../../../src/wire/ssh/cipher/ciphers.ts'
import { macs } from '../../../src/wire/ssh/cipher/macs.ts'
import { openSshAnswer } from '../../../src/wire/ssh/open-ssh-answer.ts'
import { PacketReader, type PacketResult } from '../../../src/wire/ssh/packet-reader.ts'
import { PacketWriter } from '../../../src/wire/ssh/packet-writer.ts'

/** Pairs of a cipher and a MAC, one of each way to protect a packet. */
const pairs: readonly (readonly [string, string])[] = [
  ['', ''],
  ['chacha20-poly1305@openssh.com', ''],
  ['aes256-gcm@openssh.com', ''],
  ['aes128-ctr', 'hmac-sha2-256'],
  ['aes192-ctr', 'umac-64-etm@openssh.com'],
]

describe('packets', () => {
  for (const [cipher, mac] of pairs) {
    test(`are read the same however they are cut: ${cipher || 'plain'} ${mac}`, () => {
      const chunks = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 })
      const payloads = fc.array(
        fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => bytes.with(0, 1 + (bytes[0]! % 191))),
        { maxLength: 8 },
      )
      fc.assert(
        fc.property(payloads, chunks, (messages, sizes) => {
          const { writer, reader } = pair(cipher, mac)
          const wire = Buffer.concat(messages.map((message) => writer.write(message)))
          const read: Uint8Array[] = []
          for (let at = 0, turn = 0; at < wire.length; turn++) {
            const size = sizes[turn % sizes.length]!
            reader.push(wire.subarray(at, at + size))
            at += size
            for (let result = reader.next(); result.state !== 'more'; result = reader.next()) {
              assert(result.state === 'packet')
              assert.equal(result.sequence, read.length)
              read.push(result.payload)
            }
          }
          assert.deepEqual(read, messages)
          assert.equal(reader.pendingBytes, 0)
        }),
        { numRuns: 50 },
      )
    })

    test(`of random bytes never throw: ${cipher || 'plain'} ${mac}`, () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }), (chunks) => {
          const { reader } = pair(cipher, mac)
          for (const chunk of chunks) {
            reader.push(chunk)
            for (let turn = 0; turn < 100 && reader.next().state === 'packet'; turn++);
          }
        }),
      )
    })
  }

  test('change their keys from one to the next', () => {
    const writer = new PacketWriter()
    const reader = new PacketReader()
    reader.push(writer.write(Buffer.from([21])))
    writer.protect(protectionOf('aes128-ctr', 'hmac-sha1'), false)
    reader.push(writer.write(Buffer.from([5, 1])))
    assert.equal(payloadOf(reader.next()), '15')
    reader.protect(protectionOf('aes128-ctr', 'hmac-sha1'), false)
    assert.deepEqual(reader.next(), { state: 'packet', payload: Uint8Array.of(5, 1), sequence: 1 })
    assert.equal(writer.sequence, 2)
  })

  test('are numbered from 0 again after a strict key exchange', () => {
    const writer = new PacketWriter()
    const reader = new PacketReader()
    reader.push(writer.write(Buffer.from([21])))
    reader.next()
    writer.protect(protectionOf('chacha20-poly1305@openssh.com', ''), true)
    reader.protect(protectionOf('chacha20-poly1305@openssh.com', ''), true)
    reader.push(writer.write(Buffer.from([5])))
    assert.deepEqual(reader.next(), { state: 'packet', payload: Uint8Array.of(5), sequence: 0 })
  })

  test('do not write to what was pushed', () => {
    const reader = new PacketReader()
    const chunk = Buffer.from(new PacketWriter().write(Buffer.from([21])))
    const room = Buffer.concat([chunk.subarray(0, 9), Buffer.alloc(20, 0xee)])
    reader.push(room.subarray(0, 9))
    reader.push(chunk.subarray(9))
    assert.equal(payloadOf(reader.next()), '15')
    assert.deepEqual(room.subarray(9), Buffer.alloc(20, 0xee))
  })
})

describe('padding', () => {
  test("is OpenSSH's: as little as may be, zeros without keys", () => {
    const writer = new PacketWriter()
    for (const [length, packet, padding] of [
      [1, 16, 10],
      [6, 16, 5],
      [7, 16, 4],
      [8, 24, 11],
      [15, 24, 4],
    ] as const) {
      const wire = writer.write(new Uint8Array(length).fill(9))
      assert.equal(wire.length, packet, `${length}`)
      assert.equal(wire[4], padding)
      assert.deepEqual(Uint8Array.from(wire.subarray(5 + length)), new Uint8Array(padding))
    }
  })

  test('leaves the length out where that is sent apart', () => {
    const { writer } = pair('aes128-gcm@openssh.com', '')
    assert.equal(writer.write(new Uint8Array(11).fill(9)).length, 4 + 16 + 16)
    assert.equal(writer.write(new Uint8Array(12).fill(9)).length, 4 + 32 + 16)
  })

  test('is random with keys', () => {
    const { writer, reader } = pair('aes128-ctr', 'hmac-sha1')
    const { writer: again } = pair('aes128-ctr', 'hmac-sha1')
    const message = new Uint8Array(1).fill(9)
    const wire = writer.write(message)
    assert.notDeepEqual(wire, again.write(message))
    reader.push(wire)
    assert.equal(payloadOf(reader.next()), '09')
  })
})

describe('what is no packet', () => {
  const cases: readonly [string, string, object, string | undefined][] = [
    ['a length of 0', '0000000000000000', { reason: 'bad-length', length: 0 }, undefined],
    ['a length of 4', '0000000400000000', { reason: 'bad-length', length: 4 }, undefined],
    ['256 KiB and a byte', '0004000100000000', { reason: 'bad-length', length: 262_145 }, undefined],
    [
      'the length of an HTTP request',
      '474554202f204854',
      { reason: 'bad-length', length: 0x47455420 },
      undefined,
    ],
    ['no multiple of a block', '0000000d04000000', { reason: 'bad-block', length: 13 }, undefined],
    [
      'three bytes of padding',
      '0000000c031400000000000000000000',
      { reason: 'bad-padding', padding: 3 },
      'Corrupted padlen 3 on input.',
    ],
    [
      'more padding than packet',
      '0000000c0c1400000000000000000000',
      { reason: 'long-padding', padding: 12 },
      undefined,
    ],
    ['no message', '0000000c0b0000000000000000000000', { reason: 'empty' }, undefined],
    [
      'message number 0',
      '0000000c0a0000000000000000000000',
      { reason: 'bad-type', type: 0 },
      'Invalid ssh2 packet type: 0',
    ],
    [
      'message number 192',
      '0000000c0ac000000000000000000000',
      { reason: 'bad-type', type: 192 },
      'Invalid ssh2 packet type: 192',
    ],
  ]
  for (const [name, hex, fault, answer] of cases) {
    test(`${name}: ${answer ?? 'no answer'}`, () => {
      const reader = new PacketReader()
      reader.push(Buffer.from(hex, 'hex'))
      const result = reader.next()
      assert.deepEqual(result, { state: 'malformed', fault })
      assert(result.state === 'malformed')
      assert.equal(openSshAnswer(result.fault)?.text, answer)
      reader.push(new PacketWriter().write(Buffer.from([21])))
      assert.deepEqual(reader.next(), result, 'and stays so')
    })
  }

  test('a wrong tag is told from a late one', () => {
    for (const [cipher, mac, late] of [
      ['aes128-ctr', 'hmac-sha1', true],
      ['aes128-ctr', 'hmac-sha1-etm@openssh.com', false],
      ['aes128-gcm@openssh.com', '', false],
      ['chacha20-poly1305@openssh.com', '', false],
    ] as const) {
      const { writer, reader } = pair(cipher, mac)
      const wire = writer.write(Buffer.from([5, 1, 2, 3]))
      wire[wire.length - 1]! ^= 1
      reader.push(wire)
      const fault = { reason: 'bad-mac', late } as const
      assert.deepEqual(reader.next(), { state: 'malformed', fault }, cipher)
      assert.equal(openSshAnswer(fault), undefined)
    }
  })

  test('a packet of exactly 256 KiB is one', () => {
    const reader = new PacketReader()
    const packet = Buffer.alloc(4 + 256 * 1024 - 4)
    packet.writeUInt32BE(256 * 1024 - 4)
    packet[4] = 4
    packet[5] = 2
    reader.push(packet)
    assert.equal(reader.next().state, 'packet')
  })
})

function protectionOf(cipher: string, mac: string) {
  return protection(cipher, mac, {
    key: new Uint8Array(ciphers.get(cipher)!.keyBytes).fill(1),
    iv: new Uint8Array(ciphers.get(cipher)!.ivBytes).fill(2),
    macKey: new Uint8Array(macs.get(mac)?.keyBytes ?? 0).fill(3),
  })
}

function pair(cipher: string, mac: string) {
  const writer = new PacketWriter()
  const reader = new PacketReader()
  if (cipher !== '') {
    writer.protect(protectionOf(cipher, mac), false)
    reader.protect(protectionOf(cipher, mac), false)
  }
  return { writer, reader }
}

function payloadOf(result: PacketResult): string {
  assert(result.state === 'packet')
  return Buffer.from(result.payload).toString('hex')
}
