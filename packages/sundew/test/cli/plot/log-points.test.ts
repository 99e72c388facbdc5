import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LogPoints } from '../../../src/cli/plot/log-points.ts'

const hour = 3_600_000
const day = 24 * hour
const now = Date.UTC(2026, 10, 25)
const begin = Date.UTC(2026, 10, 20)
/** A line each second of an hour. */
const good = Array.from({ length: 3600 }, (_, second) => begin + second * 1000)

function pointsOf(
  times: readonly number[],
  asked?: { from: number; to: number },
  limit = 100_000,
): LogPoints {
  const points = new LogPoints(asked, now, limit, true)
  // The place and the source tell which it was.
  for (const [at, time] of times.entries()) points.add(time, at, at % 8, [0, 0, 0xffff, at])
  return points
}

describe('the packets of a log', () => {
  it('are of the time that most are of, whatever one clock tells, and where in the log it does', () => {
    const wrong = [
      Date.UTC(1970, 0, 2),
      Date.UTC(2106, 1, 1),
      Date.UTC(2001, 0, 1),
      begin + 3 * day,
      begin - 2 * day,
    ]
    for (const time of wrong)
      for (const at of [0, 10, good.length]) {
        const points = pointsOf(good.toSpliced(at, 0, time))
        const drawn = points.drawn()!
        assert.deepEqual([drawn.from, drawn.to, drawn.points.length], [begin, begin + hour, 3600])
        const { impossible, far } = points.left
        assert.equal(impossible + far, 1)
        // Each has its own time, place and source still.
        const last = drawn.points.length - 1
        assert.equal(drawn.points.time[last], 3599 * 1000)
        const whose = drawn.sources!.wordsOf(drawn.sources!.indices[last]!)[3]
        assert.equal(whose, drawn.points.place[last])
        assert.equal(drawn.points.colour[last], drawn.points.place[last]! % 8)
      }
  })

  it('are all drawn where they are few, or where many are of two times, or pauses are short', () => {
    for (const times of [
      [begin - 100 * day, begin],
      [...good, ...good.map((time) => time - 400 * day)],
      [begin - 20 * hour, ...good, begin + 20 * hour],
    ]) {
      const points = pointsOf(times)
      assert.equal(points.drawn()!.points.length, times.length)
      assert.deepEqual(points.left, { elsewhen: 0, impossible: 0, far: 0, tooMany: 0 })
    }
  })

  it('are of the time that was asked for, to the millisecond, and of no other', () => {
    const points = pointsOf([1, begin - 1, begin, begin + 1, begin + day], { from: begin, to: begin + day })
    const drawn = points.drawn()!
    assert.deepEqual([drawn.from, drawn.to, [...drawn.points.time]], [begin, begin + day, [0, 1]])
    assert.deepEqual(points.left, { elsewhen: 2, impossible: 1, far: 0, tooMany: 0 })
    assert.equal(pointsOf([begin], { from: begin + 1, to: begin + 2 }).drawn(), undefined)
  })

  it('begin with the first of them where only an end was asked for', () => {
    const points = pointsOf(good, { from: 0, to: begin + 60_000 })
    assert.deepEqual(
      { ...points.drawn(), points: 0, sources: 0 },
      { points: 0, sources: 0, from: begin, to: begin + 60_000 },
    )
    assert.equal(points.left.elsewhen, 3540)
  })

  it('are each drawn or counted, whatever their times', () => {
    const time = fc.oneof(
      fc.double(),
      fc.integer({ min: begin - day, max: now + 2 * day }),
      fc.integer({ min: 0, max: 2 ** 43 }),
    )
    fc.assert(
      fc.property(fc.array(time, { maxLength: 60 }), fc.constantFrom(5, 1000), (times, limit) => {
        const points = pointsOf(times, undefined, limit)
        const drawn = points.drawn()
        const { elsewhen, impossible, far, tooMany } = points.left
        assert.equal((drawn?.points.length ?? 0) + elsewhen + impossible + far + tooMany, times.length)
        if (!drawn) return
        const { origin, stepMs, time: kept } = drawn.points
        assert.ok(kept.every((at) => origin + at * stepMs >= drawn.from && origin + at * stepMs < drawn.to))
        assert.equal(drawn.sources!.indices.length, drawn.points.length)
      }),
    )
  })
})
