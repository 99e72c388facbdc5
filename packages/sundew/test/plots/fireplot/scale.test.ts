import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { laneStart, placeOf, places, whatIsAt } from '../../../src/plots/fireplot/place.ts'
import { hidden, log2, placesIn, rowsOf, without } from '../../../src/plots/fireplot/scale.ts'

describe('places on the vertical axis', () => {
  it('are ports for protocols that have them, lanes below for others', () => {
    assert.deepEqual(whatIsAt(placeOf(6, 22)), { port: 22 })
    assert.deepEqual(whatIsAt(placeOf(17, 0)), { port: 0 })
    assert.deepEqual(whatIsAt(placeOf(1, 8 * 256)), { lane: 'ICMP', value: 8 })
    assert.deepEqual(whatIsAt(placeOf(58, 128 * 256)), { lane: 'ICMPv6', value: 128 })
    assert.deepEqual(whatIsAt(placeOf(47, 0)), { lane: 'other', value: 47 })
  })

  it('are within the table, whatever a log line says', () => {
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.integer({ min: 0, max: 0xffff }), (protocol, port) => {
        const place = placeOf(protocol, port)
        assert.ok(place >= 0 && place < places)
      }),
    )
  })
})

describe('rows', () => {
  it('have the high ports at the top, port 0 at the bottom and lanes below, on either scale', () => {
    for (const scale of ['log', 'linear'] as const) {
      const rows = rowsOf(800, scale)
      assert.equal(rows.of[65_535], 0)
      assert.equal(rows.of[0], rows.portRows - 1)
      for (let port = 1; port < 65_536; port++) assert.ok(rows.of[port]! <= rows.of[port - 1]!)
      const below = rows.of.subarray(laneStart(0))
      assert.ok(below.every((row) => row >= rows.portRows && row < 800))
    }
  })

  it('give each of the lowest ports a row of its own on the logarithmic scale', () => {
    const rows = rowsOf(800, 'log')
    assert.equal(new Set(rows.of.subarray(0, 21)).size, 21)
    assert.deepEqual(placesIn(rows, rows.of[22]!).includes(22), true)
  })

  it('do not have the ports that are hidden', () => {
    const rows = without(rowsOf(800, 'log'), [23])
    assert.equal(rows.of[23], hidden)
    assert.notEqual(rows.of[22], hidden)
  })

  it('are refused for a picture without room for them', () => {
    assert.throws(() => rowsOf(12, 'log'), RangeError)
  })
})

describe('the logarithm', () => {
  it('is the one of mathematics to nine digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 65_535, noNaN: true }), (value) => {
        assert.ok(Math.abs(log2(value) - Math.log2(value)) < 1e-9)
      }),
    )
  })
})
