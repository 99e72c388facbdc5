/** A packet to be written into a capture. */
export interface WrittenPacket {
  /** Units of the capture's times since the epoch. */
  readonly time: bigint
  readonly bytes: Uint8Array
  readonly originalLength?: number
  readonly interface?: number
}

class Words {
  readonly #little: boolean
  readonly #parts: Uint8Array[] = []

  constructor(little: boolean) {
    this.#little = little
  }

  u32(...values: readonly number[]): this {
    for (const value of values) {
      const part = Buffer.alloc(4)
      if (this.#little) part.writeUInt32LE(value >>> 0)
      else part.writeUInt32BE(value >>> 0)
      this.#parts.push(part)
    }
    return this
  }

  u16(...values: readonly number[]): this {
    for (const value of values) {
      const part = Buffer.alloc(2)
      if (this.#little) part.writeUInt16LE(value)
      else part.writeUInt16BE(value)
      this.#parts.push(part)
    }
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes)
    return this
  }

  done(): Buffer {
    return Buffer.concat(this.#parts)
  }
}

/** A pcap file of either byte order; `units` in a second. */
export function pcap(
  packets: readonly WrittenPacket[],
  { little = true, units = 1_000_000, linkType = 1, minor = 4 } = {},
): Buffer {
  const words = new Words(little)
  words
    .u32(units === 1_000_000 ? 0xa1b2c3d4 : 0xa1b23c4d)
    .u16(2, minor)
    .u32(0, 0, 262_144, linkType)
  for (const { time, bytes, originalLength = bytes.length } of packets)
    words
      .u32(Number(time / BigInt(units)), Number(time % BigInt(units)), bytes.length, originalLength)
      .bytes(bytes)
  return words.done()
}

/** One pcapng section of either byte order, its interfaces with these link types; `resolution` as if_tsresol has it. */
export function pcapng(
  packets: readonly WrittenPacket[],
  { little = true, linkTypes = [1], resolution = 6, offset = 0n, block = 6 as 6 | 3 | 2 } = {},
): Buffer {
  const blocks: Buffer[] = []
  const add = (type: number, body: Buffer) => {
    const padding = Buffer.alloc((4 - (body.length % 4)) % 4)
    const size = body.length + padding.length + 12
    blocks.push(new Words(little).u32(type, size).bytes(body).bytes(padding).u32(size).done())
  }
  add(
    0x0a0d0d0a,
    new Words(little)
      .u32(0x1a2b3c4d)
      .u16(1, 0)
      .u32(0xffffffff, 0xffffffff)
      .u16(1, 4)
      .bytes(Buffer.from('note'))
      .done(),
  )
  for (const linkType of linkTypes) {
    const words = new Words(little).u16(linkType, 0).u32(0)
    words.u16(9, 1).bytes(Buffer.from([resolution, 0, 0, 0]))
    const seconds = Buffer.alloc(8)
    if (little) seconds.writeBigInt64LE(offset)
    else seconds.writeBigInt64BE(offset)
    add(1, words.u16(14, 8).bytes(seconds).u16(0, 0).done())
  }
  for (const { time, bytes, originalLength = bytes.length, interface: number = 0 } of packets) {
    const words = new Words(little)
    const times = [Number(time >> 32n), Number(time & 0xffff_ffffn)] as const
    if (block === 6) words.u32(number, ...times, bytes.length, originalLength)
    else if (block === 2) words.u16(number, 0xffff).u32(...times, bytes.length, originalLength)
    else words.u32(originalLength)
    add(block, words.bytes(bytes).done())
  }
  return Buffer.concat(blocks)
}
