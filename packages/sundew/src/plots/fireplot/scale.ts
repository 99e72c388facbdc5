import { laneStart, lanes, places } from './place.ts'

/** How ports are spread over the axis. */
export type PortScale = 'log' | 'linear'

/** Which row each place is drawn in, from the top; `hidden` where it is not drawn. */
export interface Rows {
  readonly of: Uint16Array
  /** Rows of the port axis, above the lanes. */
  readonly portRows: number
  /** First row and rows of each lane. */
  readonly lanes: readonly { readonly from: number; readonly rows: number }[]
}

export const hidden = 0xffff
/** Rows of a lane, and between lanes, in a picture of 800 rows; others have their share. */
const laneShare = 24 / 800
const gapShare = 4 / 800
/** The axis ends a little below port 1, so that port 0 has its row. */
const lowest = 0.5

/**
 * Rows for a picture of this height. High ports are at the top, port 0 at the bottom, the lanes below. Only whole numbers
 * leave here, and they come from multiplications and divisions alone, which every machine does alike: the same picture on the
 * server and in any browser (ECMA-262 leaves `Math.log` to the engine).
 */
export function rowsOf(height: number, scale: PortScale): Rows {
  const laneRows = Math.max(3, Math.round(height * laneShare))
  const gap = Math.max(1, Math.round(height * gapShare))
  const portRows = height - lanes.length * (laneRows + gap)
  if (portRows < lanes.length) throw new RangeError(`A height of ${height} rows is too little`)
  const of = new Uint16Array(places)
  const bottom = log2(lowest)
  const whole = log2(65_535) - bottom
  const rowOf = (port: number) => {
    const share = scale === 'log' ? (log2(Math.max(port, lowest)) - bottom) / whole : port / 65_535
    return portRows - 1 - Math.round(share * (portRows - 1))
  }
  // Rows go one way: between two ports of the same row all are of that row.
  const fill = (first: number, last: number, top: number, low: number) => {
    if (top === low) return void of.fill(top, first, last + 1)
    const middle = (first + last) >> 1
    fill(first, middle, top, rowOf(middle))
    fill(middle + 1, last, rowOf(middle + 1), low)
  }
  fill(0, 65_535, rowOf(0), rowOf(65_535))
  const spans = lanes.map((_, lane) => ({ from: portRows + gap + lane * (laneRows + gap), rows: laneRows }))
  for (const [lane, { from, rows }] of spans.entries()) {
    for (let value = 0; value < 256; value++)
      of[laneStart(lane) + value] = from + rows - 1 - Math.floor((value * rows) / 256)
  }
  return { of, portRows, lanes: spans }
}

/** The same rows without some places: the busiest ports hidden, so that the rest shows. */
export function without(rows: Rows, hiddenPlaces: Iterable<number>): Rows {
  const of = rows.of.slice()
  for (const place of hiddenPlaces) of[place] = hidden
  return { ...rows, of }
}

/** The ports and lanes' places that are drawn in a row. */
export function placesIn(rows: Rows, row: number): number[] {
  const found: number[] = []
  for (let place = 0; place < places; place++) if (rows.of[place] === row) found.push(place)
  return found
}

/** Bits after the point. */
const bits = 32

/** The logarithm to base 2 of a positive number, by squaring: 32 bits after the point, the same on every machine. */
export function log2(value: number): number {
  let whole = 0
  let rest = value
  while (rest >= 2) {
    rest /= 2
    whole++
  }
  while (rest < 1) {
    rest *= 2
    whole--
  }
  let fraction = 0
  for (let bit = 1; bit <= bits; bit++) {
    rest *= rest
    if (rest < 2) continue
    rest /= 2
    fraction += 2 ** -bit
  }
  return whole + fraction
}
