import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { FairShare } from '../../../src/outputs/logstalgia/fair-share.ts'

describe('the share that is told of what comes', () => {
  it('is all of it, as it came, where it may be', () => {
    const share = new FairShare<number>()
    for (let item = 0; item < 200; item++) share.add(item % 3 === 0 ? 'a' : 'b', item)
    assert.deepEqual(
      share.take(200),
      Array.from({ length: 200 }, (_, item) => item),
    )
    assert.equal(share.leftOut, 0)
  })

  it('has what a quiet source sent, however much a loud one did', () => {
    const share = new FairShare<string>()
    for (let item = 0; item < 10_000; item++) share.add('loud', 'loud')
    for (const item of ['one', 'two', 'three']) share.add('quiet', item)
    const told = share.take(10)
    assert.deepEqual(
      told.filter((item) => item !== 'loud'),
      ['one', 'two', 'three'],
    )
    assert.equal(told.length, 10)
    assert.equal(share.leftOut, 9993)
  })

  it('goes by chance among sources that cannot all be told, not by who was first', () => {
    // The last to come draws the lowest number.
    let next = 1
    const share = new FairShare<number>(() => (next -= 0.001))
    for (let source = 0; source < 500; source++) share.add(String(source), source)
    assert.deepEqual(share.take(3), [497, 498, 499])
  })

  it('never tells more than it may, counts the rest, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5)), fc.nat(20), (sources, most) => {
        const share = new FairShare<number>()
        for (const [item, source] of sources.entries()) share.add(String(source), item)
        const told = share.take(most)
        assert.equal(told.length, Math.min(most, sources.length))
        assert.equal(share.leftOut, sources.length - told.length)
        assert.deepEqual(
          told,
          told.toSorted((a, b) => a - b),
        )
        const turns = new Map<number, number>()
        for (const item of told) turns.set(sources[item]!, (turns.get(sources[item]!) ?? 0) + 1)
        // Nobody has two more than somebody who had more to tell.
        for (const [source, count] of turns)
          for (const other of new Set(sources))
            assert.ok(
              other === source ||
                (turns.get(other) ?? 0) >= count - 1 ||
                (turns.get(other) ?? 0) === sources.filter((one) => one === other).length,
            )
        assert.deepEqual(share.take(most), [])
      }),
    )
  })

  it('holds so much and no more of a flood', () => {
    const share = new FairShare<number>()
    for (let item = 0; item < 200_000; item++) share.add(`${item}`, item)
    assert.equal(share.take(10).length, 10)
    assert.equal(share.leftOut, 199_990)
  })
})
