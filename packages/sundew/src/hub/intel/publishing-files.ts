import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { copyFile, link, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { KeptFile, RenderedFile } from '../../intel/publish/publisher.ts'

/** Of all files of a publication, bytes. */
const mostBytes = 8 * 2 ** 30
/** Files of one publication. */
const mostFiles = 100_000
/** Written at once, bytes. */
const blockBytes = 1 << 20
/** Everybody on this machine may read it, as the programs that it is made for must; nobody else may write. */
const usualMode = 0o644

/** Where a publication lies: the folder of its files, or the file that it is. */
export class PublishedFiles {
  readonly path: string
  readonly #part: string
  /** What was rendered; names as the publisher gives them. */
  #names: string[] = []
  /** Former files that are read where one likes. */
  readonly #open: number[] = []

  private constructor(path: string) {
    this.path = path
    this.#part = `${path}.part`
  }

  /** At this path; a symbolic link is followed, that what it points to is replaced and not the link. */
  static async at(path: string): Promise<PublishedFiles> {
    const linked = await lstat(path).then(
      (it) => it.isSymbolicLink(),
      () => false,
    )
    return new PublishedFiles(linked ? await realpath(path).catch(() => path) : path)
  }

  /** The folder in which the new files lie until they are taken. */
  get part(): string {
    return this.#part
  }

  get names(): readonly string[] {
    return this.#names
  }

  /** Where the file of that name lies, given the names that there are. */
  place(name: string, names: readonly string[] = this.#names): string {
    return names.length > 1 ? join(this.path, name) : this.path
  }

  /** Its content as it lies there, in pieces; undefined where there is none. */
  former(name: string): Iterable<Uint8Array> | undefined {
    const path = [join(this.path, name), this.path].find((one) =>
      statSync(one, { throwIfNoEntry: false })?.isFile(),
    )
    return path === undefined ? undefined : blocks(path)
  }

  /**
   * What tells the files that lie there from any that somebody writes or puts in their place: which file, how long, and when it was
   * last changed in any way, which no program sets (to the tick of the file system's clock).
   */
  stamps(names: readonly string[]): Map<string, string> {
    const stamps = new Map<string, string>()
    for (const name of names) {
      const there = statSync(this.place(name, names), { bigint: true, throwIfNoEntry: false })
      if (there) stamps.set(name, stampOf(there))
    }
    return stamps
  }

  /** The former file of that name, if it is the one of the stamp. */
  kept(
    name: string,
    names: readonly string[],
    stamp: string | undefined,
    version: number,
  ): KeptFile | undefined {
    if (stamp === undefined) return undefined
    const file = openSync(this.place(name, names), 'r')
    this.#open.push(file)
    const there = fstatSync(file, { bigint: true })
    if (stampOf(there) !== stamp) return undefined
    return { version, bytes: Number(there.size), read: (from, to) => bytesAt(file, from, to) }
  }

  /**
   * Writes the files beside the former ones, one after the other.
   *
   * @throws Error where they cannot be written, or are more than anybody would want
   */
  async write(files: Iterable<RenderedFile>): Promise<void> {
    await rm(this.#part, { recursive: true, force: true })
    await mkdir(this.#part, { recursive: true })
    this.#names = []
    let bytes = 0
    for (const { name, pieces } of files) {
      if (this.#names.length >= mostFiles) throw new RangeError(`it would be more than ${mostFiles} files`)
      const path = join(this.#part, name)
      await mkdir(dirname(path), { recursive: true })
      await using file = await open(path, 'w', usualMode)
      for (const block of inBlocks(pieces)) {
        bytes += block.length
        if (bytes > mostBytes) throw new RangeError(`it would be more than ${mostBytes} bytes`)
        await file.writeFile(block)
      }
      await file.chmod(usualMode)
      this.#names.push(name)
    }
    if (this.#names.length === 0) throw new RangeError('the target made no file')
  }

  /** Puts the new files into the place of the former ones, each at once, and keeps those as `….previous`. */
  async take(former: readonly string[]): Promise<void> {
    const folder = this.#names.length > 1
    if (folder) await mkdir(this.path, { recursive: true })
    await mkdir(dirname(this.path), { recursive: true })
    for (const name of this.#names) {
      const place = this.place(name)
      const previous = folder ? join(`${this.path}.previous`, name) : `${this.path}.previous`
      await mkdir(dirname(place), { recursive: true })
      await onDisk(join(this.#part, name))
      await keep(place, previous, join(this.#part, name))
      await rename(join(this.#part, name), place)
    }
    // What it no longer has, of what was ours.
    const names = new Set(this.#names)
    if (folder)
      for (const name of former)
        if (!names.has(name)) {
          await keep(join(this.path, name), join(`${this.path}.previous`, name))
          await rm(join(this.path, name), { force: true })
        }
    await syncFolder(folder ? this.path : dirname(this.path))
    await this.drop()
  }

  /** Throws the new files away. */
  async drop(): Promise<void> {
    for (const file of this.#open.splice(0)) closeSync(file)
    await rm(this.#part, { recursive: true, force: true })
  }
}

/** Keeps a file under another name, so that it is never gone from its own; its owner and mode go to what follows it. */
async function keep(path: string, previous: string, next?: string): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  if (!there) return
  await mkdir(dirname(previous), { recursive: true })
  await rm(previous, { force: true, recursive: true })
  await link(path, previous).catch(() => copyFile(path, previous))
  if (next === undefined) return
  await using file = await open(next, 'r')
  await file.chmod(there.mode & 0o777)
  await file.chown(there.uid, there.gid).catch(() => {})
}

/** Waits until a file's bytes are on the disk: what takes another's place must be whole after a power cut. */
async function onDisk(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

async function syncFolder(path: string): Promise<void> {
  try {
    await using folder = await open(path, 'r')
    await folder.sync()
  } catch {
    // Not every file system can; the files themselves are on the disk.
  }
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

function bytesAt(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, to - from))
  let read = 0
  while (read < bytes.length) {
    const more = readSync(file, bytes, read, bytes.length - read, from + read)
    if (more === 0) break
    read += more
  }
  return bytes.subarray(0, read)
}

function* inBlocks(pieces: Iterable<string | Uint8Array>): Generator<Uint8Array> {
  let waiting: string[] = []
  let length = 0
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      if (length > 0) yield Buffer.from(waiting.join(''), 'utf8')
      waiting = []
      length = 0
      yield piece
      continue
    }
    waiting.push(piece)
    length += piece.length
    if (length < blockBytes) continue
    yield Buffer.from(waiting.join(''), 'utf8')
    waiting = []
    length = 0
  }
  if (length > 0) yield Buffer.from(waiting.join(''), 'utf8')
}

function* blocks(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const block = Buffer.allocUnsafe(blockBytes)
      const read = readSync(file, block, 0, blockBytes, null)
      if (read === 0) return
      yield block.subarray(0, read)
    }
  } finally {
    closeSync(file)
  }
}
