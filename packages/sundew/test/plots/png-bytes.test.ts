import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { pngBytes } from '../../src/plots/png-bytes.ts'

/** What a reader of PNGs sees. */
async function seen(png: Uint8Array): Promise<{ width: number; height: number; pixels: Uint8ClampedArray }> {
  const image = await loadImage(Buffer.from(png))
  const canvas = createCanvas(image.width, image.height)
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const { width, height } = image
  return { width, height, pixels: context.getImageData(0, 0, width, height).data }
}

function pixelsOf(count: number, colours: number): Uint8Array<ArrayBuffer> {
  const words = Uint32Array.from(
    { length: count },
    (_, at) => (0xff00_0000 | Math.imul(at % colours, 0x01_3f_57)) >>> 0,
  )
  return new Uint8Array(words.buffer)
}

describe('a PNG', () => {
  for (const colours of [1, 2, 256, 257, 5000])
    it(`has each pixel as it was: ${colours} colours`, async () => {
      const pixels = pixelsOf(101 * 67, colours)
      const png = pngBytes(pixels, 101, 67)
      // A palette up to 256 (IHDR's colour type).
      assert.equal(png[25], colours <= 256 ? 3 : 2)
      const { width, height, pixels: read } = await seen(png)
      assert.deepEqual([width, height], [101, 67])
      assert.deepEqual(Buffer.from(read), Buffer.from(pixels))
    })
})
