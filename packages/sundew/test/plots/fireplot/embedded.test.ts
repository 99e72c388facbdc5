import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { packEvents, unpackEvents } from '../../../src/plots/fireplot/embedded.ts'
import { PointCollector } from '../../../src/plots/fireplot/points.ts'

describe('the events of a page', () => {
  it('come out as they went in, in whatever order they were', () => {
    const event = fc.tuple(fc.nat(999_999), fc.nat(66_303), fc.nat(7), fc.nat())
    fc.assert(
      fc.property(fc.array(event, { maxLength: 50 }), (events) => {
        const collector = new PointCollector(0, 1_000_000)
        for (const [at, place, colour] of events) collector.add(at, place, colour)
        const { points } = collector
        const sources = Uint32Array.from(events, ([, , , source]) => source)
        const bytes = Uint8Array.from(packEvents(points, sources))
        const back = unpackEvents({ events: points.length, origin: 0, stepMs: points.stepMs }, bytes)
        assert.deepEqual(back.points, { ...points, count: new Uint32Array(points.length).fill(1) })
        assert.deepEqual(back.sources, sources)
      }),
    )
  })
})
