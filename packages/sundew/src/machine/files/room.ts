import { FileError } from './file-system.ts'

/** What an intruder may add to one machine: memory of ours, however large the disks look. */
export interface TreeLimits {
  /** Bytes of memory for contents, link targets and copied directories. */
  readonly bytes: number
  /** Files, directories and links made. */
  readonly files: number
}

export const defaultTreeLimits: TreeLimits = { bytes: 64 * 1024 * 1024, files: 20_000 }

/** Counts what the machine holds beyond its base; past a limit, its disks are full. */
export class Room {
  readonly limits: TreeLimits
  readonly #onLimit: (limit: 'files' | 'file_bytes', value: number) => void
  bytes = 0
  files = 0

  constructor(limits: TreeLimits, onLimit: (limit: 'files' | 'file_bytes', value: number) => void) {
    this.limits = limits
    this.#onLimit = onLimit
  }

  /** @throws FileError ENOSPC */
  takeBytes(bytes: number): void {
    if (bytes > 0 && this.bytes + bytes > this.limits.bytes) {
      this.#onLimit('file_bytes', this.limits.bytes)
      throw new FileError('ENOSPC', '')
    }
    this.bytes += bytes
  }

  /** @throws FileError ENOSPC */
  takeFile(): void {
    if (this.files >= this.limits.files) {
      this.#onLimit('files', this.limits.files)
      throw new FileError('ENOSPC', '')
    }
    this.files++
  }
}

/** A volume's part of it: what its disk makes believe to have, and what it holds. */
export class VolumeRoom {
  readonly #room: Room
  readonly totalBytes: number
  readonly totalFiles: number
  readonly #freeBytes: number
  readonly #freeFiles: number
  /** Bytes of its disk that the intruder's files seem to take. */
  #shown = 0
  #files = 0
  /** Set by a refusal, so that `df` agrees with it; unset once something is freed. */
  #full = false

  constructor(
    room: Room,
    disk: { totalBytes: number; freeBytes: number; totalFiles: number; freeFiles: number },
  ) {
    this.#room = room
    this.totalBytes = disk.totalBytes
    this.totalFiles = disk.totalFiles
    this.#freeBytes = disk.freeBytes
    this.#freeFiles = disk.freeFiles
  }

  get freeBytes(): number {
    return this.#full ? 0 : this.#freeBytes - this.#shown
  }

  get freeFiles(): number {
    return Math.max(0, this.#freeFiles - this.#files)
  }

  /** `memory` bytes of ours for `shown` bytes of the disk; negative ones give back. @throws FileError ENOSPC */
  take(memory: number, shown: number): void {
    if (shown > 0 && this.#shown + shown > this.#freeBytes) throw new FileError('ENOSPC', '')
    try {
      this.#room.takeBytes(memory)
    } catch (error) {
      this.#full = true
      throw error
    }
    this.#shown += shown
    if (memory < 0) this.#full = false
  }

  /** @throws FileError ENOSPC */
  takeFile(): void {
    if (this.freeFiles === 0) throw new FileError('ENOSPC', '')
    this.#room.takeFile()
    this.#files++
  }

  /** A file of the base gives nothing back to us. */
  giveFile(made: boolean): void {
    this.#files--
    if (made) this.#room.files--
  }
}
