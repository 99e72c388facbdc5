import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scannersIn } from '../../../src/hub/scans/scanners.ts'

const scan = (
  pattern: 'slow' | 'sweep' | 'synchronised' | 'rising',
  sources: string[],
  name = sources[0]!,
) => ({
  scan: name,
  pattern,
  sources,
  source_count: sources.length,
})

describe('who is drawn over others', () => {
  it('are those who scan alone, and those in step, but not who asks for a port that rises', () => {
    const scans = [
      scan('slow', ['198.51.100.1']),
      scan('sweep', ['198.51.100.2']),
      scan('sweep', ['198.51.100.4']),
      scan('rising', ['198.51.100.3']),
      scan('synchronised', ['198.51.100.4', '198.51.100.5']),
    ]
    assert.deepEqual(scannersIn(scans, new Map()), {
      alone: ['198.51.100.1', '198.51.100.2'],
      together: ['198.51.100.4', '198.51.100.5'],
      missing: 0,
    })
  })

  it('are all sources of a scan that are remembered; those that are not are counted', () => {
    const many = { ...scan('synchronised', ['192.0.2.1', '192.0.2.2'], 'many'), source_count: 5 }
    const members = new Map([['many', ['192.0.2.2', '192.0.2.3', '192.0.2.4']]])
    assert.deepEqual(scannersIn([many], members), {
      alone: [],
      together: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'],
      missing: 1,
    })
    assert.equal(scannersIn([many], new Map()).missing, 3)
  })

  it('are so many at most; others are counted', () => {
    const flood = Array.from({ length: 12_000 }, (_, n) => scan('slow', [`2001:db8::${n.toString(16)}`]))
    const { alone, missing } = scannersIn(flood, new Map())
    assert.deepEqual([alone.length, missing], [10_000, 2_000])
  })
})
