import { type PlainPen, sizeOf } from '../pen/pen.ts'
import { lanes } from './place.ts'
import type { Raster } from './raster.ts'
import type { Rows } from './scale.ts'
import { legendOf, type Scheme } from './schemes.ts'
import { portTicks, timeTicks } from './ticks.ts'

/** Room around the raster: names of ports at the left, the legend below. */
export const margins = { left: 132, right: 16, top: 30, bottom: 52 } as const
/** Whole pixels from letter to letter. */
const advance = 7
const fontSize = sizeOf(advance)
const titleSize = sizeOf(9)
const lineHeight = 12

export interface FireplotPicture {
  readonly title: string
  readonly from: number
  readonly to: number
  /** Of the clock that times are told by, from UTC, milliseconds. */
  readonly offset: number
  readonly raster: Raster
  readonly rows: Rows
  readonly scheme: Scheme
  /** How many of each colour were drawn. */
  readonly counts: readonly number[]
  /** What is not in the picture, in words; '' where all is. */
  readonly leftOut: string
}

/** The size of the whole picture for a raster of this size. */
export function pictureSize(width: number, height: number): { width: number; height: number } {
  return { width: width + margins.left + margins.right, height: height + margins.top + margins.bottom }
}

/** Draws raster, axes and legend. */
export function drawFireplot(pen: PlainPen, picture: FireplotPicture): void {
  const { raster, rows, scheme, from, to, offset } = picture
  const { left, top } = margins
  const whole = pictureSize(raster.width, raster.height)
  const ground = hex(scheme.ground)
  pen.rect(0, 0, whole.width, whole.height, { fill: ground })
  pen.image({ x: left, y: top }, raster.pixels, raster.width, raster.height)
  const faint = { stroke: scheme.ink, width: 0.5, opacity: 0.25 }
  const writing = { size: fontSize, fill: scheme.ink } as const
  const bottom = top + raster.height
  for (const { at, label } of timeTicks(from, to, Math.max(2, raster.width / 60), offset)) {
    const x = left + ((at - from) / (to - from)) * raster.width
    pen.line({ x, y: top }, { x, y: bottom }, faint)
    pen.text({ x, y: bottom + lineHeight + 2 }, label, { ...writing, anchor: 'middle' })
  }
  let above = Infinity
  for (const [port, service] of portTicks) {
    const y = top + rows.of[port]! + 0.5
    // Ticks come from the lowest port upwards: one without room for its label, or that is hidden, is left out.
    if (above - y < lineHeight || y > bottom) continue
    above = y
    pen.line({ x: left, y }, { x: left + raster.width, y }, faint)
    const label = service === '' ? String(port) : `${service} ${port}`
    pen.text({ x: left - 6, y: y + 4 }, label, { ...writing, anchor: 'end' })
  }
  for (const [lane, { from: row, rows: high }] of rows.lanes.entries())
    pen.text({ x: left - 6, y: top + row + high / 2 + 4 }, lanes[lane]!.name, { ...writing, anchor: 'end' })
  const { title, leftOut } = picture
  pen.text({ x: left, y: top - 11 }, leftOut === '' ? title : `${title}, ${leftOut}`, {
    ...writing,
    size: titleSize,
  })
  legend(pen, picture, bottom + 2 * lineHeight + 14)
}

function legend(pen: PlainPen, { scheme, counts, raster }: FireplotPicture, y: number): void {
  const writing = { size: fontSize, fill: scheme.ink } as const
  let x: number = margins.left
  const end = x + raster.width
  for (const [index, entry] of legendOf(scheme).entries()) {
    const count = counts[index] ?? 0
    if (!entry || count === 0) continue
    const text = `${entry.name} ${count.toLocaleString('en-US')}`
    if (x + 14 + text.length * advance > end) return
    pen.rect(x, y - lineHeight + 3, 9, 9, { fill: hex(entry.colour) })
    pen.text({ x: x + 14, y }, text, writing)
    x += 14 + (text.length + 2) * advance
  }
}

function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`
}
