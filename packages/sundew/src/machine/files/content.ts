import { FileError } from './file-system.ts'
import type { VolumeRoom } from './room.ts'

/** Bytes that are not the intruder's: a base file's, shared among machines. */
export interface Source {
  readonly size: number
  /** Exactly `length` bytes from `position`, both within the size. Not to be changed. */
  read(position: number, length: number): Uint8Array
}

const chunkBytes = 64 * 1024
const smallestChunk = 64
/** What a chunk costs beside its bytes. */
const chunkOverhead = 96
/** ext4's largest file: 16 TiB less a block. */
const maxFileBytes = 2 ** 44 - 4096
/** A whole chunk of zeros, also the unwritten part of shorter ones: `dd if=/dev/zero` costs next to nothing. */
const zeros = new Uint8Array(0)
const zeroChunk = Buffer.alloc(chunkBytes)

/**
 * What a file holds, in chunks of 64 KiB: appending copies none of what is there, a hole takes nothing, and of a base file only the
 * changed chunks are kept.
 */
export class Content {
  readonly #room: VolumeRoom
  readonly #under: Source | undefined
  /** So much of what lies under shows. */
  #underSize: number
  /** What is past a chunk's end, to 64 KiB, is zero. */
  readonly #chunks = new Map<number, Uint8Array>()
  #memory = 0
  #shown = 0
  #size: number

  constructor(room: VolumeRoom, under?: Source) {
    this.#room = room
    this.#under = under
    this.#underSize = under?.size ?? 0
    this.#size = this.#underSize
  }

  get size(): number {
    return this.#size
  }

  /** Bytes on the disk that it makes believe to be on: whole blocks of 4 KiB. */
  get shown(): number {
    const whole = roundUp(this.#size, 4096)
    return Math.min(whole, this.#shown + roundUp(this.#underSize, 4096))
  }

  read(position: number, max: number): Uint8Array {
    const end = Math.min(this.#size, position + max)
    if (end <= position) return new Uint8Array(0)
    const bytes = new Uint8Array(end - position)
    for (let at = position; at < end;) {
      const index = Math.floor(at / chunkBytes)
      const start = index * chunkBytes
      const stop = Math.min(end, start + chunkBytes)
      const chunk = this.#chunks.get(index)
      if (chunk !== undefined) {
        if (at - start < chunk.length) bytes.set(chunk.subarray(at - start, stop - start), at - position)
      } else if (at < this.#underSize) {
        const length = Math.min(stop, this.#underSize) - at
        bytes.set(this.#under!.read(at, length), at - position)
      }
      at = stop
    }
    return bytes
  }

  /** @throws FileError ENOSPC (what went before it stays written), EFBIG */
  write(position: number, bytes: Uint8Array): void {
    if (position + bytes.length > maxFileBytes) throw new FileError('EFBIG', '')
    for (let done = 0; done < bytes.length;) {
      const at = position + done
      const index = Math.floor(at / chunkBytes)
      const from = at - index * chunkBytes
      const length = Math.min(chunkBytes - from, bytes.length - done)
      this.#put(index, from, bytes.subarray(done, done + length))
      done += length
      this.#size = Math.max(this.#size, at + length)
    }
  }

  /** @throws FileError EFBIG, ENOSPC */
  truncate(size: number): void {
    if (size > maxFileBytes) throw new FileError('EFBIG', '')
    if (size < this.#size) {
      this.#underSize = Math.min(this.#underSize, size)
      for (const [index, chunk] of this.#chunks) {
        const keep = size - index * chunkBytes
        if (keep <= 0) this.#replace(index, undefined)
        else if (keep < chunk.length) this.#replace(index, chunk.slice(0, keep))
      }
    }
    this.#size = size
  }

  /** Gives its room back: nobody can reach it any longer. */
  free(): void {
    this.#room.take(-this.#memory, -this.#shown)
    this.#chunks.clear()
    this.#memory = 0
    this.#shown = 0
    this.#underSize = 0
    this.#size = 0
  }

  #put(index: number, from: number, bytes: Uint8Array): void {
    const end = from + bytes.length
    let chunk = this.#chunks.get(index)
    if (chunk === zeros && isZero(bytes)) return
    if (chunk === undefined && bytes.length === chunkBytes && isZero(bytes)) {
      this.#replace(index, zeros)
      return
    }
    if (chunk === undefined || chunk.length < end) {
      const start = index * chunkBytes
      const under =
        chunk === undefined ? Math.max(0, Math.min(chunkBytes, this.#underSize - start)) : chunk.length
      const needed = Math.max(end, under)
      const larger = new Uint8Array(Math.min(chunkBytes, capacity(needed)))
      if (chunk !== undefined) larger.set(chunk)
      else if (under > 0) larger.set(this.#under!.read(start, under))
      this.#replace(index, larger)
      chunk = larger
    }
    chunk.set(bytes, from)
    if (end === chunkBytes && isZero(chunk)) this.#replace(index, zeros)
  }

  #replace(index: number, chunk: Uint8Array | undefined): void {
    const before = this.#chunks.get(index)
    const memory = memoryOf(chunk) - memoryOf(before)
    const shown = shownOf(chunk) - shownOf(before)
    this.#room.take(memory, shown)
    this.#memory += memory
    this.#shown += shown
    if (chunk === undefined) this.#chunks.delete(index)
    else this.#chunks.set(index, chunk)
  }
}

function memoryOf(chunk: Uint8Array | undefined): number {
  return chunk === undefined ? 0 : chunk.length + chunkOverhead
}

function shownOf(chunk: Uint8Array | undefined): number {
  if (chunk === undefined) return 0
  return chunk === zeros ? chunkBytes : roundUp(chunk.length, 4096)
}

function capacity(needed: number): number {
  return needed <= smallestChunk ? smallestChunk : 2 ** Math.ceil(Math.log2(needed))
}

function isZero(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0) return bytes.length === 0
  return zeroChunk.compare(bytes, 0, bytes.length, 0, bytes.length) === 0
}

function roundUp(n: number, to: number): number {
  return Math.ceil(n / to) * to
}
