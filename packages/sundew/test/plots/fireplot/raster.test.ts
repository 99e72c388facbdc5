import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { PointCollector } from '../../../src/plots/fireplot/points.ts'
import type { Frame } from '../../../src/plots/fireplot/counts.ts'
import { raster } from '../../../src/plots/fireplot/raster.ts'
import { rowsOf, without } from '../../../src/plots/fireplot/scale.ts'

const [green, blue] = [0x00ff00, 0x6060ff]
const options: Frame = {
  width: 200,
  height: 120,
  from: 0,
  to: 200_000,
  rows: rowsOf(120, 'linear'),
}
const look = { colours: [green, blue], ground: 0x000000 }

function pointsOf(events: readonly (readonly [at: number, place: number, colour: number])[]) {
  const collector = new PointCollector(0, 1_000_000)
  for (const event of events) collector.add(...event)
  return collector.points
}

function pixel(pixels: Uint8ClampedArray, x: number, y: number): string {
  return Buffer.from(pixels.slice((y * 200 + x) * 4, (y * 200 + x) * 4 + 3)).toString('hex')
}

describe('the raster', () => {
  it('draws an event where its second and its port are, and half of it beside', () => {
    const { pixels, drawn } = raster(pointsOf([[50_500, 30_000, 0]]), options, look)
    const row = options.rows.of[30_000]!
    assert.equal(drawn, 1)
    assert.equal(pixel(pixels, 50, row), '007800')
    assert.equal(pixel(pixels, 51, row), '003c00')
    assert.equal(pixel(pixels, 51, row + 1), '000000')
  })

  it('is brighter where more fall on one pixel, up to the colour itself', () => {
    const at = (count: number) => {
      const events = Array.from({ length: count }, () => [10_000, 100, 0] as const)
      return raster(pointsOf(events), options, look).pixels[(options.rows.of[100]! * 200 + 10) * 4 + 1]!
    }
    assert.ok(at(1) < at(2) && at(2) < at(10) && at(10) < at(64))
    assert.equal(at(64), 255)
    assert.equal(at(70_000), 255)
  })

  it('lays the rarer colour on top', () => {
    const many = Array.from({ length: 100 }, () => [10_000, 100, 0] as const)
    const few = Array.from({ length: 64 }, () => [10_000, 100, 1] as const)
    const { pixels } = raster(pointsOf([...few, ...many]), options, look)
    assert.equal(pixel(pixels, 10, options.rows.of[100]!), '6060ff')
  })

  it('leaves out what is hidden, has no colour, or is outside of the time', () => {
    const points = pointsOf([
      [10_000, 23, 0],
      [10_000, 100, 7],
      [200_000, 100, 0],
      [199_999, 100, 0],
    ])
    const { drawn } = raster(points, { ...options, rows: without(options.rows, [23]) }, look)
    assert.equal(drawn, 1)
  })

  it('dims what lies below a layer that says so', () => {
    const below = Array.from({ length: 64 }, () => [10_000, 100, 0] as const)
    const above = { colours: [undefined, blue], dim: 85 }
    const points = pointsOf([...below, [150_000, 60_000, 1]])
    const { pixels } = raster(points, options, { ground: 0, colours: [green], above })
    assert.equal(pixel(pixels, 10, options.rows.of[100]!), '005500')
    assert.equal(pixel(pixels, 150, options.rows.of[60_000]!), '2d2d78')
  })

  it('zooms: the same events in another span of time', () => {
    const points = pointsOf([[50_500, 30_000, 0]])
    const { pixels } = raster(points, { ...options, from: 50_000, to: 51_000 }, look)
    assert.equal(pixel(pixels, 100, options.rows.of[30_000]!), '007800')
  })

  it('draws every event within the time exactly once, wherever it lies', () => {
    const event = fc.tuple(fc.nat(199_999), fc.nat(65_535), fc.nat(1))
    fc.assert(
      fc.property(fc.array(event, { maxLength: 200 }), (events) => {
        const { pixels, drawn } = raster(pointsOf(events), options, look)
        assert.equal(drawn, events.length)
        for (const [at, place] of events)
          assert.notEqual(pixel(pixels, Math.floor(at / 1000), options.rows.of[place]!), '000000')
      }),
    )
  })
})

describe('points', () => {
  it('take no more than their limit, and say what they left out', () => {
    const collector = new PointCollector(1000, 2000, 3)
    for (const at of [999, 1000, 1500, 1999, 2000, 1001, Number.NaN]) collector.add(at, 1, 0)
    assert.equal(collector.points.length, 3)
    assert.equal(collector.leftOut, 4)
  })

  it('span any time: ten years have coarser steps', () => {
    const years = 10 * 366 * 86_400_000
    const collector = new PointCollector(0, years)
    collector.add(years - 1, 80, 0)
    const { points } = collector
    assert.ok(Math.abs(points.time[0]! * points.stepMs - years) <= 2 * points.stepMs)
  })
})
