import { crc32, deflateSync } from 'node:zlib'

/** Quick, and on pictures of dots as small as slower levels within a tenth. */
const level = 1
const mostColours = 256
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/**
 * Pixels as PNG (W3C PNG, third edition): with a palette where they have 256 colours or fewer, else three bytes each.
 *
 * @param pixels red, green, blue and something that is left out
 */
export function pngBytes(
  pixels: Uint8Array<ArrayBuffer> | Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
): Uint8Array {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height)
  const indexed = withPalette(words, width, height)
  const data = deflateSync(indexed?.rows ?? threeBytesEach(words, width, height), { level, memLevel: 9 })
  const header = new DataView(new ArrayBuffer(13))
  header.setUint32(0, width)
  header.setUint32(4, height)
  header.setUint8(8, 8)
  header.setUint8(9, indexed ? 3 : 2)
  return Buffer.concat([
    signature,
    ...chunk('IHDR', new Uint8Array(header.buffer)),
    ...(indexed ? chunk('PLTE', indexed.palette) : []),
    ...chunk('IDAT', data),
    ...chunk('IEND', new Uint8Array(0)),
  ])
}

/** Rows of indices, each after the number of its filter, which is none; undefined where there are too many colours. */
function withPalette(
  words: Uint32Array,
  width: number,
  height: number,
): { readonly rows: Uint8Array; readonly palette: Uint8Array } | undefined {
  const rows = new Uint8Array(height * (width + 1))
  const slots = 1024
  // A colour and its index, or 0 and -1: found by hashing.
  const colours = new Uint32Array(slots)
  const indices = new Int16Array(slots).fill(-1)
  const palette: number[] = []
  let [last, index] = [0, -1]
  for (let row = 0, at = 0, pixel = 0; row < height; row++) {
    at++
    for (let column = 0; column < width; column++) {
      const word = words[pixel++]! & 0xffffff
      if (word !== last || index < 0) {
        let slot = Math.imul(word, 0x9e37_79b1) >>> 22
        while (indices[slot]! >= 0 && colours[slot] !== word) slot = (slot + 1) & (slots - 1)
        if (indices[slot]! < 0) {
          const colour = palette.length / 3
          if (colour === mostColours) return undefined
          palette.push(word & 255, (word >>> 8) & 255, word >>> 16)
          colours[slot] = word
          indices[slot] = colour
        }
        last = word
        index = indices[slot]!
      }
      rows[at++] = index
    }
  }
  return { rows, palette: Uint8Array.from(palette) }
}

function threeBytesEach(words: Uint32Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array(height * (width * 3 + 1))
  for (let row = 0, at = 0, pixel = 0; row < height; row++) {
    at++
    for (let column = 0; column < width; column++, at += 3) {
      const word = words[pixel++]!
      rows[at] = word & 255
      rows[at + 1] = (word >>> 8) & 255
      rows[at + 2] = (word >>> 16) & 255
    }
  }
  return rows
}

function chunk(name: string, data: Uint8Array): Uint8Array[] {
  const type = Buffer.from(name, 'latin1')
  const numbers = new DataView(new ArrayBuffer(8))
  numbers.setUint32(0, data.length)
  numbers.setUint32(4, crc32(data, crc32(type)))
  return [new Uint8Array(numbers.buffer, 0, 4), type, data, new Uint8Array(numbers.buffer, 4, 4)]
}
