import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { type Duplex, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'

/** Codings one upon the other that are undone: more are a trick. */
const mostCodings = 2

const codings: Readonly<Record<string, () => Duplex>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
}

/** What undoes a Content-Encoding (RFC 9110 §8.4), in the order in which it is undone; undefined where it is not known. */
export function decoders(header: string | undefined): Duplex[] | undefined {
  const names = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > mostCodings || !names.every((name) => Object.hasOwn(codings, name))) return undefined
  return names.toReversed().map((name) => codings[name]!())
}

/** Lets bytes through and counts them; fails with what `tooMuch` makes where there are more than `most`. */
export function counted(most: number, tooMuch: () => Error) {
  let bytes = 0
  const stream = new Transform({
    transform(part: Buffer, _, done) {
      bytes += part.length
      if (bytes > most) done(tooMuch())
      else done(null, part)
    },
  })
  return { stream, bytes: () => bytes }
}

/**
 * Undoes the packing of a file that is packed itself (`list.csv.gz`, `.zst`), told by its first bytes.
 *
 * @returns the bytes that it has then
 */
export async function unpacked(
  file: string,
  bytes: number,
  most: number,
  tooMuch: () => Error,
  signal: AbortSignal,
): Promise<number> {
  const decoder = packedAs(await firstBytes(file))
  if (!decoder) return bytes
  const plain = counted(most, tooMuch)
  const part = `${file}.plain`
  try {
    await pipeline(
      [createReadStream(file), decoder(), plain.stream, createWriteStream(part, { mode: 0o600 })],
      { signal },
    )
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  return plain.bytes()
}

function packedAs(first: Buffer): (() => Duplex) | undefined {
  // RFC 1952 §2.3.1, RFC 8878 §3.1.1.
  if (first.length >= 3 && first[0] === 0x1f && first[1] === 0x8b && first[2] === 8) return codings['gzip']
  if (first.length === 4 && first.readUInt32LE() === 0xfd2fb528) return codings['zstd']
  return undefined
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
