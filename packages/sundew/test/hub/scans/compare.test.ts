import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from '../../../src/hub/scans/compare.ts'
import { Steps } from '../../../src/match/scan/steps.ts'
import { together } from '../../../src/match/scan/together.ts'
import { randomOf } from './probes.ts'

/** Sources in noise, of which the last twenty ask for the same ports in the same order. */
function stepsOf(noise: number): Steps {
  const random = randomOf(9)
  const steps = new Steps()
  const add = (time: number, port: number) => steps.add(Math.floor(time), 6 * 65_536 + port)
  for (let source = 0; source < noise; source++) {
    const from = random() * 80_000_000
    for (let at = 0; at < 4; at++) add(from + at * 500_000 + random() * 60_000, Math.floor(random() * 65_536))
    steps.endSource()
  }
  for (let source = 0; source < 20; source++) {
    for (let at = 0; at < 6; at++) add(40_000_000 + source * 1000 + at * 20_000, 1000 + at * 77)
    steps.endSource()
  }
  return steps
}

for (const noise of [100, 5000])
  test(`of ${noise} sources and some the companies are the same as without a thread`, async () => {
    const steps = stepsOf(noise)
    const found = await compare(steps, 10, AbortSignal.timeout(60_000))
    assert.equal(found.length, 1)
    assert.deepEqual(found, together(steps, 10))
  })

test('a comparison that is not wanted any more ends', async () => {
  const stop = new AbortController()
  const found = compare(stepsOf(5000), 10, stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(found, /enough/)
})
