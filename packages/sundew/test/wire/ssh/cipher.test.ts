import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { poly1305 } from '../../../src/wire/ssh/cipher/poly1305.ts'
import { ciphers, protection } from '../../../src/wire/ssh/cipher/ciphers.ts'
import { macs } from '../../../src/wire/ssh/cipher/macs.ts'
import { maxUmacBytes, Umac } from '../../../src/wire/ssh/cipher/umac.ts'

describe('UMAC', () => {
  const key = Buffer.from('abcdefghijklmnop')
  // RFC 4418's vectors: message, tag of 64 bits, and of 128 (whose last 32 bits are from Nettle's tests).
  const vectors: readonly [string, string, number, string, string][] = [
    ['the empty message', '', 0, '6e155fad26900be1', '32fedb100c79ad58f07ff7643cc60465'],
    ['a × 3', 'a', 3, '44b5cb542f220104', '185e4fe905cba7bd85e4c2dc3d117d8d'],
    ['a × 2^10', 'a', 1 << 10, '26bf2f5d60118bd9', '7a54abe04af82d60fb298c3cbd195bcb'],
    ['a × 2^15', 'a', 1 << 15, '27f8ef643b0d118d', '7b136bd911e4b734286ef2be501f2c3c'],
    ['a × 2^20', 'a', 1 << 20, 'a4477e87e9f55853', 'f8acfa3ac31cfeea047f7b115b03bef5'],
    ['abc', 'abc', 1, 'd4d7b9f6bd4fbfcf', '883c3d4b97a61976ffcf232308cba5a5'],
    ['abc × 500', 'abc', 500, 'd4cf26ddefd5c01a', '8824a260c53c66a36c9260a62cb83aa1'],
    // Nettle's own, about the edges of a block.
    ['1022 bytes', 'def', 1022 / 3, '2cee9784556387b3', '700513397f8a210a98938d3e7ac3bd88'],
  ]
  for (const [name, text, times, short, long] of vectors) {
    test(`of ${name}`, () => {
      const message = Buffer.alloc(Math.round(text.length * times), text || 'a')
      const tag = (bytes: 8 | 16) => hex(new Umac(key, bytes).tag(0x66676869, message, 0x62636465))
      assert.equal(tag(8), short)
      assert.equal(tag(16), long)
    })
  }

  test('gives the same tags in any order of nonces', () => {
    const message = Buffer.from('packet')
    const forward = new Umac(key, 8)
    const tags = Array.from({ length: 100 }, (_, i) => hex(forward.tag(i, message)))
    const backward = new Umac(key, 8)
    for (let i = 99; i >= 0; i--) assert.equal(hex(backward.tag(i, message)), tags[i])
    assert.equal(new Set(tags).size, 100)
    assert.equal(hex(backward.tag(0xffff_ffff, message)), hex(forward.tag(0xffff_ffff, message)))
  })

  test('tells words at the edge of its prime apart', () => {
    const umac = new Umac(key, 16)
    const message = new Uint8Array(4096).fill(0xff)
    const tag = hex(umac.tag(1, message))
    message[4095] = 0xfe
    assert.notEqual(hex(umac.tag(1, message)), tag)
  })

  test('says what it can not do', () => {
    assert.throws(() => new Umac(Buffer.alloc(8), 8), /a key has 16 bytes, this one 8/)
    assert.throws(() => new Umac(key, 8).tag(0, new Uint8Array(maxUmacBytes + 1)), RangeError)
  })
})

describe('Poly1305', () => {
  // RFC 8439 §2.5.2 and appendix A.3, vectors 7 to 11.
  const ff = 'ff'.repeat(16)
  const one = `01${'00'.repeat(15)}`
  const two = `02${'00'.repeat(15)}`
  const zeros = '00'.repeat(16)
  const vectors: readonly [string, string, string, string][] = [
    [
      'the forum',
      '85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b',
      hex(Buffer.from('Cryptographic Forum Research Group')),
      'a8061dc1305136c6c22b8baf0c0127a9',
    ],
    ['2^130 - 2 wrapped', two + zeros, ff, `03${'00'.repeat(15)}`],
    ['s that wraps', two + ff, two, `03${'00'.repeat(15)}`],
    [
      'a sum past the prime',
      one + zeros,
      `${ff}f0${'ff'.repeat(15)}11${'00'.repeat(15)}`,
      `05${'00'.repeat(15)}`,
    ],
    ['the prime itself', one + zeros, `${ff}fb${'fe'.repeat(15)}${'01'.repeat(16)}`, zeros],
    ['2^130 - 6', two + zeros, `fd${'ff'.repeat(15)}`, `fa${'ff'.repeat(15)}`],
  ]
  for (const [name, key, message, tag] of vectors) {
    test(`of ${name}`, () => {
      assert.equal(hex(poly1305(Buffer.from(key, 'hex'), Buffer.from(message, 'hex'))), tag)
    })
  }

  test('is what its definition in whole numbers says', () => {
    const number = (bytes: Uint8Array) => BigInt(`0x${hex(Uint8Array.from(bytes).reverse()) || '0'}`)
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 200 }),
        (key, message) => {
          const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
          let sum = 0n
          for (let i = 0; i < message.length; i += 16)
            sum = ((sum + number(Uint8Array.of(...message.subarray(i, i + 16), 1))) * r) % (2n ** 130n - 5n)
          sum = (sum + number(key.subarray(16))) % 2n ** 128n
          assert.equal(number(poly1305(key, message)), sum)
        },
      ),
    )
  })
})

for (const [cipher, kind] of ciphers) {
  for (const mac of kind.authenticates ? ['-'] : macs.keys()) {
    describe(`${cipher} with ${mac}`, () => {
      const keys = {
        key: new Uint8Array(kind.keyBytes).fill(1),
        iv: new Uint8Array(kind.ivBytes).fill(255),
        macKey: new Uint8Array(macs.get(mac)?.keyBytes ?? 0).fill(3),
      }

      test('opens what it sealed, packet after packet', () => {
        const sealer = protection(cipher, mac, keys)
        const opener = protection(cipher, mac, keys)
        for (let sequence = 0xffff_fff0; sequence < 0x1_0000_0010; sequence++) {
          const packet = packetOf(sealer.blockBytes * ((sequence % 5) + 2) + (sealer.lengthApart ? 4 : 0))
          const whole = sealer.seal(Buffer.from(packet), sequence >>> 0)
          assert.equal(whole.length, packet.length + opener.tagBytes)
          assert.equal(opener.length(whole.subarray(0, opener.headBytes), sequence >>> 0), packet.length - 4)
          assert.deepEqual(Buffer.from(opener.open(whole, sequence >>> 0)!), packet)
        }
      })

      test('finds a flipped bit anywhere past the length', () => {
        const length = 32 + (protection(cipher, mac, keys).lengthApart ? 4 : 0)
        for (let at = 4; at < length + protection(cipher, mac, keys).tagBytes; at++) {
          const whole = protection(cipher, mac, keys).seal(packetOf(length), 7)
          whole[at]! ^= 0x10
          const opener = protection(cipher, mac, keys)
          opener.length(whole.subarray(0, opener.headBytes), 7)
          assert.equal(opener.open(whole, 7), undefined, `at ${at}`)
        }
      })
    })
  }
}

test('a cipher or a MAC that is not here is named', () => {
  const keys = { key: new Uint8Array(), iv: new Uint8Array(), macKey: new Uint8Array() }
  assert.throws(() => protection('3des-cbc', 'hmac-sha1', keys), /no 3des-cbc here; there are: chacha20/)
  assert.throws(() => protection('aes128-ctr', 'hmac-md5', keys), /no hmac-md5 here/)
})

function packetOf(length: number): Buffer {
  const packet = Buffer.alloc(length, 0x5a)
  packet.writeUInt32BE(length - 4)
  return packet
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
