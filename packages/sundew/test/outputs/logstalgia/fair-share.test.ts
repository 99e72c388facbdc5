import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FairShare } from '../../../src/outputs/logstalgia/fair-share.ts'

describe('the share that is told of what comes', () => {
  it('is all of it, as it came, where it may be', () => {
    const share = new FairShare<number>(200)
    for (let item = 0; item < 200; item++) share.add(item % 3 === 0 ? 'a' : 'b', item)
    assert.deepEqual(
      share.some(200),
      Array.from({ length: 200 }, (_, item) => item),
    )
    share.end()
    assert.equal(share.leftOut, 0)
  })

  it('has what a quiet source sent, however much a loud one did', () => {
    const share = new FairShare<string>(10)
    for (let item = 0; item < 100_000; item++) share.add('loud', 'loud')
    for (const item of ['one', 'two', 'three']) share.add('quiet', item)
    const told = share.some(10)
    assert.deepEqual(
      told.filter((item) => item !== 'loud'),
      ['one', 'two', 'three'],
    )
    share.end()
    assert.deepEqual([told.length, share.leftOut], [10, 99_993])
  })

  it('goes by chance among sources that cannot all be told, not by who was first', () => {
    // The last to come draws the lowest number.
    let next = 1
    const share = new FairShare<number>(3, () => (next -= 0.001))
    for (let source = 0; source < 500; source++) share.add(String(source), source)
    assert.deepEqual(share.some(3), [497, 498, 499])
  })

  it('may be told little by little, and what waits is told in the next part or left out at the end', () => {
    const share = new FairShare<number>(5)
    for (let item = 0; item < 4; item++) share.add('a', item)
    assert.deepEqual(share.some(3), [0, 1, 2])
    share.add('b', 10)
    assert.deepEqual(share.some(1), [10])
    share.add('c', 20)
    assert.deepEqual(share.some(9), [20])
    assert.deepEqual(share.some(9), [])
    share.end()
    assert.equal(share.leftOut, 1)
    share.add('a', 4)
    assert.deepEqual(share.some(9), [4])
  })

  it('is never more than it may be, counts the rest, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), fc.integer({ min: 1, max: 20 }), (sources, most) => {
        const share = new FairShare<number>(most)
        for (const [item, source] of sources.entries()) share.add(String(source), item)
        const told = share.some(1000)
        share.end()
        assert.equal(told.length, Math.min(most, sources.length))
        assert.equal(share.leftOut, sources.length - told.length)
        assert.deepEqual(
          told,
          told.toSorted((a, b) => a - b),
        )
        const toldOf = (source: number) => told.filter((item) => sources[item] === source).length
        const sentOf = (source: number) => sources.filter((one) => one === source).length
        // Nobody has two more than somebody who had more to tell.
        for (const one of new Set(sources))
          for (const other of new Set(sources))
            assert.ok(toldOf(other) >= toldOf(one) - 1 || toldOf(other) === sentOf(other))
      }),
    )
  })

  it('holds so much of a flood and no more, and one that comes late in it has its chance', () => {
    // Each time half way: the place in the middle, again and again.
    const share = new FairShare<number>(10, () => 0.5)
    for (let source = 0; source < 200_000; source++) share.add(`${source}`, source)
    assert.ok(share.some(50_000).length === 10)
    share.end()
    assert.equal(share.leftOut, 199_990)
    const late = new FairShare<number>(50_000, () => 0.5)
    for (let source = 0; source < 60_000; source++) late.add(`${source}`, source)
    assert.equal(late.some(50_000).at(-1), 59_999)
  })

  it('knows so many sources of a window and no more', () => {
    const share = new FairShare<number>(10)
    let most = 0
    for (let source = 0; source < 300_000; source++) {
      share.add(`${source}`, source)
      most = Math.max(most, share.sources)
    }
    assert.equal(most, 100_000)
    assert.equal(share.some(10).length, 10)
    share.end()
    assert.deepEqual([share.sources, share.leftOut], [0, 299_990])
  })
})
