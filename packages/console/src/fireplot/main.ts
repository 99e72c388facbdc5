// The script of the page that `sundew plot fireplot -o x.html` writes: it draws with the server's own modules, and zooms.
import { shownSecond } from '../../../sundew/src/plots/fireplot/clock.ts'
import { Counts } from '../../../sundew/src/plots/fireplot/counts.ts'
import { drawFireplot, margins, pictureSize } from '../../../sundew/src/plots/fireplot/draw.ts'
import { type EmbeddedHead, unpackEvents } from '../../../sundew/src/plots/fireplot/embedded.ts'
import { paint } from '../../../sundew/src/plots/fireplot/raster.ts'
import { rowsOf, without } from '../../../sundew/src/plots/fireplot/scale.ts'
import { legendOf, lookOf, named, schemes } from '../../../sundew/src/plots/fireplot/schemes.ts'
import { CanvasPen } from '../../../sundew/src/plots/pen/canvas-pen.ts'
import { fontFamily } from '../../../sundew/src/plots/pen/pen.ts'
import { near, wordsOf } from './near.ts'
import { between, enlarged, moved, type Span } from './span.ts'

const head = JSON.parse(text('head')) as EmbeddedHead
const { points, sources } = unpackEvents(head, await unpacked('events'))
const names = new TextDecoder().decode(await unpacked('names')).split('\n')
const rows = without(rowsOf(head.height, head.scale), head.hidden)
const scheme = named(schemes[head.scheme], head.countries)
const legend = legendOf(scheme)
const look = lookOf(scheme)
const cells = head.columns === undefined ? undefined : rows
const words = { names, legend, cells }

const canvas = document.querySelector<HTMLCanvasElement>('#plot')!
const told = document.querySelector<HTMLOutputElement>('#told')!
const size = pictureSize(head.width, head.height)
canvas.width = size.width
canvas.height = size.height
const context = canvas.getContext('2d')!
const pen = new CanvasPen(context, (pixels, width, height, { x, y }) =>
  context.putImageData(new ImageData(pixels, width, height), x, y),
)

const whole: Span = { from: head.from, to: head.to }
let span = whole
let waiting = false
/** Where the button went down, as a column. */
let down: number | undefined

function show(next: Span): void {
  span = next
  if (waiting) return
  waiting = true
  requestAnimationFrame(() => {
    waiting = false
    draw()
  })
}

function draw(): void {
  const { width, height } = head
  const counts = new Counts({ width, height, ...span, rows })
  counts.add(points)
  const drawn = paint(counts, look)
  drawFireplot(pen, {
    title: `${shownSecond(head.clock, span.from)} to ${shownSecond(head.clock, span.to)}: ${drawn.drawn.toLocaleString('en-US')} packets`,
    ...span,
    clock: head.clock,
    raster: drawn,
    rows,
    scheme,
    counts: counts.totals(legend.length),
    leftOut: head.leftOut,
  })
}

/** Column and row of the raster that the pointer is on. */
function at(event: MouseEvent): { readonly column: number; readonly row: number } {
  const { left, top, width } = canvas.getBoundingClientRect()
  const scale = canvas.width / width
  return {
    column: Math.floor((event.clientX - left) * scale) - margins.left,
    row: Math.floor((event.clientY - top) * scale) - margins.top,
  }
}

function zoom(times: number, column: number): void {
  show(enlarged(span, times, column / head.width, whole))
}

canvas.addEventListener('wheel', (event) => {
  event.preventDefault()
  zoom(event.deltaY < 0 ? 1.25 : 0.8, at(event).column)
})
canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId)
  down = at(event).column
})
canvas.addEventListener('pointerup', (event) => {
  const { column } = at(event)
  if (down === undefined) return
  const [left, right] = [Math.max(0, Math.min(down, column)), Math.min(head.width, Math.max(down, column))]
  down = undefined
  if (right - left < 4) return zoom(4, column)
  show(between(span, left / head.width, right / head.width, whole))
})
canvas.addEventListener('pointermove', (event) => {
  const { column, row } = at(event)
  told.textContent = wordsOf(near({ points, sources, rows, span, width: head.width, column, row }), words)
})
canvas.addEventListener('keydown', ({ key }) => {
  if (key === 'ArrowLeft') show(moved(span, -0.25, whole))
  else if (key === 'ArrowRight') show(moved(span, 0.25, whole))
  else if (key === '+' || key === '=') zoom(2, head.width / 2)
  else if (key === '-') zoom(0.5, head.width / 2)
  else if (key === 'Escape' || key === '0') show(whole)
})
await document.fonts.load(`11px '${fontFamily}'`)
draw()

function text(id: string): string {
  return document.querySelector(`#${id}`)!.textContent
}

async function unpacked(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(text(id)), (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
