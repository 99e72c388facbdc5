import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ExchangePace } from '../../../src/decoys/ssh/exchange-pace.ts'

test('a source computes for a second, and then for a fifth of the time', () => {
  const pace = new ExchangePace()
  let now = 0
  let computed = 0
  for (let turn = 0; turn < 1_000; turn++) {
    now += pace.delay('a', now)
    pace.spent('a', 20, now)
    computed += 20
    now += 20
  }
  // 20 s of work: the first 1 s at once, the rest at 200 ms a second.
  assert(now > ((computed - 1_100) / 200) * 1_000, `${computed} ms of work in ${now} ms`)
  assert(now < (computed / 200) * 1_000)
  assert.equal(pace.delay('b', now), 0)
})

test('who waited long enough owes nothing, and no delay is negative', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2_000), fc.nat(5_000)), { maxLength: 30 }), (turns) => {
      const pace = new ExchangePace()
      let now = 0
      let total = 0
      for (const [ms, pause] of turns) {
        assert(pace.delay('a', now) >= 0)
        pace.spent('a', ms, now)
        total += ms
        now += pause
      }
      assert.equal(pace.delay('a', now + total * 5 + 1), 0)
    }),
  )
})
