import { createHash, randomBytes } from 'node:crypto'
import { constants, createReadStream, type Stats } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface Kept {
  /** Lower-case hex. */
  readonly sha256: string
  readonly sizeBytes: number
  /** False where the same bytes were there already. */
  readonly isNew: boolean
}

const hexOf256 = /^[0-9a-f]{64}$/
const temporaries = 'tmp'
const mostSynced = 20_000

/**
 * Files by what is in them: `<directory>/ab/cd/<sha256>`, one copy of each, mode 0600 in directories of mode 0700.
 * No name the peer gave ever becomes part of a path. A file is whole and on the disk when {@link put} returns.
 */
export class FileStore {
  readonly #directory: string
  #bytes = 0
  #files = 0
  /** Contents whose directories this process has synced: one attachment in 300,000 mails costs one sync. */
  readonly #synced = new Set<string>()
  readonly #pending = new Map<string, Promise<Kept>>()

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Opens (and makes) the store: counts what is there, throws away what a crash left half-written. */
  static async open(directory: string): Promise<FileStore> {
    const store = new FileStore(directory)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await chmod(directory, 0o700)
    await rm(join(directory, temporaries), { recursive: true, force: true })
    await mkdir(join(directory, temporaries), { mode: 0o700 })
    for (const a of await readdir(directory)) {
      if (!/^[0-9a-f]{2}$/.test(a)) continue
      for (const b of await readdir(join(directory, a))) {
        for (const name of await readdir(join(directory, a, b))) {
          if (!hexOf256.test(name)) continue
          store.#files++
          store.#bytes += (await lstat(join(directory, a, b, name))).size
        }
      }
    }
    return store
  }

  /** Bytes and files kept. */
  size(): { bytes: number; files: number } {
    return { bytes: this.#bytes, files: this.#files }
  }

  /** Where the file of that SHA-256 is or would be. Throws a RangeError for what is no lower-case SHA-256. */
  path(sha256: string): string {
    if (!hexOf256.test(sha256))
      throw new RangeError(`A SHA-256 has 64 lower-case hex digits; got ${JSON.stringify(sha256)}.`)
    return join(this.#directory, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  /** Opens a kept file for reading; undefined where there is none. The caller closes it. */
  async get(sha256: string) {
    try {
      return await open(this.path(sha256), constants.O_RDONLY | constants.O_NOFOLLOW)
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined
      throw error
    }
  }

  /**
   * Keeps bytes, or a file of ours at a path (on the same file system; it is moved). Durable when it returns; the same
   * bytes again are the same file. Fails with the system's error (ENOSPC …), having left nothing under the final name.
   */
  async put(source: Uint8Array | { readonly path: string }): Promise<Kept> {
    const sha256 =
      source instanceof Uint8Array
        ? createHash('sha256').update(source).digest('hex')
        : await hashFile(source.path)
    // One writer a content: two attachments alike at once would otherwise be counted twice.
    const running = this.#pending.get(sha256)
    if (running !== undefined) {
      const kept = await running
      if (!(source instanceof Uint8Array)) await unlink(source.path)
      return { ...kept, isNew: false }
    }
    const work = this.#keep(sha256, source)
    this.#pending.set(sha256, work)
    try {
      return await work
    } finally {
      this.#pending.delete(sha256)
    }
  }

  async #keep(sha256: string, source: Uint8Array | { readonly path: string }): Promise<Kept> {
    const target = this.path(sha256)
    const sizeBytes = source instanceof Uint8Array ? source.length : (await lstat(source.path)).size
    const there = await stat(target)
    if (there !== undefined && there.isFile() && there.size === sizeBytes) {
      if (!(source instanceof Uint8Array)) await unlink(source.path)
      // It may be there from a put whose directory never reached the disk.
      await this.#syncDirectories(sha256)
      return { sha256, sizeBytes, isNew: false }
    }
    this.#synced.delete(sha256)
    const temporary =
      source instanceof Uint8Array
        ? join(this.#directory, temporaries, randomBytes(16).toString('hex'))
        : source.path
    try {
      await writeAndSync(temporary, source instanceof Uint8Array ? source : undefined)
      await mkdir(join(target, '..'), { recursive: true, mode: 0o700 })
      await rename(temporary, target)
    } catch (error) {
      if (source instanceof Uint8Array) await rm(temporary, { force: true })
      throw error
    }
    await this.#syncDirectories(sha256)
    if (there === undefined) this.#files++
    this.#bytes += sizeBytes - (there?.size ?? 0)
    return { sha256, sizeBytes, isNew: true }
  }

  /** The entry, and the entries of its two directories, which may be as new. */
  async #syncDirectories(sha256: string): Promise<void> {
    if (this.#synced.has(sha256)) return
    const first = join(this.#directory, sha256.slice(0, 2))
    await syncDirectory(join(first, sha256.slice(2, 4)))
    await syncDirectory(first)
    await syncDirectory(this.#directory)
    if (this.#synced.size >= mostSynced) this.#synced.clear()
    this.#synced.add(sha256)
  }

  /** Removes a file (retention). False where there was none. Not while the same content may be put: the caller orders the two. */
  async remove(sha256: string): Promise<boolean> {
    const there = await stat(this.path(sha256))
    if (there === undefined) return false
    this.#synced.delete(sha256)
    await unlink(this.path(sha256))
    this.#files--
    this.#bytes -= there.size
    return true
  }
}

async function writeAndSync(path: string, bytes: Uint8Array | undefined): Promise<void> {
  const flags =
    bytes === undefined ? constants.O_RDWR : constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const file = await open(path, flags | constants.O_NOFOLLOW, 0o600)
  try {
    await file.chmod(0o600)
    if (bytes !== undefined) await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk)
  return hash.digest('hex')
}

async function stat(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
