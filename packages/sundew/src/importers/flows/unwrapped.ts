import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { pipeline, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

const chunkBytes = 256 * 1024
/** Of the longest mark that is looked for. */
const magicBytes = 4

/** What tells the same bytes wherever they lie: 32 hex digits of the file's SHA-256. */
export async function identityOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(handle)) hash.update(chunk)
  return hash.digest('hex').slice(0, 32)
}

/** The file's bytes, unwrapped where it is gzip (RFC 1952) or Zstandard (RFC 8878). Throws where these are broken. */
export function unwrapped(handle: FileHandle): AsyncGenerator<Uint8Array> {
  return unwrappedStream(bytesOf(handle))
}

/** As {@link unwrapped}, of bytes that come in pieces of any size. */
export async function* unwrappedStream(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < magicBytes) {
    const { value, done } = await iterator.next()
    if (done === true) break
    head =
      head.length === 0
        ? Buffer.from(value.buffer, value.byteOffset, value.length)
        : Buffer.concat([head, value])
  }
  const all = async function* () {
    if (head.length > 0) yield head
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  const through = head.length < magicBytes ? undefined : unwrapperOf(head)
  if (!through) return yield* all()
  // What goes wrong on the way comes out of the loop.
  pipeline(all(), through, () => {})
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
