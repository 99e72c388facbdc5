import { fontFamily, type Look, type Pen, type Point, type Writing } from './pen.ts'

/** What is used of a 2D context: a browser's, or the server's library's. */
export interface Context {
  fillStyle: unknown
  strokeStyle: unknown
  lineWidth: number
  globalAlpha: number
  font: string
  lineJoin: string
  textAlign: string
  beginPath(): void
  closePath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
  rect(x: number, y: number, width: number, height: number): void
  fill(): void
  stroke(): void
  fillText(text: string, x: number, y: number): void
  strokeText(text: string, x: number, y: number): void
}

/** What moves, hides or is no text: shown as what it is. */
const unfit = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Draws on a canvas. */
export class CanvasPen implements Pen {
  readonly #context: Context
  readonly #put: (pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number, at: Point) => void

  /** @param put lays pixels on the canvas as they are */
  constructor(
    context: Context,
    put: (pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number, at: Point) => void,
  ) {
    this.#context = context
    this.#put = put
  }

  rect(x: number, y: number, width: number, height: number, look: Look): void {
    this.#draw(look, (context) => context.rect(x, y, width, height))
  }

  circle({ x, y }: Point, radius: number, look: Look): void {
    this.#draw(look, (context) => context.arc(x, y, radius, 0, 2 * Math.PI))
  }

  polygon(points: readonly Point[], look: Look): void {
    this.#draw(look, (context) => {
      for (const [index, { x, y }] of points.entries()) {
        if (index === 0) context.moveTo(x, y)
        else context.lineTo(x, y)
      }
      context.closePath()
    })
  }

  line(from: Point, to: Point, look: Look): void {
    this.#draw(look, (context) => {
      context.moveTo(from.x, from.y)
      context.lineTo(to.x, to.y)
    })
  }

  swing(from: Point, to: Point, look: Look): void {
    const middle = (from.x + to.x) / 2
    this.#draw(look, (context) => {
      context.moveTo(from.x, from.y)
      context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y)
    })
  }

  text({ x, y }: Point, text: string, { size, fill, anchor = 'start', halo }: Writing): void {
    const context = this.#context
    const shown = text.replace(unfit, '\ufffd')
    context.font = `${size}px "${fontFamily}"`
    context.textAlign = anchor === 'middle' ? 'center' : anchor
    if (halo !== undefined) {
      context.strokeStyle = halo
      context.lineWidth = 3
      context.lineJoin = 'round'
      context.strokeText(shown, x, y)
    }
    context.fillStyle = fill
    context.fillText(shown, x, y)
  }

  opens(): void {} // a bitmap stays as it is

  image(at: Point, pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): void {
    this.#put(pixels, width, height, at)
  }

  #draw({ fill, stroke, width, opacity }: Look, path: (context: Context) => void): void {
    const context = this.#context
    context.globalAlpha = opacity ?? 1
    context.beginPath()
    path(context)
    if (fill !== undefined) {
      context.fillStyle = fill
      context.fill()
    }
    if (stroke !== undefined) {
      context.strokeStyle = stroke
      context.lineWidth = width ?? 1
      context.stroke()
    }
    context.globalAlpha = 1
  }
}
