import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64, toBase64 } from '../../../src/wire/smtp/base64.ts'
import { isUtf8Bytes } from '../../../src/wire/smtp/utf8.ts'
import { fromXtext, toXtext } from '../../../src/wire/smtp/xtext.ts'

const byteText = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

test('property: xtext and base64 give back the bytes they were made of', () => {
  fc.assert(
    fc.property(byteText, (bytes) => {
      assert.equal(fromXtext(toXtext(bytes)), bytes)
      assert.deepEqual(fromBase64(toBase64(bytes)), { bytes })
    }),
  )
})

test('xtext that is none', () => {
  for (const text of ['+', '+2', '+2b', '+GG', 'a b', 'a=b', '\xe9', 'a\r']) {
    assert.equal(fromXtext(text), undefined, text)
  }
  assert.equal(fromXtext('q+2Bq'), 'q+q')
})

test('base64 that stops within a group is incomplete, base64 with something else in it is bad', () => {
  for (const text of ['!!!', 'x', '=', 'dXNlcg'])
    assert.deepEqual(fromBase64(text), { fault: 'incomplete' }, text)
  for (const text of ['EHLO client.example', '!!!!', '====', 'a===', 'QQ==QQ==']) {
    assert.deepEqual(fromBase64(text), { fault: 'bad' }, text)
  }
  assert.deepEqual(fromBase64(''), { bytes: '' })
})

test('bytes that are no UTF-8 are found', () => {
  assert.ok(isUtf8Bytes('plain'))
  assert.ok(isUtf8Bytes('\xc3\xa4'))
  assert.ok(!isUtf8Bytes('\xff\xfe'))
  assert.ok(!isUtf8Bytes('\xc0\x80'))
})
