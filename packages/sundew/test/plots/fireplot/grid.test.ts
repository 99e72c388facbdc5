import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Counts } from '../../../src/plots/fireplot/counts.ts'
import { packEvents, unpackEvents } from '../../../src/plots/fireplot/embedded.ts'
import { Gathering } from '../../../src/plots/fireplot/gather.ts'
import { cellsOf } from '../../../src/plots/fireplot/grid.ts'
import { PointCollector } from '../../../src/plots/fireplot/points.ts'
import { paint, raster } from '../../../src/plots/fireplot/raster.ts'
import { rowsOf, without } from '../../../src/plots/fireplot/scale.ts'
import { lookOf, schemes } from '../../../src/plots/fireplot/schemes.ts'

const look = lookOf(schemes.usual)

describe('events counted by cells', () => {
  it('are drawn as the events are, each pixel, for any span, size and fineness', () => {
    const event = fc.tuple(fc.nat(999_999), fc.nat(66_303), fc.nat(17))
    const events = fc.array(fc.tuple(event, fc.integer({ min: 1, max: 5 })), { maxLength: 100 })
    fc.assert(
      fc.property(
        events,
        fc.integer({ min: 20, max: 400 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(1, 2, 4),
        (written, width, span, finer) => {
          const collector = new PointCollector(0, 1_000_000)
          for (const [[at, place, colour], times] of written)
            for (let n = 0; n < times; n++) collector.add(at % span, place, colour)
          const { points } = collector
          const rows = without(rowsOf(100, 'log'), [22, 80])
          const frame = { width, height: 100, from: 0, to: span, rows }
          const fine = new Counts({ ...frame, width: width * finer })
          fine.add(points)
          const { cells, columns } = cellsOf(fine, width)
          assert.equal(columns, width * finer)
          const drawn = raster(cells, frame, look)
          const wanted = raster(points, frame, look)
          assert.equal(drawn.drawn, wanted.drawn)
          assert.deepEqual(drawn.pixels, wanted.pixels)
        },
      ),
    )
  })

  it('are as many as there were, also where more fell on one pixel than make it the brightest', () => {
    const frame = { width: 100, height: 100, from: 0, to: 1000, rows: rowsOf(100, 'log') }
    const gathering = new Gathering(frame, true)
    const one = { origin: 0, stepMs: 1, time: new Uint32Array(700_000), colour: new Uint8Array(700_000) }
    const place = new Uint32Array(700_000).fill(22)
    for (let piece = 0; piece < 3; piece++) gathering.add({ ...one, length: 700_000, place })
    const { points, columns } = gathering.page()
    assert.equal(columns, 400)
    assert.deepEqual([...points.count!], [2_100_000])
    const bytes = Uint8Array.from(packEvents(points, undefined))
    const back = unpackEvents({ ...points, events: points.length }, bytes).points
    const shown = new Counts(frame)
    shown.add(back)
    assert.deepEqual(shown.totals(1), [2_100_000])
    assert.deepEqual(paint(shown, look), paint(gathering.counts, look))
    assert.deepEqual(paint(shown, look).pixels, raster(points, frame, look).pixels)
  })

  it('are made fewer by making them wider, never wider than the picture’s pixels', () => {
    const counts = new Counts({ width: 8000, height: 400, from: 0, to: 8000, rows: rowsOf(400, 'linear') })
    const collector = new PointCollector(0, 8000)
    for (let at = 0; at < 8000; at++)
      for (let port = 0; port < 65_536; port += 150) collector.add(at, port, 0)
    counts.add(collector.points)
    const { cells, columns } = cellsOf(counts, 2000)
    assert.equal(columns, 4000)
    assert.ok(cells.length <= 2_000_000)
    assert.throws(() => cellsOf(counts, 8000), RangeError)
  })
})
