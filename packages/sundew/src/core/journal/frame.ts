import { crc32 } from 'node:zlib'

/**
 * One group of entries that became durable together: a 48-byte header, then the payload. Little-endian.
 *
 *     0  u32  magic "SDJ1"
 *     4  u32  flags: 1 = payload is one Zstandard frame
 *     8  16   the journal's mark: random and secret, so that no peer can put a frame of its own making into what it sends
 *    24  u64  sequence number of the first entry
 *    32  u32  number of entries
 *    36  u32  payload bytes, unpacked
 *    40  u32  payload bytes, as they follow
 *    44  u32  CRC-32 of bytes 0-43 and the payload as it follows
 */
export const headerBytes = 48
export const markBytes = 16
const checksumAt = 44
/** A larger payload is not ours: the writer closes groups long before. */
export const maxPayloadBytes = 256 * 1024 * 1024
const magic = 0x314a4453

export interface FrameHeader {
  readonly packed: boolean
  readonly firstSequence: number
  readonly entries: number
  readonly rawBytes: number
  readonly storedBytes: number
}

/** The start of every header of one journal. */
export function startOf(mark: Uint8Array, packed: boolean): Buffer {
  const start = Buffer.alloc(8 + markBytes)
  start.writeUInt32LE(magic, 0)
  start.writeUInt32LE(packed ? 1 : 0, 4)
  start.set(mark, 8)
  return start
}

export function writeHeader(into: Buffer, frame: FrameHeader, payload: Uint8Array, mark: Uint8Array): void {
  into.set(startOf(mark, frame.packed))
  into.writeBigUInt64LE(BigInt(frame.firstSequence), 24)
  into.writeUInt32LE(frame.entries, 32)
  into.writeUInt32LE(frame.rawBytes, 36)
  into.writeUInt32LE(frame.storedBytes, 40)
  into.writeUInt32LE(crc32(payload, crc32(into.subarray(0, checksumAt))), checksumAt)
}

/** The header at the start of `from`, or nothing where it cannot be one of this journal. The checksum is for {@link verify}. */
export function readHeader(from: Buffer, mark: Uint8Array): FrameHeader | undefined {
  if (from.length < headerBytes || from.readUInt32LE(0) !== magic || from.readUInt32LE(4) > 1)
    return undefined
  if (from.compare(mark, 0, markBytes, 8, 8 + markBytes) !== 0) return undefined
  const rawBytes = from.readUInt32LE(36)
  const storedBytes = from.readUInt32LE(40)
  if (rawBytes > maxPayloadBytes || storedBytes > maxPayloadBytes) return undefined
  return {
    packed: from.readUInt32LE(4) === 1,
    firstSequence: Number(from.readBigUInt64LE(24)),
    entries: from.readUInt32LE(32),
    rawBytes,
    storedBytes,
  }
}

/** Whether header and payload are what was written. */
export function verify(header: Buffer, payload: Uint8Array): boolean {
  return crc32(payload, crc32(header.subarray(0, checksumAt))) === header.readUInt32LE(checksumAt)
}
