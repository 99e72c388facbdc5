import type { FileHandle } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

export const lineLimits = {
  /** A longer line is passed over. */
  bytes: 1024 * 1024,
  /** What a packed file may unpack to. */
  unpackedBytes: 64 * 1024 * 1024 * 1024,
} as const

const lf = 0x0a
const cr = 0x0d
const chunkBytes = 256 * 1024

export interface FoundLine {
  /** Without its end; undefined where it was too long. */
  readonly bytes: Buffer | undefined
  /** Bytes from the start of the file, unpacked. */
  readonly offset: number
}

/** The lines of a file, of one packed with gzip too. Rejects where it is no whole gzip, or unpacks to too much. */
export async function* linesOf(handle: FileHandle): AsyncGenerator<FoundLine> {
  let rest: Buffer[] = []
  let restBytes = 0
  let offset = 0
  const line = (): FoundLine => {
    const bytes = restBytes > lineLimits.bytes ? undefined : Buffer.concat(rest)
    const found = { bytes: bytes?.at(-1) === cr ? bytes.subarray(0, -1) : bytes, offset }
    offset += restBytes + 1
    rest = []
    restBytes = 0
    return found
  }
  for await (const chunk of await unpacked(handle)) {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(lf, at)
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end)
      restBytes += piece.length
      if (restBytes > lineLimits.bytes) rest = []
      else rest.push(piece)
      if (end < 0) break
      at = end + 1
      yield line()
    }
    if (offset + restBytes > lineLimits.unpackedBytes) {
      throw new RangeError(`it has more than ${lineLimits.unpackedBytes} bytes`)
    }
  }
  if (restBytes > 0) yield line()
}

async function unpacked(handle: FileHandle): Promise<AsyncIterable<Buffer>> {
  const magic = Buffer.alloc(2)
  await handle.read(magic, 0, 2, 0)
  const file = handle.createReadStream({ start: 0, highWaterMark: chunkBytes, autoClose: false })
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return file
  const gunzip = createGunzip({ chunkSize: chunkBytes })
  file.on('error', (error) => gunzip.destroy(error))
  return file.pipe(gunzip)
}
