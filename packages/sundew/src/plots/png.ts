import { readFileSync } from 'node:fs'
import { createCanvas, GlobalFonts, ImageData } from '@napi-rs/canvas'
import { CanvasPen, type Context } from './pen/canvas-pen.ts'
import { fontFile } from './pen/font-file.ts'
import { fontFamily, type Pen } from './pen/pen.ts'

/** Pixels of a picture at most: 100 million are 400 MB while it is drawn. */
const mostPixels = 100_000_000

/**
 * Draws a picture as PNG.
 *
 * @throws RangeError where it has no extent, or more than a hundred million pixels
 */
export function pngOf(width: number, height: number, draw: (pen: Pen) => void): Uint8Array {
  const [across, down] = [Math.ceil(width), Math.ceil(height)]
  if (!(across >= 1 && down >= 1 && across * down <= mostPixels))
    throw new RangeError(`A picture of ${across} by ${down} pixels cannot be drawn; as SVG it can`)
  haveFont()
  const canvas = createCanvas(across, down)
  const context = canvas.getContext('2d')
  draw(
    new CanvasPen(context as unknown as Context, (pixels, wide, high, { x, y }) =>
      context.putImageData(new ImageData(pixels, wide, high), x, y),
    ),
  )
  return canvas.encodeSync('png')
}

let registered = false

function haveFont(): void {
  if (registered) return
  GlobalFonts.register(readFileSync(fontFile()), fontFamily)
  registered = true
}
