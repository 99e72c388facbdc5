import type { Attributes, Base } from './base.ts'
import { Content, type Source } from './content.ts'
import type { FileType, Stat } from './file-system.ts'
import { Inode } from './inode.ts'
import type { Node, Volume } from './node.ts'
import type { VolumeRoom } from './room.ts'

/** What a name in a directory costs, as a whole directory of the base is copied for its first change. */
const entryBytes = 48

const nothing: Source = { size: 0, read: () => new Uint8Array(0) }

export interface MemoryVolumeOptions {
  readonly dev: number
  readonly base: Base
  readonly room: VolumeRoom
  readonly readOnly: boolean
  /** `tmpfs` counts a directory's size by its names; others in blocks. */
  readonly sizes: 'blocks' | 'names'
  readonly now: () => number
}

/** A volume in memory over a base that is never changed: what differs is kept here, file by file. */
export class MemoryVolume implements Volume {
  readonly dev: number
  readonly readOnly: boolean
  readonly covered = new Map<number | string, Volume>()
  readonly room: VolumeRoom
  readonly root: MemoryNode
  readonly now: () => number
  readonly #base: Base
  readonly #sizes: 'blocks' | 'names'
  readonly #inodes = new Map<number, Inode>()
  #next: number

  constructor(options: MemoryVolumeOptions) {
    this.dev = options.dev
    this.readOnly = options.readOnly
    this.room = options.room
    this.now = options.now
    this.#base = options.base
    this.#sizes = options.sizes
    this.#next = options.base.count
    this.root = new MemoryNode(this, 0)
  }

  attributes(file: number): Attributes | Inode {
    return this.#inodes.get(file) ?? this.#base.attributes(file)
  }

  /** Whether it was made or changed. */
  differs(file: number): boolean {
    return this.#inodes.has(file)
  }

  /** The file as one that may be changed. */
  inode(file: number): Inode {
    let inode = this.#inodes.get(file)
    if (inode === undefined) {
      inode = new Inode(this.#base.attributes(file), false)
      this.#inodes.set(file, inode)
    }
    return inode
  }

  child(directory: number, name: string): number | undefined {
    const entries = this.#inodes.get(directory)?.entries
    return entries === undefined ? this.#base.child(directory, name) : entries.get(name)
  }

  names(directory: number): readonly string[] {
    const entries = this.#inodes.get(directory)?.entries
    const names = entries === undefined ? this.#base.names(directory) : [...entries.keys()]
    // tmpfs gives the newest first, ext4 by a hash.
    return this.#sizes === 'names' ? names.toReversed() : byHash(names)
  }

  target(file: number): string {
    return this.#inodes.get(file)?.target ?? this.#base.target(file)
  }

  /** What reads the file without making anything. */
  contentOf(file: number): Content | Source {
    const inode = this.#inodes.get(file)
    return inode?.content ?? (inode?.made === true ? nothing : this.#base.source(file))
  }

  /** What can be written to. */
  content(file: number): Content {
    const inode = this.inode(file)
    inode.content ??= new Content(this.room, inode.made ? undefined : this.#base.source(file))
    return inode.content
  }

  stat(file: number): Stat {
    const is = this.attributes(file)
    let size = is.size
    let blocks = Math.ceil(size / 4096) * 8
    const content = is instanceof Inode ? is.content : undefined
    if (is.type === 'directory') {
      if (this.#sizes === 'names') {
        size = 40 + 20 * this.names(file).length
        blocks = 0
      }
    } else if (content !== undefined) {
      size = content.size
      blocks = content.shown / 512
    } else if (is.type === 'link') {
      size = this.target(file).length
      blocks = size < 60 ? 0 : 8
    } else if (is.type !== 'file') {
      size = 0
      blocks = 0
    }
    return {
      dev: this.dev,
      ino: this.#inoOf(file),
      type: is.type,
      mode: is.mode,
      nlink: is.nlink,
      uid: is.uid,
      gid: is.gid,
      size,
      blocks,
      major: is.major,
      minor: is.minor,
      atimeMs: is.atimeMs,
      mtimeMs: is.mtimeMs,
      ctimeMs: is.ctimeMs,
    }
  }

  /** A new file without a name. @throws FileError ENOSPC */
  make(
    type: FileType,
    owner: { uid: number; gid: number },
    mode: number,
    major = 0,
    minor = 0,
    target?: string,
  ): number {
    this.room.takeFile()
    if (target !== undefined) {
      try {
        this.room.take(target.length, 0)
      } catch (error) {
        this.room.giveFile(true)
        throw error
      }
    }
    const now = this.now()
    const inode = new Inode(
      {
        type,
        mode,
        ...owner,
        nlink: 0,
        size: type === 'directory' ? 4096 : 0,
        major,
        minor,
        atimeMs: now,
        mtimeMs: now,
        ctimeMs: now,
      },
      true,
    )
    if (type === 'directory') inode.entries = new Map()
    if (target !== undefined) inode.target = target
    const file = this.#next++
    this.#inodes.set(file, inode)
    return file
  }

  /** Gives a file a name. @throws FileError ENOSPC */
  enter(directory: number, name: string, file: number): void {
    const entries = this.#entries(directory)
    this.room.take(entryBytes + name.length, 0)
    entries.set(name, file)
    const inode = this.inode(file)
    const parent = this.inode(directory)
    if (inode.type === 'directory') {
      inode.nlink = Math.max(2, inode.nlink)
      parent.nlink++
    } else inode.nlink++
    inode.ctimeMs = this.now()
    this.#touch(parent)
    // Names of 8 bytes and more, in blocks that never shrink.
    if (entries.size % 64 === 0) {
      const least = Math.ceil((entries.size * 24) / 4096) * 4096
      parent.size = Math.max(parent.size, least)
    }
  }

  /** Takes a name away; frees the file where it was the last and nobody has it open. */
  leave(directory: number, name: string): void {
    const entries = this.#entries(directory)
    const file = entries.get(name)
    if (file === undefined) return
    entries.delete(name)
    this.room.take(-entryBytes - name.length, 0)
    const inode = this.inode(file)
    const parent = this.inode(directory)
    if (inode.type === 'directory') {
      inode.nlink = 0
      parent.nlink--
    } else inode.nlink--
    inode.ctimeMs = this.now()
    this.#touch(parent)
    this.release(file)
  }

  /** Another name for the same file, in one step: nothing is freed. @throws FileError ENOSPC */
  move(from: number, fromName: string, to: number, toName: string): void {
    const target = this.#entries(to)
    const source = this.#entries(from)
    const file = source.get(fromName)!
    this.room.take(toName.length - fromName.length, 0)
    source.delete(fromName)
    target.set(toName, file)
    const inode = this.inode(file)
    if (inode.type === 'directory') {
      this.inode(from).nlink--
      this.inode(to).nlink++
    }
    inode.ctimeMs = this.now()
    this.#touch(this.inode(from))
    this.#touch(this.inode(to))
  }

  /** Forgets a file that has neither a name nor is open. */
  release(file: number): void {
    const inode = this.#inodes.get(file)
    if (inode === undefined || inode.nlink > 0 || inode.opens > 0) return
    inode.content?.free()
    for (const part of inode.waiting ?? []) this.room.take(-part.length, 0)
    if (inode.target !== undefined) this.room.take(-inode.target.length, 0)
    if (inode.entries !== undefined && !inode.made) this.room.take(-copied(this.#base.names(file)), 0)
    this.#inodes.delete(file)
    this.room.giveFile(inode.made)
  }

  #entries(directory: number): Map<string, number> {
    const inode = this.inode(directory)
    if (inode.entries === undefined) {
      const names = this.#base.names(directory)
      this.room.take(copied(names), 0)
      inode.entries = new Map(names.map((name) => [name, this.#base.child(directory, name)!]))
    }
    return inode.entries
  }

  #touch(directory: Inode): void {
    directory.mtimeMs = directory.ctimeMs = this.now()
  }

  /** Numbers as a disk has them: 2 the root, the rest spread over groups of inodes; new ones follow. */
  #inoOf(file: number): number {
    if (this.#sizes === 'names') return file + 1
    return file === 0 ? 2 : 130_000 + file + Math.floor(file / 700) * 7424
  }
}

/** A file of a {@link MemoryVolume}. */
export class MemoryNode implements Node {
  readonly volume: MemoryVolume
  readonly key: number
  readonly type: FileType

  constructor(volume: MemoryVolume, file: number) {
    this.volume = volume
    this.key = file
    this.type = volume.attributes(file).type
  }

  get mode(): number {
    return this.volume.attributes(this.key).mode
  }

  get uid(): number {
    return this.volume.attributes(this.key).uid
  }

  get gid(): number {
    return this.volume.attributes(this.key).gid
  }

  stat(): Stat {
    return this.volume.stat(this.key)
  }

  child(name: string): MemoryNode | undefined {
    const file = this.volume.child(this.key, name)
    return file === undefined ? undefined : new MemoryNode(this.volume, file)
  }

  names(): readonly string[] {
    return this.volume.names(this.key)
  }

  target(): string {
    return this.volume.target(this.key)
  }
}

function copied(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + entryBytes + name.length, 0)
}

function byHash(names: readonly string[]): readonly string[] {
  const keyed = names.map((name) => [hash(name), name] as const)
  return keyed.sort((a, b) => a[0] - b[0]).map((pair) => pair[1])
}

/** FNV-1a: any order will do that is not the alphabet's. */
function hash(name: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193)
  return (h ^ (h >>> 15)) >>> 0
}
