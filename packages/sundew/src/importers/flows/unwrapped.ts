import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { pipeline, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

const chunkBytes = 256 * 1024

/** What tells the same bytes wherever they lie: 32 hex digits of the file's SHA-256. */
export async function identityOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(handle)) hash.update(chunk)
  return hash.digest('hex').slice(0, 32)
}

/** The file's bytes, unwrapped where it is gzip (RFC 1952) or Zstandard (RFC 8878). Throws where these are broken. */
export async function* unwrapped(handle: FileHandle): AsyncGenerator<Uint8Array> {
  const magic = Buffer.alloc(4)
  await handle.read(magic, 0, 4, 0)
  const through = unwrapperOf(magic)
  if (!through) return yield* bytesOf(handle)
  // What goes wrong on the way comes out of the loop.
  pipeline(bytesOf(handle), through, () => {})
  yield* through as AsyncIterable<Uint8Array>
}

function unwrapperOf(magic: Buffer): Transform | undefined {
  if (magic.readUInt16BE() === 0x1f8b) return createGunzip({ chunkSize: chunkBytes })
  if (magic.readUInt32LE() === 0xfd2f_b528) return createZstdDecompress({ chunkSize: chunkBytes })
  return undefined
}

async function* bytesOf(handle: FileHandle): AsyncGenerator<Uint8Array> {
  let at = 0
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}
