import { pngBytes } from '../png-bytes.ts'
import { PixelPen } from '../pen/pixel-pen.ts'
import { SvgPen } from '../pen/svg-pen.ts'
import { thousands } from '../thousands.ts'
import { type Clock, shownMinute } from './clock.ts'
import type { Counts } from './counts.ts'
import { drawFireplot, type FireplotPicture, pictureSize } from './draw.ts'
import { paint } from './raster.ts'
import { legendOf, lookOf, type Scheme } from './schemes.ts'

/** What a picture says beside its dots. */
export interface Telling {
  /** What the title ends in, after the time: '' or words. */
  readonly about: string
  readonly clock: Clock
  readonly scheme: Scheme
  readonly leftOut: string
}

/** A picture of what was counted, as a file. */
export function fireplotFile(counts: Counts, telling: Telling, form: 'png' | 'svg'): Uint8Array | string {
  const picture = fireplotPicture(counts, telling)
  const { width, height } = pictureSize(counts.frame.width, counts.frame.height)
  if (form === 'svg') {
    const pen = new SvgPen(width, height, pngBytes)
    drawFireplot(pen, picture)
    return pen.toString()
  }
  const pen = new PixelPen(width, height)
  drawFireplot(pen, picture)
  return pngBytes(pen.pixels, width, height)
}

function fireplotPicture(counts: Counts, { about, clock, scheme, leftOut }: Telling): FireplotPicture {
  const { from, to, rows } = counts.frame
  const raster = paint(counts, lookOf(scheme))
  const packets = thousands(raster.drawn)
  return {
    title: `${shownMinute(clock, from)} to ${shownMinute(clock, to)}${about}: ${packets} packets`,
    from,
    to,
    clock,
    raster,
    rows,
    scheme,
    counts: counts.totals(legendOf(scheme).length),
    leftOut,
  }
}

/** Hidden ports that a title names. */
const mostNamedPorts = 5

/** In words, how many sources have no colour of their own though they scan; '' where all have. */
export function missingScanners(missing = 0): string {
  return missing === 0 ? '' : `${thousands(missing)} more scanners among the others`
}

/** In words, which ports are hidden; '' where none are. */
export function withoutPorts(hidden: readonly number[]): string {
  if (hidden.length === 0) return ''
  const more = hidden.length - mostNamedPorts
  return `without ports ${hidden.slice(0, mostNamedPorts).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
