import assert from 'node:assert/strict'
import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { hostKeyFrom } from '../../../src/wire/ssh/key/host-key.ts'
import { fingerprintOf, parsePublicKey } from '../../../src/wire/ssh/key/public-key.ts'
import { WireReader } from '../../../src/wire/ssh/message/wire-reader.ts'
import { WireWriter } from '../../../src/wire/ssh/message/wire-writer.ts'

const pairs = {
  'ssh-ed25519': generateKeyPairSync('ed25519'),
  'ecdsa-sha2-nistp256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ssh-rsa': generateKeyPairSync('rsa', { modulusLength: 2048 }),
}
const data = Buffer.from('exchange hash')

describe('a host key', () => {
  for (const [type, { privateKey, publicKey }] of Object.entries(pairs)) {
    const hostKey = hostKeyFrom(privateKey)

    for (const algorithm of hostKey.algorithms) {
      test(`of ${type} signs as ${algorithm}`, () => {
        const reader = new WireReader(hostKey.sign(algorithm, data))
        assert.equal(reader.name(), algorithm)
        const signature = reader.string()
        assert.equal(reader.finish(0).state, 'read')
        if (type === 'ecdsa-sha2-nistp256') {
          const numbers = new WireReader(signature)
          const padded = Buffer.concat([numbers.mpint(), numbers.mpint()].map((number) => pad(number, 32)))
          assert(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, padded))
        } else {
          const hash = { 'rsa-sha2-512': 'sha512', 'rsa-sha2-256': 'sha256', 'ssh-rsa': 'sha1' }[algorithm]
          assert(verify(hash ?? null, data, publicKey, signature))
        }
      })
    }

    test(`of ${type} has a blob that is read again`, () => {
      const parsed = parsePublicKey(hostKey.blob)
      assert(parsed)
      assert.equal(parsed.type, type)
      assert.equal(parsed.bits, { 'ssh-rsa': 2048 }[type] ?? 256)
    })

    test(`of ${type} signs as nothing else`, () => {
      assert.throws(() => hostKey.sign('ssh-dss', data), RangeError)
    })
  }

  test('of another kind is refused by name', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    assert.throws(() => hostKeyFrom(privateKey), /Ed25519, ECDSA on P-256 or RSA, not P-384/)
  })
})

describe("a user's public key", () => {
  // Made by ssh-keygen 9.2, which printed the fingerprints.
  for (const [type, bits, base64, fingerprint] of [
    [
      'ssh-ed25519',
      256,
      'AAAAC3NzaC1lZDI1NTE5AAAAICO2lobGEyL1slmmLCbY3nLkapBOH8SusLil6KiIY6W0',
      'SHA256:sxgeDtP/Kev/CGyGyVXhu4Zgggj/yc2TAuUhUKySuTc',
    ],
    [
      'ssh-rsa',
      3072,
      'AAAAB3NzaC1yc2EAAAADAQABAAABgQDJBm1fWnCZncR7baawuWkdALjElXFl2s+9h45BhgdYwlKUeExDN4A4GE7Gijq3+OOykK1c+7jvj/4j85HUQmftH4Tj2lkVead1uljzHqqJzubFYxDcqfNWVJIbx4nTT0hTlzBv3zBwrTwzmSXAClinXoMPgAOPsPhXrUk6uRIoYah2sSMtBeaWuFF5gV6oRfFAUsd7Y0MgBz1De6qrFFXhnBkHpoAFUyds5O9ZkNMw0RTTJ6VUbtBZKcu36ILlwTuZk9Zhty0uA8pG91btfxn8zjo+39cwfJQyV5gyZYCmCwFGLd3fAXw7p6Twvkhp1S/eCh3azq36sOdYm50+m4rzyRNMOZKgMN9TxHuMOyaGUQFNl4mFRt5Sa1rI+nW0K2BaoT9b4tzGQbFEO5w6fMsJEs34VxuDK4gXF9NKQSBSm+0hLBXySeEDnbgZgdXS0YuB5knfEHQKOqJbcNT3qnXSSia31sYDquQ2BCaAgXVHPDhtXVzEILG6+CUf/nt+YYk=',
      'SHA256:HII3Q3t30ZIU/NDKDky0uFB6NsahnU0+CVFOr1LuJIk',
    ],
  ] as const) {
    test(`of ${type} has the fingerprint that ssh-keygen shows`, () => {
      assert.deepEqual(parsePublicKey(Buffer.from(base64, 'base64')), { type, fingerprint, bits })
    })
  }

  const blob = (...fields: readonly (string | Uint8Array)[]) => {
    const writer = new WireWriter()
    for (const field of fields) writer.string(field)
    return writer.bytes()
  }
  const point = (bytes: number) => Buffer.concat([Buffer.of(4), Buffer.alloc(bytes, 1)])
  const known: readonly [string, Uint8Array, number | undefined][] = [
    ['ssh-dss', blob('ssh-dss', Buffer.alloc(128, 1), Buffer.of(1), Buffer.of(1), Buffer.of(1)), 1017],
    ['ecdsa-sha2-nistp384', blob('ecdsa-sha2-nistp384', 'nistp384', point(96)), 384],
    ['ecdsa-sha2-nistp521', blob('ecdsa-sha2-nistp521', 'nistp521', point(132)), 521],
    ['sk-ssh-ed25519@openssh.com', blob('sk-ssh-ed25519@openssh.com', new Uint8Array(32), 'ssh:'), 256],
    [
      'sk-ecdsa-sha2-nistp256@openssh.com',
      blob('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(64), 'ssh:'),
      256,
    ],
    ['ssh-rsa-cert-v01@openssh.com', blob('ssh-rsa-cert-v01@openssh.com', 'nonce', 'more'), undefined],
  ]
  for (const [type, bytes, bits] of known) {
    test(`of ${type} is known`, () => {
      assert.deepEqual(parsePublicKey(bytes), { type, fingerprint: fingerprintOf(bytes), bits })
    })
  }

  const refused: readonly [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['an Ed25519 key of 31 bytes', blob('ssh-ed25519', new Uint8Array(31))],
    ['an Ed25519 key and more', blob('ssh-ed25519', new Uint8Array(32), '')],
    ['a curve under another name', blob('ecdsa-sha2-nistp256', 'nistp384', point(96))],
    ['a curve that is none', blob('ecdsa-sha2-nistp256', 'nistp255', point(64))],
    ['a point in short form', blob('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(33, 2))],
    ['a modulus of 0', blob('ssh-rsa', Buffer.of(3), '')],
    ['a negative modulus', blob('ssh-rsa', Buffer.of(3), Buffer.alloc(128, 0xff))],
    ['half an RSA key', blob('ssh-rsa', Buffer.of(3))],
  ]
  for (const [name, bytes] of refused) {
    test(`is not ${name}`, () => {
      assert.equal(parsePublicKey(bytes), undefined)
    })
  }

  test('of random bytes never throws', () => {
    const types = fc.constantFrom('ssh-rsa', 'ssh-dss', 'ssh-ed25519', 'ecdsa-sha2-nistp256', 'x')
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 200 }), (type, bytes) => {
        parsePublicKey(bytes)
        parsePublicKey(Buffer.concat([blob(type), bytes]))
      }),
    )
  })
})

function pad(number: Uint8Array, length: number): Buffer {
  return Buffer.concat([Buffer.alloc(length - number.length), number])
}
