import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  decodeRounded,
  decodeRq,
  decodeSmall,
  encodeRounded,
  encodeRq,
  encodeSmall,
} from '../../../src/wire/ssh/sntrup761/encoding.ts'
import {
  decapsulate,
  encapsulate,
  encapsulateShort,
  generateKeyPair,
  keyPairFrom,
  shortOf,
} from '../../../src/wire/ssh/sntrup761/kem.ts'
import { p, publicKeyBytes, q, roundedBytes, weight } from '../../../src/wire/ssh/sntrup761/parameters.ts'
import { invert, mod3, modQ, multiplySmall } from '../../../src/wire/ssh/sntrup761/ring.ts'
import { randomShort, randomSmall } from '../../../src/wire/ssh/sntrup761/sample.ts'

interface Vector {
  readonly secretKey: string
  readonly ciphertext: string
  readonly sessionKey: string
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../../../../testdata/ssh/sntrup761.json', import.meta.url), 'utf8'),
) as { vectors: readonly Vector[] }

for (const [number, vector] of vectors.entries()) {
  describe(`the draft's test vector ${number}`, () => {
    const secretKey = Buffer.from(vector.secretKey, 'hex')
    const publicKey = secretKey.subarray(382, 382 + publicKeyBytes)
    const ciphertext = Buffer.from(vector.ciphertext, 'hex')

    test('is decapsulated to its session key', () => {
      assert.equal(hex(decapsulate(ciphertext, secretKey)), vector.sessionKey)
    })

    test('is encapsulated again, byte for byte, from its random part', () => {
      const again = encapsulateShort(publicKey, shortOf(ciphertext, secretKey))
      assert.equal(hex(again.ciphertext), vector.ciphertext)
      assert.equal(hex(again.sessionKey), vector.sessionKey)
    })

    test('has the public key that its f and g make', () => {
      const gInverse = decodeSmall(secretKey.subarray(191))
      const reject = secretKey.subarray(382 + publicKeyBytes, 382 + publicKeyBytes + 191)
      const pair = keyPairFrom(decodeSmall(secretKey), invert(gInverse, 3)!, gInverse, reject)
      assert.equal(hex(pair.publicKey), hex(publicKey))
      assert.equal(hex(pair.secretKey), vector.secretKey)
    })
  })
}

describe('sntrup761', () => {
  test('gives both sides the same key', () => {
    const { publicKey, secretKey } = generateKeyPair()
    for (let i = 0; i < 5; i++) {
      const { ciphertext, sessionKey } = encapsulate(publicKey)
      assert.equal(hex(decapsulate(ciphertext, secretKey)), hex(sessionKey))
    }
  })

  test('answers a wrong ciphertext with a key of its own, the same each time', () => {
    const { publicKey, secretKey } = generateKeyPair()
    const { ciphertext, sessionKey } = encapsulate(publicKey)
    for (const at of [0, 500, 1006, 1007, 1038]) {
      const wrong = Uint8Array.from(ciphertext)
      wrong[at]! ^= 1
      const key = hex(decapsulate(wrong, secretKey))
      assert.notEqual(key, hex(sessionKey))
      assert.equal(hex(decapsulate(wrong, secretKey)), key)
    }
  })

  test('encapsulates for any public key that an intruder may send', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: publicKeyBytes, maxLength: publicKeyBytes }), (publicKey) => {
        const { ciphertext, sessionKey } = encapsulate(publicKey)
        assert.equal(ciphertext.length, 1039)
        assert.equal(sessionKey.length, 32)
      }),
      { numRuns: 30 },
    )
    encapsulate(new Uint8Array(publicKeyBytes).fill(255))
  })

  test('says what is too short', () => {
    assert.throws(() => encapsulate(new Uint8Array(1157)), /a public key has 1158 bytes, this one 1157/)
    assert.throws(
      () => decapsulate(new Uint8Array(1038), new Uint8Array(1763)),
      /a ciphertext has 1039 bytes/,
    )
  })
})

describe('its polynomials', () => {
  const fixed = (bytes: number) => new Uint8Array(bytes).map((_, i) => i * 37 + (i >> 4))

  test('short ones have 286 coefficients of ±1', () => {
    assert.equal(
      randomShort(fixed).reduce((sum, coefficient) => sum + Math.abs(coefficient), 0),
      weight,
    )
    assert(randomSmall(fixed).every((coefficient) => Math.abs(coefficient) <= 1))
  })

  test('times their inverse are 1, modulo 3 and modulo q', () => {
    const short = randomShort(fixed)
    const one = new Int16Array(p)
    one[0] = 1
    assert.deepEqual(multiplySmall(invert(short, q)!, short, modQ), one)
    const small = Int16Array.from(one)
    small[5] = 1
    const inverse = invert(small, 3)
    assert(inverse)
    assert.deepEqual(multiplySmall(inverse, small, mod3), one)
  })

  test('zero has no inverse', () => {
    assert.equal(invert(new Int16Array(p), 3), undefined)
  })

  test('are the same after coding', () => {
    const coefficients = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: p, maxLength: p }).map((list) => Int16Array.from(list))
    fc.assert(
      fc.property(
        coefficients(-1, 1),
        coefficients(-2295, 2295),
        coefficients(-765, 765),
        (small, rq, third) => {
          assert.deepEqual(decodeSmall(encodeSmall(small)), small)
          assert.equal(encodeRq(rq).length, publicKeyBytes)
          assert.deepEqual(decodeRq(encodeRq(rq)), rq)
          const rounded = third.map((coefficient) => 3 * coefficient)
          assert.equal(encodeRounded(rounded).length, roundedBytes)
          assert.deepEqual(decodeRounded(encodeRounded(rounded)), rounded)
        },
      ),
      { numRuns: 30 },
    )
  })
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
