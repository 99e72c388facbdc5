import { whatIsAt } from '../../../sundew/src/plots/fireplot/place.ts'
import type { Points } from '../../../sundew/src/plots/fireplot/points.ts'
import { hidden, placesIn, type Rows } from '../../../sundew/src/plots/fireplot/scale.ts'
import type { Entry } from '../../../sundew/src/plots/fireplot/schemes.ts'
import type { Span } from './span.ts'

/** Pixels around the pointer that count as under it. */
const around = 1
/** Lines that are told. */
const most = 10

interface Asked {
  readonly points: Points
  readonly sources: Uint32Array
  readonly rows: Rows
  readonly span: Span
  readonly width: number
  readonly column: number
  readonly row: number
}

/** Who, to what: how many times. */
export interface Near {
  readonly source: number
  readonly place: number
  readonly colour: number
  count: number
}

/** The events at and around a pixel, the most frequent first. */
export function near({ points, sources, rows, span, width, column, row }: Asked): Near[] {
  const { length, time, place, colour, count, origin, stepMs } = points
  const pixel = (span.to - span.from) / width
  const first = (span.from + (column - around) * pixel - origin) / stepMs
  const last = (span.from + (column + 1 + around) * pixel - origin) / stepMs
  const found = new Map<string, Near>()
  for (let at = 0; at < length; at++) {
    if (!(time[at]! >= first && time[at]! < last)) continue
    const there = rows.of[place[at]!]!
    if (there === hidden || Math.abs(there - row) > around) continue
    const key = `${sources[at]} ${place[at]} ${colour[at]}`
    const one = found.get(key)
    const times = count?.[at] ?? 1
    if (one) one.count += times
    else found.set(key, { source: sources[at]!, place: place[at]!, colour: colour[at]!, count: times })
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count || a.place - b.place)
}

interface Words {
  readonly names: readonly string[]
  readonly legend: readonly (Entry | undefined)[]
  /** The events are cells, of all that is drawn in a row. */
  readonly cells: Rows | undefined
}

/** One line each. */
export function wordsOf(found: readonly Near[], { names, legend, cells }: Words): string {
  const lines = found.slice(0, most).map(({ source, place, colour, count }) => {
    const name = legend[colour]?.name ?? ''
    return cells
      ? `${name}  ${placesText(placesIn(cells, cells.of[place]!))}  ${count}`
      : `${names[source] ?? ''}  ${name}  ${placesText([place])}  ${count}`
  })
  return [...lines, ...(found.length > most ? [`and ${found.length - most} more`] : [])].join('\n')
}

/** Places of one row follow each other, but for what is hidden. */
function placesText(places: readonly number[]): string {
  const [first = 0] = places
  const last = places.at(-1) ?? first
  const [low, high] = [whatIsAt(first), whatIsAt(last)]
  if ('port' in low && 'port' in high)
    return first === last ? `port ${low.port}` : `ports ${low.port}-${high.port}`
  if ('lane' in low && 'lane' in high)
    return `${low.lane} ${low.value}${first === last ? '' : `-${high.value}`}`
  return ''
}
