import { constants, crc32, deflateSync } from 'node:zlib'

/** Quick, and on pictures of dots as small as slower levels within a tenth. */
const level = 1
const mostColours = 256
/** No colour: they have 24 bits. */
const none = 0xffff_ffff
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
  // Indices are told in runs: dots at random repeat nothing else, and looking for it takes as long again.
  const data = indexed
    ? deflateSync(indexed.rows, { level, memLevel: 9, strategy: constants.Z_RLE })
    : deflateSync(threeBytesEach(words, width, height), { level, memLevel: 9 })
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
  // Colours and their indices, found by hashing: at most a quarter of the slots is taken.
  const colours = new Uint32Array(1024).fill(none)
  const indices = new Uint8Array(1024)
  const palette: number[] = []
  for (let row = 0, at = 0, pixel = 0; row < height; row++) {
    at++
    for (let column = 0; column < width; column++) {
      const word = words[pixel++]! & 0xffffff
      let slot = Math.imul(word, 0x9e37_79b1) >>> 22
      while (colours[slot] !== word) {
        if (colours[slot] === none) {
          if (palette.length === mostColours * 3) return undefined
          colours[slot] = word
          indices[slot] = palette.length / 3
          palette.push(word & 255, (word >>> 8) & 255, word >>> 16)
          break
        }
        slot = (slot + 1) & 1023
      }
      rows[at++] = indices[slot]!
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
