import { open, type FileHandle } from 'node:fs/promises'
import { headLines, readHead, type ZoneHead } from '../../intel/publish/bind-rpz/head.ts'
import { BadZoneError, eachRecord, type Packing } from './packing.ts'

/** Read at a time. */
const blockBytes = 262_144
/** Of a file's beginning: its head is shorter. */
const headBytes = 4096
/** Longer lines are none of ours. */
const lineLimit = 4096

/**
 * A zone's file as it was when it was opened: it is read from the open file, so a transfer that is under way goes on with its version
 * when another takes the name. Whoever uses it holds it.
 */
export class ZoneVersion {
  readonly head: ZoneHead
  /** Of the whole file. */
  readonly bytes: number
  readonly #file: FileHandle
  readonly #bodyAt: number
  #holders = 1

  private constructor(file: FileHandle, head: ZoneHead, bodyAt: number, bytes: number) {
    this.#file = file
    this.head = head
    this.#bodyAt = bodyAt
    this.bytes = bytes
  }

  /**
   * @throws BadZoneError where it is no zone's file of ours, or of another zone
   */
  static async open(path: string, zone: string): Promise<ZoneVersion> {
    const file = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
      const lines = buffer.toString('latin1', 0, bytesRead).split('\n').slice(0, headLines)
      const head = readHead(lines)
      if (head?.zone !== zone) throw new BadZoneError(`${path} is no zone ${zone} that Sundew wrote`)
      const bodyAt = lines.join('\n').length + 1
      return new ZoneVersion(file, head, bodyAt, (await file.stat()).size)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  hold(): this {
    this.#holders++
    return this
  }

  async release(): Promise<void> {
    if (--this.#holders === 0) await this.#file.close()
  }

  /**
   * All records but the head's, packed; messages as they are full.
   *
   * @throws BadZoneError where the file says something else than records
   */
  async *messages(packing: Packing): AsyncGenerator<Buffer> {
    const block = Buffer.alloc(blockBytes)
    let position = this.#bodyAt
    let left = 0
    for (;;) {
      const { bytesRead } = await this.#file.read(block, left, blockBytes - left, position)
      if (bytesRead === 0) break
      position += bytesRead
      const bytes = block.subarray(0, left + bytesRead)
      const full: Buffer[] = []
      const rest = eachRecord(bytes, (from, to) => {
        if (packing.line(bytes, from, to)) return
        full.push(packing.take())
        packing.line(bytes, from, to)
      })
      yield* full
      left = bytes.length - rest
      if (left > lineLimit) throw new BadZoneError(`a zone's file has a line of more than ${lineLimit} bytes`)
      bytes.copy(block, 0, rest)
    }
    if (left > 0) throw new BadZoneError("a zone's file ends within a line")
  }
}
