import { inflateSync } from 'node:zlib'

/** Pixels of a PNG as we write them: no filter, a palette or three bytes each. */
export function pngPixels(png: Buffer): {
  readonly width: number
  readonly height: number
  readonly at: (x: number, y: number) => readonly [red: number, green: number, blue: number]
} {
  const chunks = new Map<string, Buffer[]>()
  for (let from = 8; from < png.length;) {
    const length = png.readUInt32BE(from)
    const name = png.toString('latin1', from + 4, from + 8)
    chunks.set(name, [...(chunks.get(name) ?? []), png.subarray(from + 8, from + 8 + length)])
    from += length + 12
  }
  const [header] = chunks.get('IHDR')!
  const [width, height] = [header!.readUInt32BE(0), header!.readUInt32BE(4)]
  const [palette] = chunks.get('PLTE') ?? []
  const data = inflateSync(Buffer.concat(chunks.get('IDAT')!))
  const each = palette ? 1 : 3
  return {
    width,
    height,
    at: (x, y) => {
      const at = y * (width * each + 1) + 1 + x * each
      const [colours, from] = palette ? [palette, data[at]! * 3] : [data, at]
      return [colours[from]!, colours[from + 1]!, colours[from + 2]!]
    },
  }
}
