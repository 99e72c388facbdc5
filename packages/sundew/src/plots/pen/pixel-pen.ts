import { bearing, firstGlyph, glyphs, lastGlyph } from './glyphs.ts'
import type { Look, PlainPen, Point, Writing } from './pen.ts'

/**
 * Draws into memory, whole pixels only: rectangles, pictures and text in ASCII. Hundreds of times as quick
 * as a canvas to start, and all that a fireplot needs.
 */
export class PixelPen implements PlainPen {
  readonly width: number
  readonly height: number
  /** Red, green, blue, 255 each. */
  readonly pixels: Uint8Array<ArrayBuffer>
  readonly #words: Uint32Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.pixels = new Uint8Array(width * height * 4)
    this.#words = new Uint32Array(this.pixels.buffer)
  }

  rect(x: number, y: number, width: number, height: number, { fill, opacity = 1 }: Look): void {
    if (fill === undefined) return
    const colour = rgb(fill)
    const [left, top] = [Math.max(0, Math.round(x)), Math.max(0, Math.round(y))]
    const right = Math.min(this.width, Math.round(x + width))
    const bottom = Math.min(this.height, Math.round(y + height))
    for (let row = top; row < bottom && left < right; row++) {
      // Of the first pixel the others are copies where nothing shines through.
      if (opacity < 1)
        for (let at = left; at < right; at++) this.#blend(row * this.width + at, colour, opacity * 255)
      else {
        this.#blend(row * this.width + left, colour, 255)
        this.#words.fill(
          this.#words[row * this.width + left]!,
          row * this.width + left,
          row * this.width + right,
        )
      }
    }
  }

  text({ x, y }: Point, text: string, { size, fill, anchor = 'start' }: Writing): void {
    const { advance, width, height, base, cover } = glyphs(size)
    const colour = rgb(fill)
    const whole = text.length * advance
    let left = Math.round(x) - bearing
    if (anchor !== 'start') left -= anchor === 'end' ? whole : Math.round(whole / 2)
    const top = Math.round(y) - base
    for (let at = 0; at < text.length; at++, left += advance) {
      const code = text.charCodeAt(at)
      const letter = (code >= firstGlyph && code <= lastGlyph ? code : 0x3f) - firstGlyph
      for (let row = 0, pixel = letter * width * height; row < height; row++)
        for (let column = 0; column < width; column++, pixel++) {
          const [across, down] = [left + column, top + row]
          if (cover[pixel] === 0 || across < 0 || across >= this.width || down < 0 || down >= this.height)
            continue
          this.#blend(down * this.width + across, colour, cover[pixel]!)
        }
    }
  }

  image({ x, y }: Point, pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): void {
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height)
    for (let row = 0; row < height; row++)
      this.#words.set(words.subarray(row * width, (row + 1) * width), (y + row) * this.width + x)
  }

  #blend(pixel: number, colour: number, alpha: number): void {
    const at = pixel * 4
    const { pixels } = this
    for (let part = 0; part < 3; part++) {
      const own = (colour >>> (16 - 8 * part)) & 255
      pixels[at + part] = Math.round((pixels[at + part]! * (255 - alpha) + own * alpha) / 255)
    }
    pixels[at + 3] = 255
  }
}

/** `#rrggbb` as a number. */
function rgb(colour: string): number {
  return Number.parseInt(colour.slice(1), 16)
}
