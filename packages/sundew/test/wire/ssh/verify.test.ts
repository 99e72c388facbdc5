import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hostKeyFrom } from '../../../src/wire/ssh/key/host-key.ts'
import { verifies } from '../../../src/wire/ssh/key/verify.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'

const keys = [
  hostKeyFrom(generateKeyPairSync('ed25519').privateKey),
  hostKeyFrom(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  hostKeyFrom(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
]

describe('a signature', () => {
  for (const key of keys)
    for (const algorithm of key.algorithms) {
      test(`by ${algorithm} is one of what was signed, and of nothing else`, () => {
        fc.assert(
          fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(), (data, at) => {
            const signature = Buffer.from(key.sign(algorithm, data))
            assert(verifies(algorithm, key.blob, data, signature))
            assert(!verifies(algorithm, key.blob, Buffer.concat([data, Buffer.of(0)]), signature))
            assert(!verifies('ssh-dss', key.blob, data, signature))
            // Any flipped bit: of a name, a length or a number.
            signature[at % signature.length]! ^= 1 << (at % 8)
            assert(!verifies(algorithm, key.blob, data, signature))
          }),
          { numRuns: 30 },
        )
      })
    }

  for (const [curve, name, bytes, hash] of [
    ['P-384', 'nistp384', 48, 'sha384'],
    ['P-521', 'nistp521', 66, 'sha512'],
  ] as const)
    test(`by a key on ${curve}`, () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
      const { x, y } = publicKey.export({ format: 'jwk' })
      const point = Buffer.concat([Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')])
      const type = `ecdsa-sha2-${name}`
      const blob = new WireWriter().string(type).string(name).string(point).bytes()
      const data = Buffer.from('whatever')
      const pair = sign(hash, data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      const numbers = new WireWriter().mpint(pair.subarray(0, bytes)).mpint(pair.subarray(bytes)).bytes()
      const signature = new WireWriter().string(type).string(numbers).bytes()
      assert(verifies(type, blob, data, signature))
      assert(!verifies(type, blob, Buffer.from('another'), signature))
    })

  test('of random bytes is none, and never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 100 })
    const algorithm = fc.constantFrom('ssh-ed25519', 'rsa-sha2-256', 'ecdsa-sha2-nistp256', 'x', '')
    fc.assert(
      fc.property(algorithm, bytes, bytes, bytes, (name, blob, data, raw) => {
        const signature = new WireWriter().string(name).string(raw).bytes()
        const named = new WireWriter().string(name).string(blob).string(blob).bytes()
        for (const key of [blob, named]) assert(!verifies(name, key, data, signature))
        assert(!verifies(name, named, data, raw))
      }),
    )
  })
})
