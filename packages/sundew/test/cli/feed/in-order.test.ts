import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { InOrder } from '../../../src/cli/feed/in-order.ts'
import { packetBall } from '../../../src/outputs/logstalgia/balls.ts'

const hour = 3600
/** What is told of lines of these seconds. */
function told(seconds: readonly number[]): number[] {
  const order = new InOrder()
  const balls = seconds.map((second) =>
    packetBall({ at: second * 1000, source: '192.0.2.1', protocol: 6, destinationPort: 22, fate: 'block' }),
  )
  const out = balls.map((ball) => order.add(ball)).filter((ball) => ball !== undefined)
  for (let ball = order.next(); ball; ball = order.next()) out.push(ball)
  return out.map(({ at }) => at / 1000)
}
const run = (length: number, from: number, step = 1) => Array.from({ length }, (_, at) => from + at * step)

describe('the order of a log’s lines', () => {
  it('is their own where clocks are right, however long nothing came', () => {
    for (const seconds of [[], [5], run(100, 1), [...run(3, 1), ...run(3, 90 * hour)], run(50, 1, 7 * hour)])
      assert.deepEqual(told(seconds), seconds)
  })

  it('never goes back for a line of before', () => {
    assert.deepEqual(told([10, 15, 12, 16]), [10, 15, 15, 16])
    assert.deepEqual(told([9 * hour, 1, 9 * hour + 1]), [9 * hour, 9 * hour, 9 * hour + 1])
  })

  it('is not led away by a clock that is ahead, wherever its line stands', () => {
    const right = run(100, 1000)
    for (const place of [0, 1, 50, 98])
      assert.deepEqual(
        told(right.with(place, 90_000)),
        right.with(place, place === 0 ? 1001 : right[place - 1]!),
        `${place}`,
      )
  })

  it('is that of the one whose clock is right, of two that tell in turn', () => {
    const seconds = run(200, 1000).map((second, at) => (at % 3 === 0 ? second + hour : second))
    assert.ok(told(seconds).every((second, at) => Math.abs(second - 1000 - at) <= 1))
  })

  it('goes back where most are far behind: another log, or a burst of forged lines has ended', () => {
    const seconds = [...run(60, 90_000), ...run(100, 1000)]
    const out = told(seconds)
    assert.equal(out.length, 160)
    assert.deepEqual(out.slice(60), run(100, 1000))
  })

  it('has every line, and times that some line told', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(100), fc.nat(1_000_000))), (seconds) => {
        const out = told(seconds)
        assert.equal(out.length, seconds.length)
        for (const second of out) assert.ok(seconds.includes(second))
      }),
    )
  })
})
