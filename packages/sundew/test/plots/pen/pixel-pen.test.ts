import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PixelPen } from '../../../src/plots/pen/pixel-pen.ts'
import { sizeOf } from '../../../src/plots/pen/pen.ts'

const writing = { size: sizeOf(7), fill: '#ffffff' } as const

function pixel({ pixels, width }: PixelPen, x: number, y: number): number[] {
  return [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)]
}

/** How much of each column of 7 pixels is written on. */
function ink(pen: PixelPen): number[] {
  const letters = Array.from({ length: Math.floor(pen.width / 7) }, () => 0)
  for (let at = 0; at < pen.pixels.length; at += 4) {
    const x = (at / 4) % pen.width
    letters[Math.min(letters.length - 1, Math.floor(x / 7))]! += pen.pixels[at]!
  }
  return letters
}

describe('the pen of pixels', () => {
  it('fills rectangles, and lets shine through what it should', () => {
    const pen = new PixelPen(20, 20)
    pen.rect(0, 0, 20, 20, { fill: '#102030' })
    pen.rect(5, 5, 2, 2, { fill: '#ff0000', opacity: 0.5 })
    assert.deepEqual(pixel(pen, 4, 4), [0x10, 0x20, 0x30])
    assert.deepEqual(pixel(pen, 5, 6), [0x88, 0x10, 0x18])
    assert.deepEqual(pixel(pen, 7, 6), [0x10, 0x20, 0x30])
  })

  it('draws nothing beside its picture, however far', () => {
    const pen = new PixelPen(10, 10)
    pen.rect(-100, -100, 50, 50, { fill: '#ffffff' })
    pen.rect(9, 9, 1e9, 1e9, { fill: '#ffffff' })
    pen.rect(-1e9, 3, 2e9, 1, { fill: '#ffffff' })
    pen.text({ x: -1000, y: 5 }, 'x'.repeat(300), writing)
    pen.text({ x: 5, y: -50 }, 'above', writing)
    assert.deepEqual(pixel(pen, 0, 0), [0, 0, 0])
    assert.deepEqual(pixel(pen, 9, 9), [255, 255, 255])
    assert.deepEqual(pixel(pen, 4, 3), [255, 255, 255])
  })

  it('writes every letter of ASCII in its column, and ? for what it has not', () => {
    const text = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join('')
    const pen = new PixelPen(text.length * 7, 20)
    pen.text({ x: 0, y: 14 }, text, writing)
    assert.ok(ink(pen).every((amount) => amount > 200))
    const [strange, question] = ['\u202e\u00e6\u0001', '???'].map((three) => {
      const one = new PixelPen(21, 20)
      one.text({ x: 0, y: 14 }, three, writing)
      return Buffer.from(one.pixels)
    })
    assert.deepEqual(strange, question)
  })

  it('writes up to, around or from a point', () => {
    for (const [anchor, letters] of [
      ['start', [2, 3]],
      ['end', [0, 1]],
      ['middle', [1, 2]],
    ] as const) {
      const pen = new PixelPen(28, 20)
      pen.text({ x: 14, y: 14 }, 'MM', { ...writing, anchor })
      const written = ink(pen)
      const most = [...written.keys()].toSorted((a, b) => written[b]! - written[a]!).slice(0, 2)
      assert.deepEqual(
        most.toSorted((a, b) => a - b),
        letters,
      )
    }
  })
})
