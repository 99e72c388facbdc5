import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { pamFailDelay, ReplyDelay } from '../../../src/decoys/ssh/reply-delay.ts'
import { hostKeyFrom } from '../../../src/wire/ssh/key/host-key.ts'

const key = hostKeyFrom(generateKeyPairSync('ed25519').privateKey)
const delay = new ReplyDelay([key])

test('a name waits for its own time, or twice as long as often as the work needs', () => {
  const name = fc.string({ unit: 'binary', maxLength: 300 })
  fc.assert(
    fc.property(name, fc.double({ min: 0, max: 10_000, noNaN: true }), (user, work) => {
      const least = delay.of(user, 0)
      assert(least >= 5 && least <= 9.3)
      const waited = delay.of(user, work)
      assert(waited >= work && (waited === least || waited < 2 * work))
      assert.equal(Math.log2(waited / least) % 1, 0)
    }),
  )
})

test('the times are the same after a restart, and others on another host', () => {
  assert.equal(new ReplyDelay([key]).of('root', 0), delay.of('root', 0))
  const other = new ReplyDelay([hostKeyFrom(generateKeyPairSync('ed25519').privateKey)])
  assert.notEqual(other.of('root', 0), delay.of('root', 0))
})

test('PAM waits for a half more or less at most', () => {
  assert.equal(
    pamFailDelay(2_000, () => 0),
    1_000,
  )
  assert.equal(
    pamFailDelay(2_000, () => 0.5),
    2_000,
  )
  assert.equal(
    pamFailDelay(2_000, () => 1),
    3_000,
  )
  assert.equal(pamFailDelay(0), 0)
})
