import { alphaTable } from './alpha.ts'
import { Counts, type Frame, mostOnPixel, type Plane } from './counts.ts'
import type { Points } from './points.ts'

/** A colour as 0xrrggbb. */
export type Colour = number

export interface Look {
  readonly ground: Colour
  /** By the points' `colour`; one that has none here is not drawn. */
  readonly colours: readonly (Colour | undefined)[]
  /** Colours that are drawn over the others, as of scanners; the others are dimmed to `dim`, 0 to 255, where there are any. */
  readonly above?: { readonly colours: readonly (Colour | undefined)[]; readonly dim: number }
}

/** A picture: four bytes a pixel, red, green, blue, 255. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
  /** Points that were drawn. */
  readonly drawn: number
}

/** {@link paint} of points that are all there. */
export function raster(points: Points, frame: Frame, look: Look): Raster {
  const counts = new Counts(frame)
  counts.add(points)
  return paint(counts, look)
}

/**
 * Draws every event as a dot; where many fall on one pixel it is brighter, by the logarithm of their number. Of colours that
 * meet, the rarer one in the whole picture lies on top, so that the many never hide the few. A dot without neighbours of its
 * colour is spread by half to the pixels beside it, or it would be overlooked. The same numbers on every machine.
 */
export function paint(counts: Counts, { ground, colours, above }: Look): Raster {
  const { width, height } = counts.frame
  const pixels = new Uint8ClampedArray(width * height * 4)
  const words = new Uint32Array(pixels.buffer)
  words.fill(wordOf(ground))
  let drawn = 0
  for (const layer of [colours, above?.colours ?? []]) {
    const planes = counts.planes.filter(({ colour }) => layer[colour] !== undefined)
    if (layer !== colours && above && planes.length > 0) dimAll(pixels, above.dim)
    for (const plane of planes.toSorted((a, b) => b.total - a.total || a.colour - b.colour)) {
      paintPlane(words, width, height, plane, { colour: layer[plane.colour]!, ground })
      drawn += plane.total
    }
  }
  return { width, height, pixels, drawn }
}

function paintPlane(
  words: Uint32Array,
  width: number,
  height: number,
  { counts }: Plane,
  { colour, ground }: { readonly colour: Colour; readonly ground: Colour },
): void {
  // Most pixels have nothing below: what comes of each alpha there is known.
  const empty = wordOf(ground)
  const onEmpty = Uint32Array.from({ length: 256 }, (_, alpha) => mixed(empty, colour, alpha))
  const lay = (pixel: number, alpha: number) => {
    const word = words[pixel]!
    words[pixel] = word === empty ? onEmpty[alpha]! : mixed(word, colour, alpha)
  }
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      const count = counts[pixel]!
      if (count === 0) continue
      const alpha = alphaTable[Math.min(count, mostOnPixel)]!
      lay(pixel, alpha)
      if (!isAlone(counts, width, height, row, column)) continue
      const half = alpha >>> 1
      if (column > 0) lay(pixel - 1, half)
      if (column < width - 1) lay(pixel + 1, half)
      if (row > 0) lay(pixel - width, half)
      if (row < height - 1) lay(pixel + width, half)
    }
  }
}

/** No event of the plane in the eight pixels around. */
function isAlone(
  counts: Plane['counts'],
  width: number,
  height: number,
  row: number,
  column: number,
): boolean {
  const pixel = row * width + column
  const [left, right] = [column > 0 ? pixel - 1 : pixel, column < width - 1 ? pixel + 1 : pixel]
  // Beside it first: among many there mostly is one.
  if ((left !== pixel && counts[left] !== 0) || (right !== pixel && counts[right] !== 0)) return false
  if (row > 0 && (counts[left - width] !== 0 || counts[pixel - width] !== 0 || counts[right - width] !== 0))
    return false
  return (
    row === height - 1 ||
    (counts[left + width] === 0 && counts[pixel + width] === 0 && counts[right + width] === 0)
  )
}

/** A colour laid over a pixel, in whole numbers: alpha is 0 to 255. A pixel's bytes are red, green, blue, 255 from the low end. */
function mixed(word: number, colour: Colour, alpha: number): number {
  const rest = 255 - alpha
  const red = div255((word & 255) * rest + (colour >>> 16) * alpha)
  const green = div255(((word >>> 8) & 255) * rest + ((colour >>> 8) & 255) * alpha)
  const blue = div255(((word >>> 16) & 255) * rest + (colour & 255) * alpha)
  return (red | (green << 8) | (blue << 16) | 0xff_00_00_00) >>> 0
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

/** A colour as the pixel's bytes lie in a word, on machines that have the low byte first, as all do that this runs on. */
export function wordOf(colour: Colour): number {
  return ((colour >>> 16) | (colour & 0xff00) | ((colour & 255) << 16) | 0xff_00_00_00) >>> 0
}
