import { type Counts, placesOfRows, type Plane } from './counts.ts'
import type { Points } from './points.ts'

/** Cells that a page holds at most; more are made fewer by making them wider. */
const mostCells = 2_000_000

/**
 * What was counted, as points that each stand for many: the raster of them is the raster of the events, where their columns are the
 * frame's or a power of two as many.
 *
 * @param counts exact ones, or what is more than they count is lost
 * @param least columns at least; wider cells are not made
 * @throws RangeError where there are more than two million cells even so
 */
export function cellsOf(counts: Counts, least: number): { readonly cells: Points; readonly columns: number } {
  const { frame } = counts
  let { width } = frame
  let planes = counts.planes
  let length = cellsIn(planes)
  while (length > mostCells && width / 2 >= least && width % 2 === 0) {
    planes = planes.map((plane) => ({ ...plane, counts: halved(plane.counts) }))
    width /= 2
    length = cellsIn(planes)
  }
  if (length > mostCells)
    throw new RangeError(`A page holds ${mostCells} cells at most, not ${length}: draw it smaller`)
  const time = new Uint32Array(length)
  const place = new Uint32Array(length)
  const colour = new Uint8Array(length)
  const count = new Uint32Array(length)
  const places = placesOfRows(frame.rows, frame.height)
  let at = 0
  for (const plane of planes) {
    for (let row = 0, pixel = 0; row < frame.height; row++) {
      for (let column = 0; column < width; column++, pixel++) {
        if (plane.counts[pixel] === 0) continue
        // The middle of the column, so that no rounding moves it into the next.
        time[at] = 2 * column + 1
        place[at] = places[row]!
        colour[at] = plane.colour
        count[at++] = plane.counts[pixel]!
      }
    }
  }
  const stepMs = (frame.to - frame.from) / (2 * width)
  return { cells: { length, origin: frame.from, stepMs, time, place, colour, count }, columns: width }
}

function cellsIn(planes: readonly Plane[]): number {
  let cells = 0
  for (const { counts } of planes) for (const count of counts) if (count !== 0) cells++
  return cells
}

/** Each two columns as one: the width is even, so that rows end where they did. */
function halved(counts: Plane['counts']): Uint32Array<ArrayBuffer> {
  const sums = new Uint32Array(counts.length / 2)
  for (let at = 0; at < sums.length; at++) sums[at] = counts[2 * at]! + counts[2 * at + 1]!
  return sums
}
