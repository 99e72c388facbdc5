import { randomUUID } from 'node:crypto'
import { rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { createDurable, spoolFolder } from './journal/segments.ts'

export interface CaptureLimits {
  /** A body past this size goes to a file of its own. */
  readonly spillBytes: number
  /** What all bodies in memory may hold together; past it every growing body goes to a file. */
  readonly memoryBytes: number
}

export const captureLimits: CaptureLimits = { spillBytes: 1024 * 1024, memoryBytes: 192 * 1024 * 1024 }

/** Bodies being received by one process, and the memory they share. */
export class CaptureRoom {
  readonly folder: string
  readonly limits: CaptureLimits
  heldBytes = 0

  constructor(journalDirectory: string, limits = captureLimits) {
    this.folder = spoolFolder(journalDirectory)
    this.limits = limits
  }

  begin(): Capture {
    return new Capture(this)
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
    this.#held += chunk.length
    this.#room.heldBytes += chunk.length
    const inMemory = !this.#name && this.bytes <= spillBytes && this.#room.heldBytes <= memoryBytes
    this.#chunks.push(lent && !inMemory ? new Uint8Array(chunk) : chunk)
    if (inMemory) return undefined
    this.#name ||= randomUUID()
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

  async #drain(): Promise<void> {
    if (this.#chunks.length === 0) return
    this.#handle ??= await createDurable(join(this.#room.folder, this.#name))
    const chunks = this.#chunks
    const held = this.#held
    this.#chunks = []
    this.#held = 0
    this.#room.heldBytes -= held
    await this.#handle.writeFile(Buffer.concat(chunks))
  }
}
