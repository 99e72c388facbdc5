import { crc32, deflateSync } from 'node:zlib'

/** Whether the drop covers this point of a picture of `size` by `size`. */
function drop(x: number, y: number, size: number): boolean {
  const [u, v] = [(x + 0.5) / size - 0.5, (y + 0.5) / size - 0.58]
  return v > 0 ? u * u + v * v < 0.1 : Math.abs(u) < 0.316 * (1 + v / 0.5) && v > -0.5
}

/** A drop in colour, PNG (RFC 2083). */
export function png(size: number): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 3), 0xff)
  for (let y = 0; y < size; y++) {
    rows[y * (1 + size * 3)] = 0
    for (let x = 0; x < size; x++) {
      if (drop(x, y, size)) rows.set([0xc8, 0x1e, 0x4a], y * (1 + size * 3) + 1 + x * 3)
    }
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const parts = [
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** The drop in two colours, GIF89a: LZW codes of three bits, cleared before they would grow. */
export function gif(size: number): Buffer {
  const bits: number[] = []
  const put = (code: number): void => {
    for (let i = 0; i < 3; i++) bits.push((code >> i) & 1)
  }
  for (let i = 0; i < size * size; i++) {
    if (i % 2 === 0) put(4)
    put(drop(i % size, Math.floor(i / size), size) ? 1 : 0)
  }
  put(5)
  const data = Buffer.alloc(Math.ceil(bits.length / 8))
  for (const [i, bit] of bits.entries()) data[i >> 3]! |= bit << (i & 7)
  const blocks: Buffer[] = []
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255)
    blocks.push(Buffer.of(part.length), part)
  }
  const screen = Buffer.of(size & 255, size >> 8, size & 255, size >> 8)
  return Buffer.concat([
    Buffer.from('GIF89a'),
    screen,
    Buffer.of(0x81, 0, 0, 255, 255, 255, 0xc8, 0x1e, 0x4a, 0, 0, 0, 0, 0, 0),
    Buffer.of(0x2c, 0, 0, 0, 0),
    screen,
    Buffer.of(0, 2),
    ...blocks,
    Buffer.of(0, 0x3b),
  ])
}

/** An even grey square, baseline JPEG (ITU T.81): only DC coefficients, with Huffman tables of one or two codes. */
export function jpg(size: number): Buffer {
  const segment = (marker: number, ...bytes: number[]): Buffer =>
    Buffer.of(0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255, ...bytes)
  const blocks = (size / 8) ** 2
  // First block: category 7 (code 10), value 64; then category 0 (code 0). Every block ends with EOB (code 0).
  let bits = '10' + '1000000' + '0'
  for (let i = 1; i < blocks; i++) bits += '00'
  bits += '1'.repeat((8 - (bits.length % 8)) % 8)
  const data = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)))
  const sixteen = (first: number, second: number): number[] => [first, second, ...Array<number>(14).fill(0)]
  return Buffer.concat([
    Buffer.of(0xff, 0xd8),
    segment(0xe0, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0),
    segment(0xdb, 0, ...Array<number>(64).fill(8)),
    segment(0xc0, 8, size >> 8, size & 255, size >> 8, size & 255, 1, 1, 0x11, 0),
    segment(0xc4, 0x00, ...sixteen(1, 1), 0, 7),
    segment(0xc4, 0x10, ...sixteen(1, 0), 0),
    segment(0xda, 1, 1, 0x00, 0, 63, 0),
    data,
    Buffer.of(0xff, 0xd9),
  ])
}

/** The drop as an icon of 16 by 16, 32 bits a pixel. */
export function ico(): Buffer {
  const size = 16
  const pixels = Buffer.alloc(size * size * 4)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (drop(x, size - 1 - y, size)) pixels.set([0x4a, 0x1e, 0xc8, 0xff], (y * size + x) * 4)
    }
  }
  const mask = Buffer.alloc(size * 4)
  const info = Buffer.alloc(40)
  info.writeUInt32LE(40, 0)
  info.writeInt32LE(size, 4)
  info.writeInt32LE(size * 2, 8)
  info.writeUInt16LE(1, 12)
  info.writeUInt16LE(32, 14)
  const image = Buffer.concat([info, pixels, mask])
  const head = Buffer.of(0, 0, 1, 0, 1, 0, size, size, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 22, 0, 0, 0)
  head.writeUInt32LE(image.length, 14)
  return Buffer.concat([head, image])
}
