import { pngBytes } from '../png-bytes.ts'
import { PixelPen } from '../pen/pixel-pen.ts'
import { SvgPen } from '../pen/svg-pen.ts'
import type { Counts } from './counts.ts'
import { drawFireplot, type FireplotPicture, pictureSize } from './draw.ts'
import { paint } from './raster.ts'
import { legendOf, lookOf, type Scheme } from './schemes.ts'

/** What a picture says beside its dots. */
export interface Telling {
  /** What the title ends in, after the time: '' or words. */
  readonly about: string
  readonly offset: number
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

function fireplotPicture(counts: Counts, { about, offset, scheme, leftOut }: Telling): FireplotPicture {
  const { from, to, rows } = counts.frame
  const raster = paint(counts, lookOf(scheme))
  const packets = raster.drawn.toLocaleString('en-US')
  return {
    title: `${clock(from, offset)} to ${clock(to, offset)}${about}: ${packets} packets`,
    from,
    to,
    offset,
    raster,
    rows,
    scheme,
    counts: counts.totals(legendOf(scheme).length),
    leftOut,
  }
}

/** A time as the picture's clock tells it, to the minute. */
export function clock(at: number, offset: number): string {
  return new Date(at + offset).toISOString().slice(0, 16).replace('T', ' ')
}

/** Hidden ports that a title names. */
const mostNamedPorts = 5

/** In words, which ports are hidden; '' where none are. */
export function withoutPorts(hidden: readonly number[]): string {
  if (hidden.length === 0) return ''
  const more = hidden.length - mostNamedPorts
  return `without ports ${hidden.slice(0, mostNamedPorts).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
