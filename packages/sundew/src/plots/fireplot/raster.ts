import { alphaTable } from './alpha.ts'
import type { Points } from './points.ts'
import { hidden, type Rows } from './scale.ts'

/** A colour as 0xrrggbb. */
export type Colour = number

export interface RasterOptions {
  readonly width: number
  readonly height: number
  /** ms since 1970: the left edge, and the right one, not included. */
  readonly from: number
  readonly to: number
  readonly rows: Rows
  /** By the points' `colour`; one that has none here is not drawn. */
  readonly colours: readonly (Colour | undefined)[]
  readonly ground: Colour
}

/** Points that are drawn over others: scanners, what is listed. What lies below is dimmed where `dim` is below 1. */
export interface Layer {
  readonly points: Points
  readonly colours?: readonly (Colour | undefined)[]
  /** What is left of the light below, 0 to 1, in 255ths. */
  readonly dim?: number
}

/** A picture: four bytes a pixel, red, green, blue, 255. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
  /** Points that were drawn. */
  readonly drawn: number
}

/**
 * Draws every event as a dot; where many fall on one pixel it is brighter, by the logarithm of their number. Of colours that
 * meet, the rarer one in the whole picture lies on top, so that the many never hide the few. A dot without neighbours of its
 * colour is spread by half to the pixels beside it, or it would be overlooked. The same numbers on every machine.
 */
export function raster(layers: readonly Layer[], options: RasterOptions): Raster {
  const { width, height, ground } = options
  const pixels = new Uint8ClampedArray(width * height * 4)
  fill(new Uint32Array(pixels.buffer), ground)
  let drawn = 0
  for (const { points, colours = options.colours, dim } of layers) {
    if (dim !== undefined) dimAll(pixels, dim)
    const planes = countPlanes(points, colours, options)
    for (const plane of planes.toSorted((a, b) => b.total - a.total || a.colour - b.colour)) {
      paint(pixels, width, height, plane, colours[plane.colour]!)
      drawn += plane.total
    }
  }
  return { width, height, pixels, drawn }
}

interface Plane {
  readonly colour: number
  /** Events a pixel, at most 65,535. */
  readonly counts: Uint16Array
  total: number
}

function countPlanes(
  { length, time, origin, stepMs, place, colour }: Points,
  colours: readonly (Colour | undefined)[],
  { width, height, from, to, rows: { of } }: RasterOptions,
): Plane[] {
  const planes: (Plane | undefined)[] = []
  const unit = (width * stepMs) / (to - from)
  const shift = ((origin - from) * width) / (to - from)
  for (let at = 0; at < length; at++) {
    const row = of[place[at]!]!
    if (row === hidden) continue
    // Time before the left edge has a column below 0: no comparison of its own.
    const column = Math.floor(time[at]! * unit + shift)
    if (!(column >= 0 && column < width) || row >= height) continue
    const kind = colour[at]!
    let plane = planes[kind]
    if (!plane) {
      if (colours[kind] === undefined) continue
      plane = planes[kind] = { colour: kind, counts: new Uint16Array(width * height), total: 0 }
    }
    const pixel = row * width + column
    const count = plane.counts[pixel]!
    if (count < 0xffff) plane.counts[pixel] = count + 1
    plane.total++
  }
  return planes.filter((plane) => plane !== undefined)
}

function paint(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  { counts }: Plane,
  colour: Colour,
): void {
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const count = counts[pixel]!
      if (count === 0) continue
      blend(pixels, pixel, colour, alphaTable[count]!)
      if (!isAlone(counts, width, height, row, column)) continue
      const half = alphaTable[count]! >>> 1
      if (column > 0) blend(pixels, pixel - 1, colour, half)
      if (column < width - 1) blend(pixels, pixel + 1, colour, half)
      if (row > 0) blend(pixels, pixel - width, colour, half)
      if (row < height - 1) blend(pixels, pixel + width, colour, half)
    }
  }
}

/** No event of the plane in the eight pixels around. */
function isAlone(counts: Uint16Array, width: number, height: number, row: number, column: number): boolean {
  const left = Math.max(0, column - 1)
  const right = Math.min(width - 1, column + 1)
  for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
    for (let x = left; x <= right; x++) {
      if (counts[y * width + x] !== 0 && (y !== row || x !== column)) return false
    }
  }
  return true
}

/** Lays a colour over a pixel, in whole numbers: alpha is 0 to 255. */
function blend(pixels: Uint8ClampedArray, pixel: number, colour: Colour, alpha: number): void {
  const at = pixel * 4
  const rest = 255 - alpha
  pixels[at] = div255(pixels[at]! * rest + (colour >>> 16) * alpha)
  pixels[at + 1] = div255(pixels[at + 1]! * rest + ((colour >>> 8) & 255) * alpha)
  pixels[at + 2] = div255(pixels[at + 2]! * rest + (colour & 255) * alpha)
}

/** Divided by 255 and rounded, for 0 to 65,025. */
function div255(value: number): number {
  const more = value + 128
  return (more + (more >>> 8)) >>> 8
}

function dimAll(pixels: Uint8ClampedArray, dim: number): void {
  for (let at = 0; at < pixels.length; at += 4) {
    pixels[at] = div255(pixels[at]! * dim)
    pixels[at + 1] = div255(pixels[at + 1]! * dim)
    pixels[at + 2] = div255(pixels[at + 2]! * dim)
  }
}

function fill(words: Uint32Array, ground: Colour): void {
  const bytes = Uint8Array.of(ground >>> 16, (ground >>> 8) & 255, ground & 255, 255)
  words.fill(new Uint32Array(bytes.buffer)[0]!)
}
