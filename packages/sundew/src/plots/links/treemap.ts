/** A rectangle and what it stands for. */
export interface Tile<T> {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly item: T
}

/**
 * Rectangles as large as their weights, as near to squares as they come (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000).
 * Weights are positive; the largest lies in the upper left.
 */
export function treemap<T>(
  items: readonly T[],
  weight: (item: T) => number,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Tile<T>[] {
  const sorted = items.filter((item) => weight(item) > 0).toSorted((a, b) => weight(b) - weight(a))
  const total = sorted.reduce((sum, item) => sum + weight(item), 0)
  if (total === 0 || area.width <= 0 || area.height <= 0) return []
  const scale = (area.width * area.height) / total
  const tiles: Tile<T>[] = []
  let { x, y, width, height } = area
  for (let at = 0; at < sorted.length;) {
    const side = Math.min(width, height)
    let end = at + 1
    let sum = weight(sorted[at]!) * scale
    const [largest] = [sum]
    for (let worst = squareness(sum, largest, sum, side); end < sorted.length; end++) {
      const next = weight(sorted[end]!) * scale
      const then = squareness(sum + next, largest, next, side)
      if (then > worst) break
      worst = then
      sum += next
    }
    const thick = side === 0 ? 0 : sum / side
    let along = 0
    for (; at < end; at++) {
      const item = sorted[at]!
      const long = thick === 0 ? 0 : (weight(item) * scale) / thick
      tiles.push(
        width <= height
          ? { x: x + along, y, width: long, height: thick, item }
          : { x, y: y + along, width: thick, height: long, item },
      )
      along += long
    }
    if (width <= height) {
      y += thick
      height -= thick
    } else {
      x += thick
      width -= thick
    }
  }
  return tiles
}

/** How far the worst of a row is from a square, 1 for none: its largest, its smallest, their sum and the row's length. */
function squareness(sum: number, largest: number, smallest: number, side: number): number {
  const square = sum * sum
  return Math.max((side * side * largest) / square, square / (side * side * smallest))
}
