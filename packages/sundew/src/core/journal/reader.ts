import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { readEntries, type EntryBytes, type JournalEntry } from './entry.ts'
import { headerBytes, markBytes, maxPayloadBytes, readHeader, verify, type FrameHeader } from './frame.ts'
import { journalId, listSegments, markOf, segmentFile } from './segments.ts'

const unpack = promisify(zstdDecompress)

/** Between two frames: everything before it has been read. */
export interface JournalPosition {
  readonly segment: number
  readonly offset: number
}

export const journalStart: JournalPosition = { segment: 0, offset: 0 }

/** What one read gave. */
export interface JournalBatch {
  readonly entries: readonly JournalEntry[]
  /** Entries whose JSON no event could be read from. */
  readonly unreadable: readonly EntryBytes[]
  readonly from: JournalPosition
  readonly to: JournalPosition
  /** Places where bytes of a closed segment were not a whole frame: a process killed in mid-write, or a damaged disk. */
  readonly gaps: readonly JournalPosition[]
}

/** Reads a journal that another process may be writing. Holds one file open. */
export class JournalReader {
  readonly #directory: string
  #mark: Buffer | undefined
  #open: { readonly segment: number; readonly handle: FileHandle } | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * Whole frames from `from` on, at least one where there is one, until `maxBytes` of unpacked payload or `until`.
   * An unfinished frame at the end of the newest segment is left for the next read.
   */
  async read(from: JournalPosition, maxBytes: number, until?: JournalPosition): Promise<JournalBatch> {
    const entries: JournalEntry[] = []
    const unreadable: EntryBytes[] = []
    const gaps: JournalPosition[] = []
    let at = from
    let bytes = 0
    while (bytes < maxBytes && !(until && reached(at, until))) {
      const newer = (await listSegments(this.#directory)).filter((segment) => segment >= at.segment)
      const segment = newer[0]
      if (segment === undefined) break
      if (segment !== at.segment) at = { segment, offset: 0 }
      const frame = await this.#frame(at)
      if (frame === 'end' || frame === 'damaged') {
        const next = newer[1]
        const end = next === undefined ? at.offset : (await stat(segmentFile(this.#directory, segment))).size
        // The writer may have finished the frame between our two looks: only a closed segment has a torn end.
        if (next === undefined) {
          if (frame === 'end') break
          const again = await this.#resync(at)
          if (again === undefined) break
          gaps.push(at)
          at = again
          continue
        }
        if (end > at.offset) {
          const again = await this.#frame(at)
          if (typeof again !== 'string') continue
          gaps.push(at)
          const resumed = await this.#resync(at)
          if (resumed) {
            at = resumed
            continue
          }
        }
        at = { segment: next, offset: 0 }
        continue
      }
      const { firstSequence, entries: count, rawBytes } = frame.header
      const read = readEntries(frame.payload, firstSequence, count)
      for (const entry of read.entries) entries.push(entry)
      for (const entry of read.unreadable) unreadable.push(entry)
      bytes += rawBytes
      at = { segment, offset: at.offset + headerBytes + frame.header.storedBytes }
    }
    return { entries, unreadable, from, to: at, gaps }
  }

  /** Removes segments that lie wholly before `position`. The newest always stays: its number must not be used again. */
  async forget(position: JournalPosition): Promise<void> {
    const segments = await listSegments(this.#directory)
    for (const segment of segments.slice(0, -1)) {
      if (segment < position.segment) await rm(segmentFile(this.#directory, segment), { force: true })
    }
  }

  /** Bytes in the journal after `position`, as they lie on the disk. */
  async waitingBytes(position: JournalPosition): Promise<number> {
    let bytes = 0
    for (const segment of await listSegments(this.#directory)) {
      if (segment < position.segment) continue
      const { size } = await stat(segmentFile(this.#directory, segment))
      bytes += segment === position.segment ? Math.max(0, size - position.offset) : size
    }
    return bytes
  }

  async close(): Promise<void> {
    await this.#open?.handle.close()
    this.#open = undefined
  }

  async #markOf(): Promise<Buffer> {
    this.#mark ??= markOf((await journalId(this.#directory)) ?? '')
    return this.#mark
  }

  async #handle(segment: number): Promise<FileHandle> {
    if (this.#open?.segment !== segment) {
      await this.close()
      this.#open = { segment, handle: await open(segmentFile(this.#directory, segment), 'r') }
    }
    return this.#open!.handle
  }

  /** The frame at `at`; `end` where the file holds no whole frame there yet; `damaged` where what is there is not one. */
  async #frame(at: JournalPosition): Promise<{ header: FrameHeader; payload: Buffer } | 'end' | 'damaged'> {
    const handle = await this.#handle(at.segment)
    const head = Buffer.alloc(headerBytes)
    const { bytesRead } = await handle.read(head, 0, headerBytes, at.offset)
    if (bytesRead < headerBytes) return 'end'
    const header = readHeader(head, await this.#markOf())
    if (!header) return 'damaged'
    const stored = Buffer.allocUnsafe(header.storedBytes)
    const body = await handle.read(stored, 0, header.storedBytes, at.offset + headerBytes)
    if (body.bytesRead < header.storedBytes) return 'end'
    if (!verify(head, stored)) return 'damaged'
    const payload = header.packed ? await unpack(stored, { maxOutputLength: maxPayloadBytes }) : stored
    return payload.length === header.rawBytes ? { header, payload } : 'damaged'
  }

  /** The next verifiable frame after damage, in the same segment. */
  async #resync(at: JournalPosition): Promise<JournalPosition | undefined> {
    const file = await readFile(segmentFile(this.#directory, at.segment))
    const mark = await this.#markOf()
    for (let m = file.indexOf(mark, at.offset + 9); m >= 0; m = file.indexOf(mark, m + markBytes)) {
      const i = m - 8
      const header = readHeader(file.subarray(i, i + headerBytes), mark)
      if (!header) continue
      const end = i + headerBytes + header.storedBytes
      if (
        end <= file.length &&
        verify(file.subarray(i, i + headerBytes), file.subarray(i + headerBytes, end))
      ) {
        return { segment: at.segment, offset: i }
      }
    }
    return undefined
  }
}

function reached(at: JournalPosition, until: JournalPosition): boolean {
  return at.segment > until.segment || (at.segment === until.segment && at.offset >= until.offset)
}
