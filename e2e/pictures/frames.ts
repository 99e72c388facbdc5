import type { Readable } from 'node:stream'

/** One picture of a film: three bytes a pixel, red, green and blue, line by line. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly pixels: Buffer
}

/** The longest header that is looked for, bytes. */
const longestHeader = 200

/** The frames of a stream of PPM pictures (Netpbm's `P6`), as they come. */
export async function* framesOf(stream: Readable): AsyncGenerator<Frame> {
  let pieces: Buffer[] = []
  let bytes = 0
  let frame: { readonly width: number; readonly height: number; readonly start: number } | undefined
  for await (const piece of stream as AsyncIterable<Buffer>) {
    pieces.push(piece)
    bytes += piece.length
    for (;;) {
      if (!frame) {
        const rest = Buffer.concat(pieces)
        pieces = [rest]
        frame = headerOf(rest)
      }
      if (!frame) break
      const size = frame.start + frame.width * frame.height * 3
      if (bytes < size) break
      const all = Buffer.concat(pieces)
      yield { width: frame.width, height: frame.height, pixels: all.subarray(frame.start, size) }
      pieces = [all.subarray(size)]
      bytes -= size
      frame = undefined
    }
  }
}

function headerOf(bytes: Buffer): { width: number; height: number; start: number } | undefined {
  const text = bytes.toString('latin1', 0, longestHeader)
  const found = /^P6\s(?:\s*#[^\n]*\n)*\s*(\d+)\s(?:\s*#[^\n]*\n)*\s*(\d+)\s(?:\s*#[^\n]*\n)*\s*255\s/.exec(
    text,
  )
  if (found) return { width: Number(found[1]), height: Number(found[2]), start: found[0].length }
  if (bytes.length >= longestHeader) throw new Error(`no picture: ${JSON.stringify(text)}`)
  return undefined
}

/** How many pixels have just this colour (`D55E00`). */
export function pixelsOf({ pixels }: Frame, colour: string): number {
  const [red, green, blue] = Buffer.from(colour, 'hex')
  let count = 0
  for (let at = 0; at < pixels.length; at += 3)
    if (pixels[at] === red && pixels[at + 1] === green && pixels[at + 2] === blue) count++
  return count
}

/** How many pixels between the hosts on the left and the groups on the right are none of the ground. */
export function pixelsInFlight({ pixels, width, height }: Frame): number {
  let count = 0
  for (let y = 0; y < height; y++)
    for (let x = Math.floor(width * 0.35); x < width * 0.65; x++) {
      const at = (y * width + x) * 3
      if (Math.max(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!) > 64) count++
    }
  return count
}
