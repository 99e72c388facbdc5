import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { now, rfc3339 } from '../../src/core/clock.ts'
import { idMs, uuidv7 } from '../../src/core/id.ts'

const moments = fc.record({
  ms: fc.integer({ min: 0, max: 2 ** 43 }),
  ns: fc.integer({ min: 0, max: 999_999 }),
})

test('a moment is written with its nanoseconds, and read back the same', () => {
  assert.equal(
    rfc3339({ ms: Date.UTC(2026, 10, 25, 1, 8, 48, 123), ns: 456_789 }),
    '2026-11-25T01:08:48.123456789Z',
  )
  fc.assert(
    fc.property(moments, (moment) => {
      const text = rfc3339(moment)
      assert.equal(Date.parse(`${text.slice(0, 23)}Z`), moment.ms)
      assert.equal(Number(text.slice(23, 29)), moment.ns)
    }),
  )
})

test('the clock agrees with the system’s and does not go back', () => {
  let before = 0n
  for (let i = 0; i < 10_000; i++) {
    const { ms, ns } = now()
    assert.ok(ns >= 0 && ns < 1_000_000 && Number.isInteger(ns) && Number.isInteger(ms))
    const all = BigInt(ms) * 1_000_000n + BigInt(ns)
    assert.ok(all >= before)
    before = all
  }
  assert.ok(Math.abs(Number(before / 1_000_000n) - Date.now()) < 50)
})

test('ids are UUIDv7, sort by time within a millisecond, and are never the same', () => {
  fc.assert(
    fc.property(moments, (moment) => {
      const id = uuidv7(moment)
      assert.equal(idMs(id), moment.ms)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(parseInt(id.replaceAll('-', '').slice(0, 12), 16), moment.ms)
      assert.ok(id < uuidv7({ ms: moment.ms, ns: moment.ns + 1000 }) || moment.ns + 1000 > 999_999)
    }),
  )
  assert.equal(new Set(Array.from({ length: 5000 }, () => uuidv7({ ms: 1, ns: 1 }))).size, 5000)
})
