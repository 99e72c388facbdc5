import { type PlainPen, sizeOf } from '../pen/pen.ts'
import { thousands } from '../thousands.ts'
import type { Clock } from './clock.ts'
import { lanes } from './place.ts'
import { type Colour, type Raster, wordOf } from './raster.ts'
import type { Rows } from './scale.ts'
import { legendOf, type Scheme } from './schemes.ts'
import { portTicks, timeTicks } from './ticks.ts'

/** Room around the raster: names of ports at the left, the legend below. */
export const margins = { left: 132, right: 24, top: 30, bottom: 52 } as const
/** Whole pixels from letter to letter. */
const advance = 7
const fontSize = sizeOf(advance)
const titleSize = sizeOf(9)
const lineHeight = 12

export interface FireplotPicture {
  readonly title: string
  readonly from: number
  readonly to: number
  /** That times are told by. */
  readonly clock: Clock
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
  const { raster, rows, scheme, from, to, clock } = picture
  const { left, top } = margins
  const { width, height } = raster
  const whole = pictureSize(width, height)
  pen.rect(0, 0, whole.width, whole.height, { fill: hex(scheme.ground) })
  const writing = { size: fontSize, fill: scheme.ink } as const
  const bottom = top + height
  const times = timeTicks(from, to, Math.max(2, width / 60), clock).map(({ at, label }) => ({
    column: ((at - from) / (to - from)) * width,
    label,
  }))
  let above = Infinity
  const ports: { readonly row: number; readonly label: string }[] = []
  for (const [port, service] of portTicks) {
    const row = rows.of[port]!
    // Ticks come from the lowest port upwards: one without room for its label, or that is hidden, is left out.
    if (above - row < lineHeight || row >= height) continue
    above = row
    ports.push({ row, label: service === '' ? String(port) : `${service} ${port}` })
  }
  const lines = { columns: times.map(({ column }) => Math.floor(column)), rows: ports.map(({ row }) => row) }
  pen.image({ x: left, y: top }, ruled(raster, scheme, lines), width, height)
  for (const { column, label } of times)
    pen.text({ x: left + column, y: bottom + lineHeight + 2 }, label, { ...writing, anchor: 'middle' })
  for (const { row, label } of ports)
    pen.text({ x: left - 6, y: top + row + 4 }, label, { ...writing, anchor: 'end' })
  for (const [lane, { from: row, rows: high }] of rows.lanes.entries())
    pen.text({ x: left - 6, y: top + row + high / 2 + 4 }, lanes[lane]!.name, { ...writing, anchor: 'end' })
  const { title, leftOut } = picture
  pen.text({ x: left, y: top - 11 }, leftOut === '' ? title : `${title}, ${leftOut}`, {
    ...writing,
    size: titleSize,
  })
  legend(pen, picture, bottom + 2 * lineHeight + 14)
}

/** The raster with faint lines where nothing is drawn: dots lie on them. */
function ruled(
  { width, height, pixels }: Raster,
  { ground, ink }: Scheme,
  lines: { readonly columns: readonly number[]; readonly rows: readonly number[] },
): Uint8ClampedArray<ArrayBuffer> {
  const drawn = pixels.slice()
  const words = new Uint32Array(drawn.buffer)
  const empty = wordOf(ground)
  const line = wordOf(faint(ground, Number.parseInt(ink.slice(1), 16)))
  const rule = (pixel: number) => {
    if (words[pixel] === empty) words[pixel] = line
  }
  for (const column of lines.columns)
    if (column >= 0 && column < width) for (let row = 0; row < height; row++) rule(row * width + column)
  for (const row of lines.rows) for (let column = 0; column < width; column++) rule(row * width + column)
  return drawn
}

/** An eighth of the way from one colour to another. */
function faint(ground: Colour, ink: Colour): Colour {
  const part = (shift: number) => {
    const from = (ground >>> shift) & 255
    return (from + ((((ink >>> shift) & 255) - from) >> 3)) << shift
  }
  return part(16) | part(8) | part(0)
}

function legend(pen: PlainPen, { scheme, counts, raster }: FireplotPicture, y: number): void {
  const writing = { size: fontSize, fill: scheme.ink } as const
  let x: number = margins.left
  const end = x + raster.width
  for (const [index, entry] of legendOf(scheme).entries()) {
    const count = counts[index] ?? 0
    if (!entry || count === 0) continue
    const text = `${entry.name} ${thousands(count)}`
    if (x + 14 + text.length * advance > end) return
    pen.rect(x, y - lineHeight + 3, 9, 9, { fill: hex(entry.colour) })
    pen.text({ x: x + 14, y }, text, writing)
    x += 14 + (text.length + 2) * advance
  }
}

function hex(colour: number): string {
  return `#${colour.toString(16).padStart(6, '0')}`
}
