import { crc32 } from 'node:zlib'

/**
 * One group of entries that became durable together: a 32-byte header, then the payload. Little-endian.
 *
 *     0  u32  magic "SDJ1"
 *     4  u8   flags: 1 = payload is one Zstandard frame
 *     5  3    zero
 *     8  u64  sequence number of the first entry
 *    16  u32  number of entries
 *    20  u32  payload bytes, unpacked
 *    24  u32  payload bytes, as they follow
 *    28  u32  CRC-32 of bytes 0-27 and the payload as it follows
 */
export const headerBytes = 32
/** A larger payload is not ours: the writer closes groups long before. */
export const maxPayloadBytes = 256 * 1024 * 1024
const magic = 0x314a4453

export interface FrameHeader {
  readonly packed: boolean
  readonly firstSequence: number
  readonly entries: number
  readonly rawBytes: number
  readonly storedBytes: number
  readonly checksum: number
}

export function writeHeader(into: Buffer, frame: Omit<FrameHeader, 'checksum'>, payload: Uint8Array): void {
  into.writeUInt32LE(magic, 0)
  into.writeUInt32LE(frame.packed ? 1 : 0, 4)
  into.writeBigUInt64LE(BigInt(frame.firstSequence), 8)
  into.writeUInt32LE(frame.entries, 16)
  into.writeUInt32LE(frame.rawBytes, 20)
  into.writeUInt32LE(frame.storedBytes, 24)
  into.writeUInt32LE(crc32(payload, crc32(into.subarray(0, 28))), 28)
}

/** The header at the start of `from`, or nothing where it cannot be one. The checksum is for {@link verify}. */
export function readHeader(from: Buffer): FrameHeader | undefined {
  if (from.length < headerBytes || from.readUInt32LE(0) !== magic || from.readUInt32LE(4) > 1)
    return undefined
  const rawBytes = from.readUInt32LE(20)
  const storedBytes = from.readUInt32LE(24)
  if (rawBytes > maxPayloadBytes || storedBytes > maxPayloadBytes) return undefined
  return {
    packed: from.readUInt32LE(4) === 1,
    firstSequence: Number(from.readBigUInt64LE(8)),
    entries: from.readUInt32LE(16),
    rawBytes,
    storedBytes,
    checksum: from.readUInt32LE(28),
  }
}

/** Whether header and payload are what was written. */
export function verify(header: Buffer, payload: Uint8Array): boolean {
  return crc32(payload, crc32(header.subarray(0, 28))) === header.readUInt32LE(28)
}

export const magicBytes = Buffer.from('SDJ1', 'latin1')
