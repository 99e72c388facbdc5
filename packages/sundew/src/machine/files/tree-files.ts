import { deviceOf } from './devices.ts'
import {
  FileError,
  maxWholeFileBytes,
  type Credentials,
  type FileSystem,
  type LeftFile,
  type Mount,
  type OpenFile,
  type OpenFlags,
  type Stat,
} from './file-system.ts'
import { GeneratedNode } from './generated.ts'
import type { Left } from './left.ts'
import { MemoryNode } from './memory-volume.ts'
import type { Caller, Node } from './node.ts'
import { OpenDevice, OpenDirectory, OpenFifo, OpenGeneratedFile, OpenMemoryFile } from './open-file.ts'
import { changeMode, changeOwner, changeTimes } from './change.ts'
import { isDots, makeLink, makeName, removeName, renameTo } from './names.ts'
import { allowed, mayExecute, mayRead, mayReuse, mayWrite } from './rights.ts'
import type { Tree } from './tree.ts'
import { walk, type Last, type Place } from './walk.ts'

/** A {@link Tree} as one user sees it. */
export class TreeFiles implements FileSystem {
  readonly credentials: Credentials
  readonly #tree: Tree
  readonly #caller: Caller
  /** Where the intruder's bytes are written down; undefined where nothing written is theirs. */
  readonly #left: Left | undefined

  constructor(tree: Tree, caller: Caller, left: Left | undefined) {
    this.#tree = tree
    this.#caller = caller
    this.#left = left
    this.credentials = { uid: caller.uid, gid: caller.gid, groups: caller.groups }
  }

  as(credentials: Credentials, process?: number): FileSystem {
    return new TreeFiles(this.#tree, { ...credentials, process }, this.#left)
  }

  stat(path: string): Stat {
    return this.#at(path, 'follow').stat()
  }

  lstat(path: string): Stat {
    return this.#at(path, 'keep').stat()
  }

  exists(path: string): boolean {
    try {
      return walk(this.#tree.root.root, this.#caller, path, 'follow').node !== undefined
    } catch (error) {
      if (error instanceof FileError) return false
      throw error
    }
  }

  may(path: string, what: 'read' | 'write' | 'execute'): boolean {
    try {
      const node = this.#at(path, 'follow')
      if (what === 'write' && node.volume.readOnly && !isSpecial(node)) return false
      return allowed(this.#caller, node, { read: mayRead, write: mayWrite, execute: mayExecute }[what])
    } catch (error) {
      if (error instanceof FileError) return false
      throw error
    }
  }

  list(path: string): string[] {
    const node = this.#at(path, 'follow')
    if (node.type !== 'directory') throw new FileError('ENOTDIR', path)
    if (!allowed(this.#caller, node, mayRead)) throw new FileError('EACCES', path)
    return named(path, () => [...node.names(this.#caller)])
  }

  readLink(path: string): string {
    const node = this.#at(path, 'keep')
    if (node.type !== 'link') throw new FileError('EINVAL', path)
    return named(path, () => node.target(this.#caller))
  }

  realPath(path: string): string {
    const place = this.#walk(path, 'follow')
    if (place.node === undefined) throw new FileError('ENOENT', path)
    return place.path
  }

  open(path: string, flags: OpenFlags): OpenFile {
    const write = flags.write === true || flags.append === true
    const wanted =
      (flags.read === true ? mayRead : 0) | (write || flags.truncate === true ? mayWrite : 0) || mayRead
    const last = flags.create !== true ? 'follow' : flags.exclusive === true ? 'name' : 'create'
    const place = this.#walk(path, last)
    let { node } = place
    if (flags.create === true) {
      if (place.slash && !isDots(place.name)) throw new FileError('EISDIR', path)
      if (node !== undefined && flags.exclusive === true) throw new FileError('EEXIST', path)
      if (node?.type === 'directory') throw new FileError('EISDIR', path)
      if (node === undefined) {
        node = makeName(this.#caller, place, path, { type: 'file', mode: flags.mode ?? 0o644 })
        return this.#opened(place.path, node, flags)
      }
      if (isWritable(node) && !mayReuse(this.#caller, place.directory, node)) {
        throw new FileError('EACCES', path)
      }
    }
    if (node === undefined) throw new FileError('ENOENT', path)
    if (node.type === 'link') throw new FileError('ELOOP', path)
    if (node.type === 'directory' && (wanted & mayWrite) !== 0) throw new FileError('EISDIR', path)
    if (node.type === 'socket') throw new FileError('ENXIO', path)
    if ((wanted & mayWrite) !== 0 && node.volume.readOnly && !isSpecial(node))
      throw new FileError('EROFS', path)
    if (!allowed(this.#caller, node, wanted)) throw new FileError('EACCES', path)
    const opened = this.#opened(place.path, node, flags, path)
    if (flags.truncate === true && node instanceof MemoryNode && node.type === 'file') {
      this.#left?.losing(node.volume, node.key)
      node.volume.content(node.key).truncate(0)
      const inode = node.volume.inode(node.key)
      inode.mtimeMs = inode.ctimeMs = node.volume.now()
    }
    return opened
  }

  read(path: string): Uint8Array {
    const file = this.open(path, { read: true })
    try {
      const parts: Uint8Array[] = []
      let size = 0
      for (;;) {
        const part = file.read(1024 * 1024)
        if (part.length === 0) return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
        size += part.length
        if (size > maxWholeFileBytes) throw new FileError('EFBIG', path)
        parts.push(part)
      }
    } finally {
      file.close()
    }
  }

  write(path: string, bytes: Uint8Array, mode = 0o644): void {
    this.#put(path, bytes, { write: true, create: true, truncate: true, mode })
  }

  append(path: string, bytes: Uint8Array, mode = 0o644): void {
    this.#put(path, bytes, { append: true, create: true, mode })
  }

  makeDirectory(path: string, mode = 0o755): void {
    makeName(this.#caller, this.#walk(path, 'name'), path, { type: 'directory', mode })
  }

  removeDirectory(path: string): void {
    removeName(this.#caller, this.#walk(path, 'name'), path, 'directory', this.#left)
  }

  unlink(path: string): void {
    removeName(this.#caller, this.#walk(path, 'name'), path, 'file', this.#left)
  }

  rename(from: string, to: string): void {
    renameTo(this.#caller, this.#walk(from, 'name'), this.#walk(to, 'name'), from, to, this.#left)
  }

  link(existing: string, path: string): void {
    const file = this.#at(existing, 'keep')
    makeLink(this.#caller, file, this.#walk(path, 'name'), path)
  }

  symlink(target: string, path: string): void {
    if (target === '' || target.includes('\0')) throw new FileError('ENOENT', path)
    if (target.length >= 4096) throw new FileError('ENAMETOOLONG', path)
    makeName(this.#caller, this.#walk(path, 'name'), path, { type: 'link', mode: 0o777, target })
  }

  chmod(path: string, mode: number): void {
    changeMode(this.#caller, this.#at(path, 'follow'), path, mode)
  }

  chown(path: string, uid: number, gid: number, follow = true): void {
    changeOwner(this.#caller, this.#at(path, follow ? 'follow' : 'keep'), path, uid, gid)
  }

  setTimes(path: string, atimeMs: number, mtimeMs: number, follow = true): void {
    changeTimes(this.#caller, this.#at(path, follow ? 'follow' : 'keep'), path, atimeMs, mtimeMs)
  }

  makeNode(
    path: string,
    type: 'fifo' | 'character' | 'block',
    mode: number,
    major?: number,
    minor?: number,
  ): void {
    const place = this.#walk(path, 'name')
    if (type !== 'fifo' && place.node === undefined && this.#caller.uid !== 0)
      throw new FileError('EPERM', path)
    makeName(this.#caller, place, path, { type, mode, major, minor })
  }

  mounts(): readonly Mount[] {
    return this.#tree.mounts()
  }

  mountOf(path: string): Mount {
    return this.#tree.mountOf(this.#at(path, 'follow').volume)
  }

  take(path: string): LeftFile | undefined {
    try {
      const node = this.#at(path, 'follow')
      return node instanceof MemoryNode ? this.#tree.left.take(node.volume, node.key) : undefined
    } catch {
      return undefined
    }
  }

  #walk(path: string, last: Last): Place {
    return named(path, () => walk(this.#tree.root.root, this.#caller, path, last))
  }

  #at(path: string, last: Last): Node {
    const { node } = this.#walk(path, last)
    if (node === undefined) throw new FileError('ENOENT', path)
    return node
  }

  #put(path: string, bytes: Uint8Array, flags: OpenFlags): void {
    const file = this.open(path, flags)
    try {
      file.write(bytes)
    } finally {
      file.close()
    }
  }

  #opened(path: string, node: Node, flags: OpenFlags, asked = path): OpenFile {
    if (node.type === 'directory') return new OpenDirectory(path, node, flags)
    if (node.type === 'character' || node.type === 'block') {
      const { major, minor } = node.stat()
      const device = deviceOf(this.#tree.devices, node.type, major, minor)
      named(asked, () => device.open?.(this.#caller))
      return new OpenDevice(path, node, flags, device)
    }
    if (node instanceof GeneratedNode) {
      if (isWritable(node) && (flags.write === true || flags.append === true)) {
        named(asked, () => node.volume.files.mayWrite?.(node.key, this.#caller))
      }
      return new OpenGeneratedFile(path, node, flags, this.#caller)
    }
    if (!(node instanceof MemoryNode)) throw new FileError('ENXIO', asked)
    if (node.type === 'fifo') return new OpenFifo(path, node, flags)
    return new OpenMemoryFile(path, node, flags, this.#caller, this.#left)
  }
}

/** Gives failures from below, which know no path, this one. */
function named<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof FileError && error.path !== path) throw new FileError(error.code, path)
    throw error
  }
}

function isWritable(node: Node): boolean {
  return node.type === 'file' || node.type === 'fifo'
}

/** What a volume that is read-only does not keep from being written. */
function isSpecial(node: Node): boolean {
  return node.type !== 'file' && node.type !== 'directory' && node.type !== 'link'
}
