import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { explain, type Log } from '../../core/log.ts'
import { writeThrough } from '../../core/write-through.ts'

/** Bytes of a file's beginning that tell it from others. */
export const headBytes = 1_024
/** Files remembered; of more, those that were read last. */
const mostPositions = 4_096
/** A larger file of positions is not ours. */
const maxFileBytes = 8 * 1024 * 1024

const positionSchema = z.strictObject({
  path: z.string(),
  inode: z.string(),
  offset: z.int().min(0),
  head: z.string(),
  head_length: z.int().min(0).max(headBytes),
})

/** How far a file was read. Its inode and its beginning say which file that is, whatever it is called now. */
export type Position = Readonly<z.infer<typeof positionSchema>>

const fileSchema = z.strictObject({
  version: z.literal(1),
  sections: z.array(z.string()),
  files: z.array(positionSchema),
})

/** What stands for a file's beginning. */
export function headOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}

/** How far each file was read, over restarts: in one file, whole or as it was before. */
export class Positions {
  readonly #file: string
  readonly #log: Log
  readonly #known = new Map<string, Position>()
  /** Paths of sections that were followed before this start, and that are. */
  readonly #before = new Set<string>()
  #sections: readonly string[] = []
  #written = ''

  constructor(file: string, log: Log) {
    this.#file = file
    this.#log = log
  }

  /** Reads what was saved. What cannot be read is as if nothing had been. */
  async restore(): Promise<void> {
    try {
      if ((await stat(this.#file)).size > maxFileBytes) throw new RangeError('it is too large')
      const { sections, files } = fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')))
      for (const section of sections) this.#before.add(section)
      for (const position of files) this.set(position)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      this.#log.warn(
        `how far logs were read is not known (${this.#file}: ${explain(error)}): they are followed from their ends`,
      )
    }
  }

  /** These sections are followed from now on. */
  follow(sections: readonly string[]): void {
    this.#sections = sections
  }

  /** Whether the section was followed before this start: a file of it that is not known is a new one. */
  wasFollowed(section: string): boolean {
    return this.#before.has(section)
  }

  /** How far the file with this inode was read; it need not be the same file still. */
  ofInode(inode: string): Position | undefined {
    return this.#known.get(inode)
  }

  /** What was read under this name last. */
  ofPath(path: string): Position | undefined {
    let last: Position | undefined
    for (const position of this.#known.values()) if (position.path === path) last = position
    return last
  }

  set(position: Position): void {
    // The last that was read comes last.
    this.#known.delete(position.inode)
    this.#known.set(position.inode, position)
    for (const [oldest] of this.#known) {
      if (this.#known.size <= mostPositions) break
      this.#known.delete(oldest)
    }
  }

  /** What is to be written: positions as they are now. */
  snapshot(): string {
    return JSON.stringify({ version: 1, sections: this.#sections, files: [...this.#known.values()] })
  }

  /** Writes a {@link snapshot}. */
  async write(text: string): Promise<void> {
    if (text === this.#written) return
    await writeThrough(this.#file, text)
    this.#written = text
  }
}
