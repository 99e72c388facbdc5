import type { LeftFile } from './file-system.ts'
import type { MemoryVolume } from './memory-volume.ts'
import type { OwnPrograms } from './own-programs.ts'

/**
 * Which files hold bytes of the intruder's that nobody has taken yet. Whoever keeps them asks when one is run and at a session's end, and is told
 * before one is lost. A copy of a program of the machine's is none of theirs.
 */
export class Left {
  /** Path by volume and file. */
  readonly #files = new Map<MemoryVolume, Map<number, string>>()
  readonly #onLosing: (file: LeftFile) => void

  readonly #programs: OwnPrograms

  constructor(programs: OwnPrograms, onLosing: (file: LeftFile) => void) {
    this.#programs = programs
    this.#onLosing = onLosing
  }

  written(volume: MemoryVolume, file: number, path: string): void {
    let files = this.#files.get(volume)
    if (files === undefined) this.#files.set(volume, (files = new Map()))
    files.set(file, path)
  }

  renamed(volume: MemoryVolume, file: number, path: string): void {
    const files = this.#files.get(volume)
    if (files?.has(file) === true) files.set(file, path)
  }

  /** Its bytes are about to go: removed, replaced, cut. */
  losing(volume: MemoryVolume, file: number): void {
    const lost = this.take(volume, file)
    if (lost !== undefined) this.#onLosing(lost)
  }

  take(volume: MemoryVolume, file: number): LeftFile | undefined {
    const path = this.#files.get(volume)?.get(file)
    if (path === undefined) return undefined
    this.#files.get(volume)!.delete(file)
    const { size } = volume.stat(file)
    return size === 0 || this.#programs.have(volume.contentOf(file))
      ? undefined
      : { path, size, read: (max) => volume.contentOf(file).read(0, Math.min(max, size)) }
  }

  /** All of them, the first written first. */
  takeAll(): LeftFile[] {
    return [...this.#files].flatMap(([volume, files]) =>
      [...files.keys()].flatMap((file) => this.take(volume, file) ?? []),
    )
  }
}
