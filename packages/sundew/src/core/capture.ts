import { randomUUID } from 'node:crypto'
import { rm, utimes, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createDurable, spoolFolder } from './journal/segments.ts'

export interface CaptureLimits {
  /** A body past this size goes to a file of its own. */
  readonly spillBytes: number
  /** What all bodies in memory may hold together; past it every growing body goes to a file. */
  readonly memoryBytes: number
}

/** A smaller piece is copied where it would keep alive a chunk of more than twice its size, or be one of many. */
const smallBytes = 16 * 1024
/** What small pieces are gathered in, at most. */
const blockBytes = 64 * 1024

export const captureLimits: CaptureLimits = { spillBytes: 1024 * 1024, memoryBytes: 192 * 1024 * 1024 }

/** How often the files of bodies that no entry names yet are shown to be in use, milliseconds: well before the hub sweeps. */
const touchEveryMs = 60_000

/** Bodies being received by one process, and the memory they share. */
export class CaptureRoom {
  readonly folder: string
  readonly limits: CaptureLimits
  readonly #touchEveryMs: number
  readonly #spooled = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  heldBytes = 0

  constructor(journalDirectory: string, limits = captureLimits, everyMs = touchEveryMs) {
    this.folder = spoolFolder(journalDirectory)
    this.limits = limits
    this.#touchEveryMs = everyMs
  }

  begin(): Capture {
    return new Capture(this)
  }

  /** The file of this name is in use, however long nothing is written to it: a form's first file while the second trickles in. */
  spooled(name: string): void {
    this.#spooled.add(name)
    this.#timer ??= setInterval(() => this.#touch(), this.#touchEveryMs).unref()
  }

  /** An entry names it now, or it is gone. */
  settled(name: string): void {
    if (!this.#spooled.delete(name) || this.#spooled.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #touch(): void {
    const time = new Date()
    for (const name of this.#spooled) utimes(join(this.folder, name), time, time).catch(() => {})
  }
}

/**
 * One body being received: in memory while it is small, in a file of its own past that. End with {@link finish} (then
 * give it to the session's `record`) or {@link discard}; either lets go of the memory. The file of a body that was cut
 * short by a kill is named by no entry; the hub removes it.
 */
export class Capture {
  readonly #room: CaptureRoom
  #chunks: Uint8Array[] = []
  #held = 0
  #block: Buffer | undefined
  #blockUsed = 0
  #name = ''
  #handle: FileHandle | undefined
  #writing: Promise<void> = Promise.resolve()
  /** Bytes appended so far. */
  bytes = 0

  constructor(room: CaptureRoom) {
    this.#room = room
  }

  /** The chunks in memory; empty once the body went to a file. */
  get chunks(): readonly Uint8Array[] {
    return this.#chunks
  }

  /** Name of the file in the spool folder; empty for a body in memory. Valid after {@link finish}. */
  get spool(): string {
    return this.#name
  }

  /**
   * Adds bytes, which must not be changed afterwards (`lent` ones: while they are in memory, so record them at once).
   * Returns a promise where the caller should stop reading until the disk has caught up; it rejects where the disk
   * refuses (ENOSPC …), and so will {@link finish}.
   */
  append(chunk: Uint8Array, lent = false): Promise<void> | undefined {
    const { spillBytes, memoryBytes } = this.#room.limits
    this.bytes += chunk.length
    const inMemory =
      !this.#name && this.bytes <= spillBytes && this.#room.heldBytes + chunk.length <= memoryBytes
    this.#add(lent && !inMemory ? new Uint8Array(chunk) : chunk)
    if (inMemory) return undefined
    if (!this.#name) {
      this.#name = randomUUID()
      this.#room.spooled(this.#name)
    }
    this.#writing = this.#writing.then(() => this.#drain())
    this.#writing.catch(() => {})
    return this.#writing
  }

  /** Everything is in memory, or durably in its file. Rejects where the disk refused. */
  async finish(): Promise<this> {
    if (!this.#name) return this
    await this.#writing
    await this.#handle!.close()
    this.#handle = undefined
    return this
  }

  /** Lets go of the memory. The file of a finished body stays: it belongs to the journal. */
  release(): void {
    this.#room.heldBytes -= this.#held
    this.#held = 0
    this.#chunks = []
    this.#block = undefined
    this.#room.settled(this.#name)
  }

  /** Forgets the body, and its file. */
  async discard(): Promise<void> {
    this.release()
    if (!this.#name) return
    await this.#writing.catch(() => {})
    await this.#handle?.close().catch(() => {})
    this.#handle = undefined
    await rm(join(this.#room.folder, this.#name), { force: true })
  }

  /** Holds what is counted, about: a body of single bytes must not take a hundred times its size. */
  #add(chunk: Uint8Array): void {
    this.#held += chunk.length
    this.#room.heldBytes += chunk.length
    const alone = this.#chunks.length === 0 && chunk.buffer.byteLength <= 2 * chunk.length
    if (chunk.length >= smallBytes || alone) {
      this.#chunks.push(chunk)
      this.#block = undefined
      return
    }
    if (!this.#block || this.#blockUsed + chunk.length > this.#block.length) {
      const grown = Math.min(blockBytes, 2 * (this.#block?.length ?? 0))
      this.#block = Buffer.allocUnsafeSlow(Math.max(chunk.length, grown))
      this.#blockUsed = 0
      this.#chunks.push(this.#block)
    }
    this.#block.set(chunk, this.#blockUsed)
    this.#blockUsed += chunk.length
    this.#chunks[this.#chunks.length - 1] = this.#block.subarray(0, this.#blockUsed)
  }

  async #drain(): Promise<void> {
    if (this.#chunks.length === 0) return
    this.#handle ??= await createDurable(join(this.#room.folder, this.#name))
    const chunks = this.#chunks
    const held = this.#held
    this.#chunks = []
    this.#block = undefined
    this.#held = 0
    this.#room.heldBytes -= held
    await this.#handle.writeFile(Buffer.concat(chunks))
  }
}
