import { whatIsAt } from '../../../sundew/src/plots/fireplot/place.ts'
import type { Points } from '../../../sundew/src/plots/fireplot/points.ts'
import { hidden, type Rows } from '../../../sundew/src/plots/fireplot/scale.ts'
import { classes } from '../../../sundew/src/plots/fireplot/schemes.ts'
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
  const { length, time, place, colour, origin, stepMs } = points
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
    if (one) one.count++
    else found.set(key, { source: sources[at]!, place: place[at]!, colour: colour[at]!, count: 1 })
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count || a.place - b.place)
}

/** One line each. */
export function wordsOf(found: readonly Near[], names: readonly string[]): string {
  const lines = found.slice(0, most).map(({ source, place, colour, count }) => {
    const what = whatIsAt(place)
    const target = 'port' in what ? `port ${what.port}` : `${what.lane} ${what.value}`
    return `${names[source] ?? ''}  ${classes[colour]?.name ?? ''}  ${target}  ${count}`
  })
  return [...lines, ...(found.length > most ? [`and ${found.length - most} more`] : [])].join('\n')
}
