/** How a shape looks. Colours are `#rrggbb`. */
export interface Look {
  readonly fill?: string
  readonly stroke?: string
  readonly width?: number
  /** 0 to 1. */
  readonly opacity?: number
  /** Shown where the pointer rests, in formats that have it; others' words. */
  readonly title?: string
}

export interface Writing {
  readonly size: number
  readonly fill: string
  readonly anchor?: 'start' | 'middle' | 'end'
  /** A rim of this colour, so that the text is read over lines. */
  readonly halo?: string
}

/** How a list that opens is written. */
export interface ListWriting {
  readonly size: number
  readonly fill: string
  readonly ground: string
  readonly width: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** What pictures are drawn with, so that one drawing gives SVG, PNG and the page. Pixels, from the upper left. */
export interface Pen extends PlainPen {
  circle(centre: Point, radius: number, look: Look): void
  /** Closed. */
  polygon(points: readonly Point[], look: Look): void
  line(from: Point, to: Point, look: Look): void
  /** From one to the other, leaving and arriving level. */
  swing(from: Point, to: Point, look: Look): void
  /**
   * Where a circle lies there is something to open: a list, shown over the picture, its first line at `corner`. Formats that
   * cannot open leave it out.
   */
  opens(at: Point, radius: number, corner: Point, lines: readonly string[], writing: ListWriting): void
}

/** What needs no curves. */
export interface PlainPen {
  rect(x: number, y: number, width: number, height: number, look: Look): void
  /** On one line; `at` is on its base line. What cannot be shown is replaced. */
  text(at: Point, text: string, writing: Writing): void
  /** A picture of pixels: red, green, blue, alpha. */
  image(at: Point, pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): void
}

/** The font that all labels are written in. Its file is shipped, so that they look alike everywhere. */
export const fontFamily = 'DejaVu Mono'

/** The size of that font whose letters are so many pixels apart. */
export function sizeOf(advance: number): number {
  return advance / 0.602
}
