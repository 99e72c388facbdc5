import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { columnWords, formatAddress } from '../../../src/match/parse-address.ts'
import { words4, type Words } from '../../../src/match/words.ts'
import { PlotSources } from '../../../src/plots/fireplot/sources.ts'

describe('who sent each event', () => {
  it('is told for each, and each name is there once', () => {
    const word = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffff_ffff }))
    const address = fc.tuple(word, word, word, word)
    fc.assert(
      fc.property(fc.array(address, { maxLength: 3000 }), (addresses) => {
        const sources = new PlotSources(1_000_000)
        for (const [at, words] of addresses.entries()) {
          if (at % 2 === 0) sources.add(...words)
          else sources.addColumn(columnWords(words))
        }
        const { names, indices } = sources
        assert.deepEqual(
          Array.from(indices, (index) => names[index]),
          addresses.map((words) => formatAddress(words as Words)),
        )
        assert.equal(new Set(names).size, names.length)
      }),
      { numRuns: 30 },
    )
  })

  it('grows with those who sent, not with what one sent', () => {
    const sources = new PlotSources(300_000)
    for (let at = 0; at < 400_000; at++) sources.add(0, 0, 0xffff, 0xcb00_7107)
    assert.deepEqual(sources.names, [formatAddress(words4(0xcb00_7107))])
    assert.equal(sources.indices.length, 300_000)
  })
})
