import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { LogStatus } from '../../core/collector-messages.ts'
import { explain, type Log } from '../../core/log.ts'
import { type Beginning, Follower } from './follower.ts'
import { FolderWatch } from './folder-watch.ts'
import type { TailFeed } from './line-cutter.ts'
import { LineFeed, type LineHearer } from './line-feed.ts'
import { ReadBuffer } from './open-log.ts'
import type { LineParser } from './parser.ts'
import { expand, isPattern } from './patterns.ts'
import type { Positions } from './positions.ts'

/** Every file is looked at so often, whether the system tells of changes or not. */
const pollMs = 500
/** Patterns are looked at for new files so often. */
const scanMs = 2_000
/** After a change, until what came meanwhile is read too: writers write line by line. */
const gatherMs = 20
/** Files followed at once. */
const mostFiles = 1_000

/** Names of other files beside them that are remembered as such. */
const mostOthers = 4_096

/** A section of `collectors.tail`. */
export interface TailSection {
  readonly path: string
  /** Of a parser, or `auto`. */
  readonly format: string
  readonly from: Beginning
}

export interface TailerParts {
  readonly sections: readonly TailSection[]
  readonly parsers: readonly LineParser[]
  readonly positions: Positions
  readonly log: Log
  /** Where the lines of a file go. */
  readonly hearer: (path: string) => LineHearer
  /** Another way for the lines of a file, by its section's format; `usual` is the one above. */
  readonly feed?: ((path: string, format: string, usual: LineFeed) => TailFeed | undefined) | undefined
  /** Undefined where more can be read at once; else settles when it can. */
  readonly room?: (() => Promise<void> | undefined) | undefined
  /** A file cannot be read: told once, until it can be. */
  readonly unreadable: (path: string, why: string) => void
}

/** Follows every file that sections name. One is read after another, so that what is held does not grow with their number. */
export class Tailer {
  readonly #parts: TailerParts
  readonly #followers = new Map<string, Follower>()
  readonly #buffer = new ReadBuffer()
  readonly #watch: FolderWatch
  readonly #told = new Set<string>()
  readonly #others = new Set<string>()
  #running: Promise<void> | undefined
  #stopping = false
  #scannedAt = -Infinity
  #polledAt = -Infinity
  #first = true
  #reading = false
  #wake: (() => void) | undefined
  #changed = false

  constructor(parts: TailerParts) {
    this.#parts = parts
    this.#watch = new FolderWatch((path) => this.#changedAt(path))
  }

  /** Begins to follow: from now on nothing is missed; it is read from {@link read} on. */
  async start(): Promise<void> {
    const { positions, sections } = this.#parts
    positions.follow(sections.map(({ path }) => path))
    await this.#round()
    this.note()
    this.#running = this.#run()
  }

  /** Begins to read. */
  read(): void {
    if (this.#reading) return
    this.#reading = true
    this.#changed = true
    this.#polledAt = -Infinity
    this.#wakeUp()
  }

  /** Reads what has come once more, and stops; what is left is read after the next start. */
  async close(): Promise<void> {
    this.#stopping = true
    this.#wakeUp()
    await this.#running
    this.#watch.close()
    for (const follower of this.#followers.values()) await follower.close()
  }

  /** Notes in the positions how far each file was read. */
  note(): void {
    for (const follower of this.#followers.values()) follower.note()
  }

  get status(): LogStatus[] {
    return Array.from(this.#followers.values(), (follower) => {
      const { tally, format } = follower.feed
      const { lines, told, malformed, tooLong, unrecognised, samples } = tally
      return {
        path: follower.path,
        format: format ?? '',
        open: follower.isOpen,
        ...(follower.trouble !== undefined && { trouble: follower.trouble }),
        rotations: follower.rotations,
        behind: follower.behind,
        lines,
        told,
        malformed,
        tooLong,
        unrecognised,
        samples: [...samples],
      }
    })
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const more = await this.#round().catch((error: unknown) => {
        this.#parts.log.error('following logs', error)
        return false
      })
      if (!more) await this.#rest()
    }
    await this.#round()
  }

  /** Reads what has come to each file, some of it; true where there is more. */
  async #round(): Promise<boolean> {
    const nowMs = performance.now()
    if (nowMs - this.#scannedAt >= scanMs) await this.#scan(nowMs)
    const all = nowMs - this.#polledAt >= pollMs || this.#stopping
    if (all) this.#polledAt = nowMs
    let more = false
    for (const follower of this.#followers.values()) {
      if (!all && !follower.due) continue
      if (await this.#step(follower, nowMs)) follower.due = more = true
    }
    this.#first = false
    return more
  }

  /** Waits for room; false where it stops before there is some. */
  async #hasRoom(): Promise<boolean> {
    const { room = () => undefined } = this.#parts
    for (let waiting = room(); waiting; waiting = room()) {
      if (this.#stopping) return false
      await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, pollMs))])
    }
    return true
  }

  async #step(follower: Follower, nowMs: number): Promise<boolean> {
    let more = false
    try {
      if (this.#reading) {
        if (await this.#hasRoom()) more = await follower.step(this.#buffer, nowMs)
      } else await follower.open(nowMs)
    } catch (error) {
      await follower.lose(explain(error))
    }
    const { path, trouble } = follower
    if (trouble === undefined) this.#told.delete(path)
    else if (!this.#told.has(path)) {
      this.#told.add(path)
      this.#parts.unreadable(path, trouble)
    }
    return more
  }

  /** Looks for files that are new. */
  async #scan(nowMs: number): Promise<void> {
    this.#scannedAt = nowMs
    for (const section of this.#parts.sections) {
      const pattern = isAbsolute(section.path) ? section.path : resolve(section.path)
      for (const path of await expand(pattern)) {
        if (this.#followers.has(path) || this.#followers.size >= mostFiles) continue
        // A log that was rotated has a new name that the pattern stands for too.
        if (isPattern(pattern) && (await this.#isOpen(path))) continue
        this.#followers.set(path, this.#follow(path, section))
      }
    }
    for (const path of this.#followers.keys()) this.#others.delete(path)
    this.#watch.follow(this.#followers.keys())
  }

  #follow(path: string, { path: section, format, from }: TailSection): Follower {
    const { parsers, positions, hearer } = this.#parts
    const chosen = format === 'auto' ? parsers : parsers.filter((parser) => parser.format === format)
    const usual = new LineFeed(chosen, hearer(path))
    const feed = this.#parts.feed?.(path, format, usual) ?? usual
    const isNew = !this.#first || positions.wasFollowed(section)
    return new Follower({ path, feed, positions, beginning: isNew ? 'beginning' : from })
  }

  async #isOpen(path: string): Promise<boolean> {
    const inode = await stat(path, { bigint: true }).then(
      ({ ino }) => String(ino),
      () => '',
    )
    for (const follower of this.#followers.values()) if (follower.inodes.includes(inode)) return true
    return false
  }

  #changedAt(path: string | undefined): void {
    const follower = path === undefined ? undefined : this.#followers.get(path)
    if (follower) follower.due = true
    else if (path === undefined) this.#polledAt = -Infinity
    else if (this.#others.has(path)) return
    else {
      // Another file of a folder that is watched: one that is looked for, perhaps.
      if (this.#others.size >= mostOthers) this.#others.clear()
      this.#others.add(path)
      this.#scannedAt = -Infinity
    }
    this.#changed = true
    this.#wakeUp()
  }

  #wakeUp(): void {
    this.#wake?.()
  }

  /** Until something changes, or files are looked at by the clock. */
  async #rest(): Promise<void> {
    if (!this.#changed && !this.#stopping) await this.#sleep(pollMs, true)
    if (!this.#stopping) await this.#sleep(gatherMs, false)
    this.#changed = false
  }

  #sleep(ms: number, wakes: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      if (wakes) this.#wake = done
      const end = () => {
        this.#wake = undefined
        resolve()
      }
      function done() {
        clearTimeout(timer)
        end()
      }
    })
  }
}
