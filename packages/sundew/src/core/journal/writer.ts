import { ftruncate, writev } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { SundewEvent } from '../../event/event.ts'
import { headerBytes, writeHeader } from './frame.ts'
import { Group } from './group.ts'
import { createDurable, journalId, listSegments, makeJournalFolder, markOf, segmentFile } from './segments.ts'

const truncate = promisify(ftruncate)

export interface JournalOptions {
  /** A new segment is begun past this size. */
  readonly segmentBytes?: number
  /** Groups of at least this size are packed with Zstandard. */
  readonly packFromBytes?: number
  /** With more than this waiting for the disk, `append` refuses. */
  readonly maxWaitingBytes?: number
  /** How long what nobody waits for may gather before it is written, milliseconds. */
  readonly noteMs?: number
  /** How many there are who may append and wait; see {@link JournalWriter}. 1 where it is not given. */
  readonly company?: () => number
  /** How long a group tarries for the company at most, milliseconds. */
  readonly gatherMs?: number
}

/** A group goes as soon as one in this many of the company waits for it. */
const quorum = 2

/** A group tarries for nobody once it holds this much. */
const enoughBytes = 256 * 1024

/** What was caught could not be written down: the disk is full or broken. The group is not in the journal. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly code = 'SUNDEW_JOURNAL_WRITE'
}

/**
 * The journal of one process: what is appended becomes durable in groups, one write through to the disk a group.
 * While one group is on its way to the disk the next one gathers, so that the cost of a sync is shared by everybody
 * who waits for it; and where many are about to wait, a group tarries for them a little. See docs/decisions/001-journal.md.
 */
export class JournalWriter {
  readonly #directory: string
  readonly #segmentBytes: number
  readonly #packFromBytes: number
  readonly #maxWaitingBytes: number
  readonly #noteMs: number
  readonly #company: () => number
  readonly #gatherMs: number
  readonly #header = Buffer.alloc(headerBytes)
  readonly #mark: Buffer
  #handle: FileHandle
  #segment: number
  #offset = 0
  #sequence = 0
  #gathering = new Group()
  #spare = new Group()
  #busy = false
  #scheduled = false
  #timer: NodeJS.Timeout | undefined
  #timerIsForNotes = false
  /** The last group had one waiter: nobody else is about to wait. */
  #lonely = true
  #closed = false
  /** Entries whose group could not be written since the start. */
  lostEntries = 0
  writtenBytes = 0

  private constructor(
    directory: string,
    mark: Buffer,
    segment: number,
    handle: FileHandle,
    options: JournalOptions,
  ) {
    this.#mark = mark
    this.#directory = directory
    this.#segment = segment
    this.#handle = handle
    this.#segmentBytes = options.segmentBytes ?? 64 * 1024 * 1024
    this.#packFromBytes = options.packFromBytes ?? 512 * 1024
    this.#maxWaitingBytes = options.maxWaitingBytes ?? 128 * 1024 * 1024
    this.#noteMs = options.noteMs ?? 20
    this.#company = options.company ?? (() => 1)
    this.#gatherMs = options.gatherMs ?? 5
  }

  /** Opens the journal in `directory`, always with a segment of its own: an earlier process's last one stays as it ended. */
  static async open(directory: string, options: JournalOptions = {}): Promise<JournalWriter> {
    await makeJournalFolder(directory)
    const segment = ((await listSegments(directory)).at(-1) ?? 0) + 1
    const handle = await createDurable(segmentFile(directory, segment))
    const mark = markOf((await journalId(directory))!)
    return new JournalWriter(directory, mark, segment, handle, options)
  }

  /**
   * Takes an event and its bytes, which are copied before this returns. The promise settles once both are on the disk
   * and rejects with JournalError where they could not be put there; nobody has to wait for it.
   */
  append(
    event: SundewEvent,
    body?: readonly Uint8Array[],
    bodyBytes?: number,
    spool?: string,
  ): Promise<void> {
    return this.appendJson(JSON.stringify(event), body, bodyBytes, spool)
  }

  /** The same for an event that is JSON already. */
  appendJson(json: string, body: readonly Uint8Array[] = [], bodyBytes = 0, spool = ''): Promise<void> {
    if (!this.#takes(bodyBytes)) {
      const refused = Promise.reject(
        new JournalError(
          `the journal in ${this.#directory} cannot keep up: ${this.#gathering.bytes} bytes wait`,
        ),
      )
      refused.catch(() => {})
      return refused
    }
    this.#gathering.add(json, spool, body, bodyBytes)
    const settled = this.#gathering.join()
    this.#schedule()
    return settled
  }

  /** Takes an event, as JSON, that nobody waits for: it goes with the next group, or soon. Where it cannot, it is counted as lost. */
  noteJson(json: string): void {
    if (!this.#takes(0)) return
    this.#gathering.add(json, '', [], 0)
    this.#schedule()
  }

  #takes(bytes: number): boolean {
    if (!this.#closed && this.#gathering.bytes + bytes <= this.#maxWaitingBytes) return true
    this.lostEntries++
    return false
  }

  #schedule(): void {
    if (this.#busy || this.#scheduled) return
    const { waiting, bytes } = this.#gathering
    const goes = waiting > 0 && (this.#lonely || waiting * quorum >= this.#company())
    if (goes || bytes >= enoughBytes) {
      this.#scheduled = true
      setImmediate(this.#flush)
    } else if (this.#timer === undefined || (this.#timerIsForNotes && waiting > 0)) {
      clearTimeout(this.#timer)
      this.#timerIsForNotes = waiting === 0
      this.#timer = setTimeout(this.#flush, this.#timerIsForNotes ? this.#noteMs : this.#gatherMs)
    }
  }

  /** Number of the segment being written. */
  get segment(): number {
    return this.#segment
  }

  /** Waits for what was appended, then lets go of the file. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#busy || this.#gathering.entries > 0) {
      this.#flush()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.#handle.close()
  }

  readonly #flush = (): void => {
    this.#scheduled = false
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#busy || this.#gathering.entries === 0) return
    const group = this.#gathering
    this.#gathering = this.#spare
    this.#spare = group
    if (group.waiting > 0) this.#lonely = group.waiting === 1
    this.#busy = true
    this.#write(group).then(
      () => this.#done(group, undefined),
      (cause: unknown) => this.#done(group, cause),
    )
  }

  #done(group: Group, cause: unknown): void {
    if (cause === undefined) {
      this.#sequence += group.entries
      group.resolve()
    } else {
      this.lostEntries += group.entries
      group.reject(
        new JournalError(`writing ${group.bytes} bytes to the journal in ${this.#directory} failed`, {
          cause,
        }),
      )
    }
    group.clear()
    this.#busy = false
    if (this.#gathering.entries > 0) this.#schedule()
  }

  async #write(group: Group): Promise<void> {
    if (this.#offset >= this.#segmentBytes) await this.#roll()
    let payload = group.payload
    const packed = payload.length >= this.#packFromBytes
    if (packed) payload = await pack(payload)
    writeHeader(
      this.#header,
      {
        packed,
        firstSequence: this.#sequence,
        entries: group.entries,
        rawBytes: group.bytes,
        storedBytes: payload.length,
      },
      payload,
      this.#mark,
    )
    try {
      const fd = this.#handle.fd
      await writeWhole(fd, [this.#header, payload], this.#offset)
      this.#offset += headerBytes + payload.length
      this.writtenBytes += headerBytes + payload.length
    } catch (error) {
      await this.#takeBack()
      throw error
    }
  }

  /** Nothing of a failed group should stay: its senders were told "no". */
  async #takeBack(): Promise<void> {
    try {
      await truncate(this.#handle.fd, this.#offset)
    } catch {
      await this.#roll()
    }
  }

  async #roll(): Promise<void> {
    const next = await createDurable(segmentFile(this.#directory, this.#segment + 1))
    await this.#handle.close()
    this.#handle = next
    this.#segment++
    this.#offset = 0
  }
}

function pack(payload: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    zstdCompress(payload, { params: { [constants.ZSTD_c_compressionLevel]: -1 } }, (error, packed) => {
      if (error) reject(error)
      else resolve(packed)
    })
  })
}

function writeWhole(fd: number, parts: Buffer[], position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (left: Buffer[], at: number): void => {
      writev(fd, left, at, (error, written) => {
        if (error) return reject(error)
        const rest = skip(left, written)
        if (rest.length === 0) resolve()
        else step(rest, at + written)
      })
    }
    step(parts, position)
  })
}

function skip(parts: Buffer[], bytes: number): Buffer[] {
  const rest: Buffer[] = []
  for (const part of parts) {
    if (bytes < part.length) rest.push(part.subarray(bytes))
    bytes = Math.max(0, bytes - part.length)
  }
  return rest
}
