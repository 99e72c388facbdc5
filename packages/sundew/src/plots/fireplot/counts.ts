import type { Points } from './points.ts'
import { hidden, type Rows } from './scale.ts'

/** Where on a picture events fall. */
export interface Frame {
  readonly width: number
  readonly height: number
  /** ms since 1970: the left edge, and the right one, not included. */
  readonly from: number
  readonly to: number
  readonly rows: Rows
}

/** How many events of one colour fell on each pixel, at most {@link mostOnPixel} each where they are not exact, and in all. */
export interface Plane {
  readonly colour: number
  readonly counts: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>
  total: number
}

/** A pixel is at its brightest by then. */
export const mostOnPixel = 0xffff
const mostExactly = 0xffff_ffff

/** Counts events by pixel and colour. Takes them in pieces: however many there are, it does not grow with them. */
export class Counts {
  readonly frame: Frame
  readonly #exact: boolean
  readonly #planes: (Plane | undefined)[] = []

  /** @param exact each pixel's number is kept as it is, up to 2^32, in twice the memory: to be counted again as cells */
  constructor(frame: Frame, exact = false) {
    this.frame = frame
    this.#exact = exact
  }

  /** Those that fall on the picture. */
  add(points: Points): void {
    const { length, time, origin, stepMs, place, colour, count } = points
    const { width, height, from, to, rows } = this.frame
    const { of } = rows
    const planes = this.#planes
    const unit = (width * stepMs) / (to - from)
    const most = this.#exact ? mostExactly : mostOnPixel
    const shift = ((origin - from) * width) / (to - from)
    for (let at = 0; at < length; at++) {
      // What is hidden has a row below all.
      const row = of[place[at]!]!
      const column = time[at]! * unit + shift
      if (!(row < height && column >= 0 && column < width)) continue
      const plane = planes[colour[at]!] ?? this.#plane(colour[at]!)
      const pixel = row * width + (column | 0)
      const before = plane.counts[pixel]!
      if (count === undefined) {
        if (before < most) plane.counts[pixel] = before + 1
        plane.total++
      } else {
        plane.counts[pixel] = Math.min(most, before + count[at]!)
        plane.total += count[at]!
      }
    }
  }

  /** Of colours that have any. */
  get planes(): readonly Plane[] {
    return this.#planes.filter((plane) => plane !== undefined)
  }

  /** How many of each colour there are, of so many colours. */
  totals(colours: number): number[] {
    return Array.from({ length: colours }, (_, colour) => this.#planes[colour]?.total ?? 0)
  }

  #plane(colour: number): Plane {
    const { width, height } = this.frame
    const counts = this.#exact ? new Uint32Array(width * height) : new Uint16Array(width * height)
    return (this.#planes[colour] = { colour, counts, total: 0 })
  }
}

/** Of each row the first place that is drawn there; {@link hidden} has none. */
export function placesOfRows({ of }: Rows, height: number): Int32Array {
  const first = new Int32Array(height).fill(-1)
  for (let place = of.length - 1; place >= 0; place--) {
    const row = of[place]!
    if (row !== hidden && row < height) first[row] = place
  }
  return first
}
