import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { classes, types } from '../../../src/wire/dns/codes.ts'
import { readMessage } from '../../../src/wire/dns/message.ts'
import { encodeName } from '../../../src/wire/dns/name.ts'
import {
  checkTsig,
  fudgeSeconds,
  readTsig,
  type Tsig,
  type TsigKey,
  tsigAlgorithms,
  type TsigAlgorithm,
  TsigSigner,
  withTsigError,
} from '../../../src/wire/dns/tsig.ts'
import { MessageWriter } from '../../../src/wire/dns/writer.ts'

const now = 1_764_100_000
const own: TsigKey = { name: 'sundew', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 7) }

function query(): Uint8Array {
  const writer = new MessageWriter().begin(0xbeef, 0)
  writer.question(encodeName('rpz.example')!, types.axfr, classes.internet)
  return writer.bytes()
}

function tsigOf(bytes: Uint8Array): Tsig | 'malformed' | undefined {
  const message = readMessage(bytes)
  assert.ok(typeof message === 'object')
  return readTsig(message)
}

function check(bytes: Uint8Array, by: TsigKey | undefined = own, at = now) {
  const tsig = tsigOf(bytes)
  assert.ok(typeof tsig === 'object')
  return checkTsig(bytes, tsig, by, at)
}

describe('a transaction signature (RFC 8945)', () => {
  test('of each algorithm is good for whoever has the key', () => {
    for (const algorithm of Object.keys(tsigAlgorithms) as TsigAlgorithm[]) {
      const one = { ...own, algorithm }
      const signer = new TsigSigner(one)
      const signed = signer.sign(query(), now)
      assert.equal(signed.length - query().length, signer.room)
      assert.equal(check(signed, one), undefined)
    }
  })

  test('is bad under another key, name or algorithm, and under none', () => {
    const signed = new TsigSigner(own).sign(query(), now)
    assert.equal(check(signed, { ...own, secret: Buffer.alloc(32, 8) }), 'signature')
    assert.equal(check(signed, { ...own, name: 'other' }), 'key')
    assert.equal(check(signed, { ...own, algorithm: 'hmac-sha512' }), 'key')
    const tsig = tsigOf(signed)
    assert.ok(typeof tsig === 'object')
    assert.equal(checkTsig(signed, tsig, undefined, now), 'key')
  })

  test('holds for some minutes', () => {
    const signed = new TsigSigner(own).sign(query(), now)
    assert.equal(check(signed, own, now + fudgeSeconds), undefined)
    assert.equal(check(signed, own, now + fudgeSeconds + 1), 'time')
    assert.equal(check(signed, own, now - fudgeSeconds - 1), 'time')
  })

  test('is bad where any byte of the message was changed', () => {
    const signed = new TsigSigner(own).sign(query(), now)
    const unsigned = query().length
    fc.assert(
      fc.property(fc.nat(unsigned - 13), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(signed)
        changed[at + 12]! ^= change
        const message = readMessage(changed)
        const tsig = typeof message === 'object' ? readTsig(message) : undefined
        if (typeof tsig === 'object') assert.notEqual(checkTsig(changed, tsig, own, now), undefined)
      }),
    )
  })

  test('is good though the message got another number on its way', () => {
    const signed = Buffer.from(new TsigSigner(own).sign(query(), now))
    signed.writeUInt16BE(7, 0)
    assert.equal(check(signed), undefined)
  })

  test('is not taken cut short', () => {
    const signed = Buffer.from(new TsigSigner(own).sign(query(), now))
    const tsig = tsigOf(signed)
    assert.ok(typeof tsig === 'object')
    assert.equal(checkTsig(signed, { ...tsig, mac: tsig.mac.slice(0, 16) }, own, now), 'truncation')
    assert.equal(checkTsig(signed, { ...tsig, mac: tsig.mac.slice(0, 15) }, own, now), 'signature')
    assert.equal(checkTsig(signed, { ...tsig, mac: tsig.mac.slice(0, 0) }, own, now), 'signature')
  })

  test('of an answer depends on the request and on the messages before', () => {
    const first = new TsigSigner(own, Buffer.from('a request'))
    const other = new TsigSigner(own, Buffer.from('another'))
    const one = first.sign(query(), now)
    const two = first.sign(query(), now)
    assert.notDeepEqual(one, other.sign(query(), now))
    assert.notDeepEqual(one, two)
    assert.equal(one.length, two.length)
  })

  test('is malformed where it is not the last record, or there are two', () => {
    const signer = new TsigSigner(own)
    const twice = signer.sign(signer.sign(query(), now), now)
    assert.equal(tsigOf(twice), 'malformed')
    const signed = signer.sign(query(), now)
    const behind = Buffer.concat([signed, Buffer.from('0000290000000000000000', 'hex')])
    behind.writeUInt16BE(2, 10)
    assert.equal(tsigOf(behind), 'malformed')
    assert.equal(tsigOf(query()), undefined)
  })

  test('that is not believed is answered with why', () => {
    const tsig = tsigOf(new TsigSigner(own).sign(query(), now))
    assert.ok(typeof tsig === 'object')
    const answer = tsigOf(withTsigError(query(), tsig, 'key'))
    assert.ok(typeof answer === 'object')
    assert.equal(answer.mac.length, 0)
    assert.equal(answer.name, 'sundew')
    const late = tsigOf(new TsigSigner(own, tsig.mac).signBadTime(query(), tsig.time, now + 1000))
    assert.ok(typeof late === 'object')
    assert.equal(late.mac.length, 32)
    assert.equal(late.time, tsig.time)
  })
})
