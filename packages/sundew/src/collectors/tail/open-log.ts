import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { longestLine, type TailFeed } from './line-cutter.ts'
import { headBytes, headOf, type Position } from './positions.ts'

/** Bytes read at once. */
const blockBytes = 256 * 1024

/** Bytes that are being read; one for all logs, since they are read one after another. A line's beginning goes before the block. */
export class ReadBuffer {
  readonly bytes = Buffer.alloc(longestLine + blockBytes)
}

/** Bytes of a file's beginning that are looked at for its format and header lines. */
const primeBytes = 64 * 1024

/** One file that is open: how far it was read, and what it began with. */
export class OpenLog {
  readonly #handle: FileHandle
  readonly #feed: TailFeed
  readonly inode: string
  /** What was read, and of it what is a line without its end. */
  #offset = 0
  #carry = new Uint8Array(0)
  #head = new Uint8Array(0)

  private constructor(handle: FileHandle, inode: string, feed: TailFeed) {
    this.#handle = handle
    this.inode = inode
    this.#feed = feed
  }

  /**
   * Opens a regular file to read.
   *
   * @throws whatever open(2) gives, and a TypeError where it is no regular file
   */
  static async open(path: string, feed: TailFeed): Promise<OpenLog> {
    // A FIFO would wait for its writer.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = await handle.stat({ bigint: true })
      if (!stats.isFile()) throw new TypeError('it is no regular file')
      return new OpenLog(handle, String(stats.ino), feed)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  /** Bytes read. */
  get offset(): number {
    return this.#offset
  }

  /** Whether this is the file that was read so far. */
  async isOf(position: Position): Promise<boolean> {
    if (position.inode !== this.inode || (await this.size()) < position.offset) return false
    return headOf(await this.#beginning(position.head_length)) === position.head
  }

  /** Reads from here on; the file's beginning is looked at for what it says of the rest. */
  async seek(offset: number): Promise<void> {
    this.#offset = offset
    this.#carry = new Uint8Array(0)
    this.#feed.restart()
    this.#head = await this.#beginning(Math.min(offset, headBytes))
    if (offset === 0) return
    const beginning = await this.#beginning(Math.min(offset, primeBytes))
    this.#feed.prime(beginning, 0, beginning.length)
  }

  /** Begins again where the file was cut, or written anew (`copytruncate`): it is shorter, or begins otherwise. */
  async wasCut(): Promise<boolean> {
    const size = await this.size()
    if (size === this.#offset) return false
    if (size > this.#offset) {
      const head = await this.#beginning(this.#head.length)
      if (Buffer.compare(head, this.#head) === 0) return false
    }
    await this.seek(0)
    return true
  }

  /** Reads one block; how many bytes there were. */
  async read(buffer: ReadBuffer): Promise<number> {
    const { bytes } = buffer
    const { bytesRead } = await this.#handle.read(bytes, longestLine, blockBytes, this.#offset)
    if (bytesRead === 0) return 0
    if (this.#head.length < headBytes) this.#grow(bytes.subarray(longestLine, longestLine + bytesRead))
    this.#offset += bytesRead
    const from = longestLine - this.#carry.length
    bytes.set(this.#carry, from)
    const left = this.#feed.take(bytes, from, longestLine + bytesRead)
    this.#carry = Uint8Array.from(bytes.subarray(left, longestLine + bytesRead))
    return bytesRead
  }

  /** How far it was read: up to the last line that ended. */
  position(path: string): Position {
    return {
      path,
      inode: this.inode,
      offset: Math.max(0, this.#offset - this.#carry.length - (this.#feed.pending ?? 0)),
      head: headOf(this.#head),
      head_length: this.#head.length,
    }
  }

  /** @param last nothing more comes: a line without its end is one */
  async close(last: boolean): Promise<void> {
    if (last && this.#carry.length > 0) {
      this.#feed.take(this.#carry, 0, this.#carry.length, true)
      this.#carry = new Uint8Array(0)
    }
    await this.#handle.close()
  }

  #grow(block: Uint8Array): void {
    const more = block.subarray(0, headBytes - this.#head.length)
    const head = new Uint8Array(this.#head.length + more.length)
    head.set(this.#head)
    head.set(more, this.#head.length)
    this.#head = head
  }

  async #beginning(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length)
    let at = 0
    while (at < length) {
      const { bytesRead } = await this.#handle.read(bytes, at, length - at, at)
      if (bytesRead === 0) break
      at += bytesRead
    }
    return bytes.subarray(0, at)
  }
}
