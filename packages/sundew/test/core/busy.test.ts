import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchBusy } from '../../src/core/busy.ts'

test('a loop that works is busy, and calm again when it waits', async () => {
  const told: boolean[] = []
  const stop = new AbortController()
  watchBusy((busy) => told.push(busy), stop.signal)
  const until = performance.now() + 2_000
  while (told.length === 0 && performance.now() < until) {
    const pause = performance.now() + 20
    while (performance.now() < pause);
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(told, [true])
  while (told.length === 1 && performance.now() < until + 2_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual(told, [true, false])
  stop.abort()
})
