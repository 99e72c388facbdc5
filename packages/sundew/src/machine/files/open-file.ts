import { changeMode, changeOwner, changeTimes } from './change.ts'
import { FileError, type FileChange, type OpenFile, type OpenFlags, type Stat } from './file-system.ts'
import type { Device } from './devices.ts'
import type { GeneratedNode } from './generated.ts'
import type { Left } from './left.ts'
import type { MemoryNode } from './memory-volume.ts'
import type { Caller, Node } from './node.ts'

const empty = new Uint8Array(0)
/** A read gives no more at once. */
const mostAtOnce = 16 * 1024 * 1024
/** A fifo's buffer, as pipe(7) has it. */
const fifoBytes = 64 * 1024

/** What all open files have: whether they may read and write, and an end. */
abstract class Opened implements OpenFile {
  readonly path: string
  protected readonly node: Node
  protected readonly flags: OpenFlags
  protected position = 0
  #open = true

  constructor(path: string, node: Node, flags: OpenFlags) {
    this.path = path
    this.node = node
    this.flags = flags
  }

  stat(): Stat {
    return this.node.stat()
  }

  read(max: number): Uint8Array {
    if (!this.#open || this.flags.read !== true) throw new FileError('EBADF', this.path)
    const bytes = this.named(() => this.take(Math.min(max, mostAtOnce)))
    this.position += bytes.length
    return bytes
  }

  write(bytes: Uint8Array): void {
    if (!this.#open || (this.flags.write !== true && this.flags.append !== true)) {
      throw new FileError('EBADF', this.path)
    }
    this.named(() => this.put(bytes))
    this.position += bytes.length
  }

  seek(position: number): void {
    if (!Number.isSafeInteger(position) || position < 0) throw new FileError('EINVAL', this.path)
    this.position = position
  }

  truncate(_size: number): void {
    throw new FileError('EINVAL', this.path)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    this.ended()
  }

  protected abstract take(max: number): Uint8Array
  protected abstract put(bytes: Uint8Array): void
  protected ended(): void {}

  /** Gives failures of what lies below this file's path. */
  protected named<T>(run: () => T): T {
    try {
      return run()
    } catch (error) {
      if (error instanceof FileError && error.path === '') throw new FileError(error.code, this.path)
      throw error
    }
  }
}

export class OpenMemoryFile extends Opened {
  declare protected readonly node: MemoryNode
  readonly #left: Left | undefined
  readonly #caller: Caller
  readonly #counted: boolean

  constructor(path: string, node: MemoryNode, flags: OpenFlags, caller: Caller, left: Left | undefined) {
    super(path, node, flags)
    this.#left = left
    this.#caller = caller
    // A base file that is only read needs no copy: what it holds does not go.
    this.#counted = flags.write === true || flags.append === true || node.volume.differs(node.key)
    if (this.#counted) node.volume.inode(node.key).opens++
  }

  protected take(max: number): Uint8Array {
    const { volume, key } = this.node
    const content = volume.contentOf(key)
    const length = Math.max(0, Math.min(max, content.size - this.position))
    return length === 0 ? empty : content.read(this.position, length)
  }

  protected put(bytes: Uint8Array): void {
    const { volume, key } = this.node
    const content = volume.content(key)
    if (this.flags.append === true) this.position = content.size
    if (bytes.length === 0) return
    this.#changed()
    content.write(this.position, bytes)
  }

  override truncate(size: number): void {
    if (this.flags.write !== true && this.flags.append !== true) throw new FileError('EINVAL', this.path)
    if (!Number.isSafeInteger(size) || size < 0) throw new FileError('EINVAL', this.path)
    const { volume, key } = this.node
    if (size < volume.stat(key).size) this.#left?.losing(volume, key)
    this.named(() => volume.content(key).truncate(size))
    this.#changed()
  }

  change({ mode, owner, times }: FileChange): void {
    if (mode !== undefined) changeMode(this.#caller, this.node, this.path, mode)
    if (owner !== undefined) changeOwner(this.#caller, this.node, this.path, owner.uid, owner.gid)
    if (times !== undefined) changeTimes(this.#caller, this.node, this.path, times.atimeMs, times.mtimeMs)
  }

  protected override ended(): void {
    if (!this.#counted) return
    const { volume, key } = this.node
    const inode = volume.inode(key)
    inode.opens--
    if (inode.opens === 0 && inode.nlink === 0) {
      this.#left?.losing(volume, key)
      volume.release(key)
    }
  }

  #changed(): void {
    const { volume, key } = this.node
    const inode = volume.inode(key)
    inode.mtimeMs = inode.ctimeMs = volume.now()
    if (this.#caller.uid !== 0) inode.mode &= (inode.mode & 0o010) === 0 ? ~0o4000 : ~0o6000
    this.#left?.written(volume, key, this.path)
  }
}

/** A directory that is open: it cannot be read by read(2). */
export class OpenDirectory extends Opened {
  protected take(): Uint8Array {
    throw new FileError('EISDIR', this.path)
  }

  protected put(): void {
    throw new FileError('EISDIR', this.path)
  }
}

/** Its contents are made at the first read, and stay as they were then. */
export class OpenGeneratedFile extends Opened {
  declare protected readonly node: GeneratedNode
  readonly #caller: Caller
  #content: Uint8Array | undefined

  constructor(path: string, node: GeneratedNode, flags: OpenFlags, caller: Caller) {
    super(path, node, flags)
    this.#caller = caller
  }

  protected take(max: number): Uint8Array {
    if (this.position === 0) this.#content = undefined
    this.#content ??= this.node.read(this.#caller)
    return this.#content.slice(this.position, this.position + max)
  }

  protected put(bytes: Uint8Array): void {
    this.node.write(bytes, this.#caller, this.path)
  }

  override truncate(): void {}
}

export class OpenDevice extends Opened {
  readonly #device: Device

  constructor(path: string, node: Node, flags: OpenFlags, device: Device) {
    super(path, node, flags)
    this.#device = device
  }

  protected take(max: number): Uint8Array {
    return this.#device.read(max, this.position)
  }

  protected put(bytes: Uint8Array): void {
    this.#device.write(bytes, this.position)
  }
}

/** Nobody waits here: an empty fifo is at its end, a full one refuses. */
export class OpenFifo extends Opened {
  declare protected readonly node: MemoryNode

  protected take(max: number): Uint8Array {
    const waiting = this.node.volume.inode(this.node.key).waiting ?? []
    const first = waiting.shift()
    if (first === undefined) return empty
    if (first.length > max) waiting.unshift(first.slice(max))
    const bytes = first.slice(0, max)
    this.node.volume.room.take(-bytes.length, 0)
    return bytes
  }

  protected put(bytes: Uint8Array): void {
    const inode = this.node.volume.inode(this.node.key)
    inode.waiting ??= []
    const held = inode.waiting.reduce((sum, part) => sum + part.length, 0)
    if (held + bytes.length > fifoBytes || inode.waiting.length >= 1024) {
      throw new FileError('EAGAIN', this.path)
    }
    if (bytes.length === 0) return
    this.node.volume.room.take(bytes.length, 0)
    inode.waiting.push(bytes.slice())
  }

  override seek(): void {
    throw new FileError('ESPIPE', this.path)
  }
}
