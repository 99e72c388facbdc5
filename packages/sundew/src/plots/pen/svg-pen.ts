import { markup } from './markup.ts'
import { fontFamily, type ListWriting, type Look, type Pen, type Point, type Writing } from './pen.ts'

/** Writes SVG. */
export class SvgPen implements Pen {
  readonly #parts: string[] = []
  readonly #lists: string[] = []
  readonly #name: string
  readonly #width: number
  readonly #height: number
  readonly #png:
    | ((pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) => Uint8Array)
    | undefined

  /**
   * @param png makes a PNG of pixels, for pictures that have some
   * @param name tells the lists of this picture from those of others in the same page: letters
   */
  constructor(
    width: number,
    height: number,
    png?: (pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number) => Uint8Array,
    name = 'list',
  ) {
    this.#name = name
    this.#width = width
    this.#height = height
    this.#png = png
  }

  rect(x: number, y: number, width: number, height: number, look: Look): void {
    this.#shape('rect', `x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}"`, look)
  }

  circle({ x, y }: Point, radius: number, look: Look): void {
    this.#shape('circle', `cx="${at(x)}" cy="${at(y)}" r="${at(radius)}"`, look)
  }

  polygon(points: readonly Point[], look: Look): void {
    const steps = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${at(x)} ${at(y)}`)
    this.#shape('path', `d="${steps.join('')}Z"`, look)
  }

  line(from: Point, to: Point, look: Look): void {
    this.#shape('path', `d="M${at(from.x)} ${at(from.y)}L${at(to.x)} ${at(to.y)}"`, look)
  }

  swing(from: Point, to: Point, look: Look): void {
    const middle = at((from.x + to.x) / 2)
    const [a, b] = [at(from.y), at(to.y)]
    this.#shape('path', `d="M${at(from.x)} ${a}C${middle} ${a} ${middle} ${b} ${at(to.x)} ${b}"`, look)
  }

  text({ x, y }: Point, text: string, { size, fill, anchor = 'start', halo }: Writing): void {
    const placed = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
    const rim = halo === undefined ? '' : ` stroke="${halo}" stroke-width="3" stroke-linejoin="round"`
    this.#parts.push(
      `<text x="${at(x)}" y="${at(y)}" font-size="${at(size)}" fill="${fill}"${placed}${rim}>${markup(text)}</text>`,
    )
  }

  /** Opened by its link and closed by one beside it: nothing in the picture runs. */
  opens(
    { x, y }: Point,
    radius: number,
    corner: Point,
    lines: readonly string[],
    { size, fill, ground, width }: ListWriting,
  ): void {
    const id = `${this.#name}-${this.#lists.length + 1}`
    const step = size * 1.4
    this.#parts.push(
      `<a href="#${id}"><circle cx="${at(x)}" cy="${at(y)}" r="${at(radius)}" fill="${fill}" fill-opacity="0"><title>${markup(lines[0] ?? '')}</title></circle></a>`,
    )
    const texts = lines.map(
      (line, index) =>
        `<text x="${at(corner.x + size / 2)}" y="${at(corner.y + step * (index + 1))}" font-size="${at(size)}" fill="${fill}">${markup(line)}</text>`,
    )
    const height = step * (lines.length + 0.5)
    this.#lists.push(
      `<a href="#${this.#name}" class="list" id="${id}"><rect x="${at(corner.x)}" y="${at(corner.y)}" width="${at(width)}" height="${at(height)}" fill="${ground}" stroke="${fill}"/>${texts.join('')}</a>`,
    )
  }

  image({ x, y }: Point, pixels: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): void {
    if (!this.#png) throw new TypeError('This pen has no way to write pixels')
    const data = Buffer.from(this.#png(pixels, width, height)).toString('base64')
    this.#parts.push(
      `<image x="${at(x)}" y="${at(y)}" width="${width}" height="${height}" style="image-rendering:pixelated" href="data:image/png;base64,${data}"/>`,
    )
  }

  /** The whole document. */
  toString(): string {
    const [width, height] = [at(this.#width), at(this.#height)]
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="'${fontFamily}', 'DejaVu Sans Mono', monospace">`,
      '<style>text{paint-order:stroke;direction:ltr;unicode-bidi:isolate;white-space:pre}.list{display:none}.list:target{display:inline}</style>',
      ...this.#parts,
      ...this.#lists,
      '</svg>\n',
    ].join('\n')
  }

  #shape(tag: string, place: string, { fill = 'none', stroke, width, opacity, title }: Look): void {
    const line = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${at(width ?? 1)}"`
    const through = opacity === undefined ? '' : ` opacity="${at(opacity)}"`
    const start = `<${tag} ${place} fill="${fill}"${line}${through}`
    this.#parts.push(title === undefined ? `${start}/>` : `${start}><title>${markup(title)}</title></${tag}>`)
  }
}

/** A number with two places at most. */
function at(value: number): string {
  return String(Math.round(value * 100) / 100)
}
