import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AsOfNow } from '../../../src/cli/feed/as-of-now.ts'
import { BySecond } from '../../../src/cli/feed/by-second.ts'
import { packetBall } from '../../../src/outputs/logstalgia/balls.ts'

const start = Date.parse('2026-11-20T10:00:00Z')
const ball = (at: number, source = '203.0.113.1', port = 22) =>
  packetBall({ at, source, protocol: 6, destinationPort: port, fate: 'block' })
const secondsOf = (lines: string) =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number.parseInt(line, 10) - start / 1000)

describe('what is told as of now', () => {
  it('is all that may be told, also what came when a second ended', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: start + 950 })
    let told = ''
    const now = new AsOfNow(10, (lines) => {
      told += lines
      return Promise.resolve()
    })
    for (let each = 0; each < 8; each++) now.add(ball(0))
    t.mock.timers.setTime(start + 1010)
    await now.end()
    assert.deepEqual(secondsOf(told), Array<number>(8).fill(1))
    assert.equal(now.leftOut, 0)
  })

  it('is no more of a second than the rate, and counts the rest', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: start })
    let told = ''
    const now = new AsOfNow(10, (lines) => {
      told += lines
      return Promise.resolve()
    })
    for (let each = 0; each < 15; each++) now.add(ball(0))
    await now.end()
    assert.equal(secondsOf(told).length, 10)
    assert.equal(now.leftOut, 5)
  })

  it('ends where it cannot be written', async () => {
    const now = new AsOfNow(10, () => Promise.reject(new Error('nobody reads')))
    now.add(ball(0))
    await assert.rejects(now.run(new AbortController().signal), /nobody reads/)
  })
})

describe('what is told second by second', () => {
  it('is in order, whatever clocks said', () => {
    const told = new BySecond(10)
    const lines = [0, 5000, 2000, 6000].map((at) => told.add(ball(start + at))).join('') + told.end()
    assert.deepEqual(secondsOf(lines), [0, 5, 5, 6])
  })

  it('comes before its second has ended by tenths of the rate, a tenth each tenth of a second', () => {
    let clock = 0
    const told = new BySecond(100, () => clock)
    for (let each = 0; each < 35; each++) told.add(ball(start))
    assert.equal(secondsOf(told.some()).length, 10)
    assert.equal(told.some(), '')
    clock = 100
    assert.equal(secondsOf(told.some()).length, 10)
    assert.equal(secondsOf(told.add(ball(start + 1000)) + told.some()).length, 15)
    assert.equal(secondsOf(told.end()).length, 1)
    assert.equal(told.leftOut, 0)
  })
})
