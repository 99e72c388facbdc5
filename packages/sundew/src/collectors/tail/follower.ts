import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TailFeed } from './line-cutter.ts'
import { OpenLog, type ReadBuffer } from './open-log.ts'
import type { Position, Positions } from './positions.ts'

/** Blocks read of one log before the next has its turn. */
const blocksATurn = 8
/** What was renamed away is read for so long: its writer may not have noticed yet. */
const lingerMs = 10_000
/** Files beside a log that are looked at for what it was before. */
const mostSiblings = 1_000
/** After a file could not be opened, until it is tried again. */
const retryMs = 1_000

/** Where to begin in a file that was never read. */
export type Beginning = 'end' | 'beginning'

export interface FollowerParts {
  readonly path: string
  readonly feed: TailFeed
  readonly positions: Positions
  /** For the file that is there at first; one that comes later is read from its beginning. */
  readonly beginning: Beginning
}

/**
 * Follows one name through whatever becomes of the file behind it: not there yet, renamed and made anew, a symbolic link
 * that is turned, cut and written again (`copytruncate`). Reads only.
 */
export class Follower {
  readonly #parts: FollowerParts
  #log: OpenLog | undefined
  /** What had the name before, and until when it is read. */
  #former: { readonly log: OpenLog; readonly until: number } | undefined
  /** Something of that was left to the next step. */
  #formerHasMore = false
  #beginning: Beginning
  #triedAt = -Infinity
  /** Something may have come: looked at in the next round. */
  due = true
  /** Why the file is not read; undefined where all is well, or it is not there. */
  trouble: string | undefined
  /** Times the file was another one, or cut. */
  rotations = 0
  /** Bytes that have not been read. */
  behind = 0

  constructor(parts: FollowerParts) {
    this.#parts = parts
    this.#beginning = parts.beginning
  }

  get path(): string {
    return this.#parts.path
  }

  get feed(): TailFeed {
    return this.#parts.feed
  }

  get isOpen(): boolean {
    return this.#log !== undefined
  }

  /** The files that are open. */
  get inodes(): string[] {
    return [this.#log, this.#former?.log].flatMap((log) => (log ? [log.inode] : []))
  }

  /** Opens the file where it is not open yet, and reads nothing. */
  async open(nowMs: number): Promise<void> {
    if (!this.#log) await this.#open(nowMs)
  }

  /** Reads what has come, up to some blocks. True where there is more. */
  async step(buffer: ReadBuffer, nowMs: number): Promise<boolean> {
    this.due = false
    if (this.#former) await this.#readFormer(buffer, nowMs)
    if (!this.#log && !(await this.#open(nowMs))) return this.#formerHasMore
    const log = this.#log!
    if (await log.wasCut()) this.rotations++
    for (let block = 0; block < blocksATurn; block++) {
      if ((await log.read(buffer)) > 0) continue
      this.behind = 0
      return (await this.#turned(nowMs)) || this.#formerHasMore
    }
    this.behind = Math.max(0, (await log.size()) - log.offset)
    return true
  }

  /** Reading failed: the file is opened anew, where it was. */
  async lose(why: string): Promise<void> {
    this.note()
    const [log, former] = [this.#log, this.#former]
    this.#log = this.#former = undefined
    await former?.log.close(false).catch(() => {})
    await log?.close(false).catch(() => {})
    this.trouble = why
    this.#triedAt = performance.now()
  }

  /** Notes how far it has read. */
  note(): void {
    const { positions, path } = this.#parts
    if (this.#former) positions.set(this.#former.log.position(path))
    if (this.#log) positions.set(this.#log.position(path))
  }

  /** Closes what is open; a line without its end waits for the next start. */
  async close(): Promise<void> {
    this.note()
    await this.#former?.log.close(true)
    await this.#log?.close(false)
    this.#log = this.#former = undefined
  }

  /** Whether the name stands for another file now, which is opened then. */
  async #turned(nowMs: number): Promise<boolean> {
    const inode = await inodeOf(this.path)
    // Renamed away and not there yet: its writer writes on into the old one.
    if (inode === undefined || inode === this.#log!.inode) return false
    // Two files back there is still something: that first.
    if (this.#formerHasMore) return true
    await this.#drop()
    this.#former = { log: this.#log!, until: nowMs + lingerMs }
    this.#log = undefined
    this.rotations++
    this.#triedAt = -Infinity
    return this.#open(nowMs)
  }

  async #readFormer(buffer: ReadBuffer, nowMs: number): Promise<void> {
    const { log, until } = this.#former!
    let read = 1
    for (let block = 0; block < blocksATurn && read > 0; block++) read = await log.read(buffer)
    // As long as there is something in it, it is read on.
    this.#formerHasMore = read > 0
    if (read === 0 && nowMs >= until) await this.#drop()
  }

  async #drop(): Promise<void> {
    const former = this.#former
    if (!former) return
    this.#former = undefined
    this.#formerHasMore = false
    await former.log.close(true)
    this.#parts.positions.set(former.log.position(this.path))
  }

  async #open(nowMs: number): Promise<boolean> {
    if (nowMs - this.#triedAt < retryMs && this.trouble !== undefined) return false
    this.#triedAt = nowMs
    const { positions, path, feed } = this.#parts
    let log: OpenLog
    try {
      log = await OpenLog.open(path, feed)
      this.trouble = undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        this.trouble = undefined
        // Whatever comes now is new.
        this.#beginning = 'beginning'
      } else this.trouble = (error as Error).message
      return false
    }
    const known = positions.ofInode(log.inode)
    if (known && (await log.isOf(known))) await log.seek(known.offset)
    else {
      const before = this.rotations === 0 ? positions.ofPath(path) : undefined
      if (before && before.inode !== log.inode) await this.#findFormer(before, nowMs)
      const anew = before !== undefined || known?.path === path || this.#beginning === 'beginning'
      await log.seek(anew ? 0 : await log.size())
    }
    this.#beginning = 'beginning'
    this.#log = log
    return true
  }

  /** What had the name when it was read last, before a restart, and is called otherwise now: `query.log.0`. */
  async #findFormer(position: Position, nowMs: number): Promise<void> {
    const folder = dirname(this.path)
    const name = basename(this.path)
    const stem = name.replace(/\.[^.]*$/, '')
    const siblings = await readdir(folder).catch(() => [])
    const like = siblings.filter((sibling) => sibling !== name && sibling.startsWith(stem))
    for (const sibling of like.slice(0, mostSiblings)) {
      const path = join(folder, sibling)
      if ((await inodeOf(path)) !== position.inode) continue
      const log = await OpenLog.open(path, this.#parts.feed).catch(() => undefined)
      if (!log) return
      if (await log.isOf(position)) {
        await log.seek(position.offset)
        this.#former = { log, until: nowMs + lingerMs }
      } else await log.close(false)
      return
    }
  }
}

async function inodeOf(path: string): Promise<string | undefined> {
  try {
    return String((await stat(path, { bigint: true })).ino)
  } catch {
    return undefined
  }
}
