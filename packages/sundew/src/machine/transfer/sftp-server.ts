import { FileError, type FileSystem, type OpenFile } from '../files/file-system.ts'
import type { Happening } from '../happening.ts'
import { keepUpload } from './kept-upload.ts'
import { longName, Names } from './long-name.ts'
import { resolveLoosely } from './loose-path.ts'
import { extend, extensions } from './sftp-extensions.ts'
import { maxDataBytes, maxHandles, maxPacketBytes } from './sftp-limits.ts'
import {
  attributesOf,
  BadPacket,
  packet,
  packetOf,
  PacketReader,
  type Field,
  type SftpAttributes,
} from './sftp-packets.ts'

export interface SftpOptions {
  /** As the user who is logged in sees them. */
  readonly files: FileSystem
  /** Where relative paths start: the home. */
  readonly directory: string
  readonly umask: number
  readonly now: () => number
  readonly happened: (happening: Happening) => void
}

/** A file or a directory that the client holds. */
export type Handle =
  | {
      readonly type: 'file'
      readonly file: OpenFile
      readonly path: string
      readonly isWritten: boolean
      readonly isAppended: boolean
    }
  | {
      readonly type: 'directory'
      readonly path: string
      /** Read when they are first asked for, as there. */
      names: readonly string[] | undefined
      at: number
    }

/** Entries in one answer to READDIR. */
const namesAtOnce = 100
const status = {
  ok: 0,
  end: 1,
  noSuchFile: 2,
  denied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const

const texts = [
  'Success',
  'End of file',
  'No such file',
  'Permission denied',
  'Failure',
  'Bad message',
  'No connection',
  'Connection lost',
  'Operation unsupported',
]

/**
 * The server side of SFTP version 3 as OpenSSH 9.2's sftp-server answers. What the peer sends goes into {@link feed}; {@link next} gives one
 * answer after the other, so that no more is made than the peer takes.
 */
export class SftpServer {
  readonly files: FileSystem
  readonly names: Names
  readonly directory: string
  readonly #options: SftpOptions
  readonly #handles: (Handle | undefined)[] = []
  readonly #free: number[] = []
  #input: Buffer = Buffer.alloc(0)
  #isReady = false
  #exit: number | undefined

  constructor(options: SftpOptions) {
    this.#options = options
    this.files = options.files
    this.directory = options.directory
    this.names = new Names(options.files)
  }

  /** The exit status, once it has ended of itself: nothing more is answered. */
  get exit(): number | undefined {
    return this.#exit
  }

  /** All answers have to be taken between two calls. */
  feed(bytes: Uint8Array): void {
    if (this.#exit !== undefined) return
    this.#input = this.#input.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#input, bytes])
  }

  /** The next answer, where there is one. */
  next(): Uint8Array | undefined {
    while (this.#exit === undefined && this.#input.length >= 5) {
      const length = this.#input.readUInt32BE()
      if (length > maxPacketBytes || length === 0) {
        this.#ends(length === 0 ? 255 : 11)
        return undefined
      }
      if (this.#input.length < 4 + length) return undefined
      const reader = new PacketReader(this.#input.subarray(4, 4 + length))
      this.#input = this.#input.subarray(4 + length)
      try {
        const answer = this.#answer(reader)
        if (answer !== undefined) return answer
      } catch (error) {
        if (!(error instanceof BadPacket)) throw error
        this.#ends(255)
      }
    }
    return undefined
  }

  /** The peer is gone: what it was writing is kept. */
  end(): void {
    for (const index of this.#handles.keys()) this.#close(index)
    this.#input = Buffer.alloc(0)
    this.#exit ??= 0
  }

  path(name: string): string {
    if (name.startsWith('/')) return name
    return name === '' ? '' : `${this.directory === '/' ? '' : this.directory}/${name}`
  }

  handle(bytes: Uint8Array): Handle | undefined {
    return bytes.length === 4 ? this.#handles[Buffer.from(bytes).readUInt32BE()] : undefined
  }

  status(id: number, code: number, text = texts[code] ?? 'Unknown error'): Uint8Array {
    return packetOf(packet.status, [id, code, text, ''])
  }

  /** Runs it, and answers how it went. */
  tried(id: number, run: () => void): Uint8Array {
    return this.status(id, this.outcome(run))
  }

  outcome(run: () => void): number {
    try {
      run()
      return status.ok
    } catch (error) {
      return portable(error)
    }
  }

  /** One name. */
  name(id: number, name: string): Uint8Array {
    return packetOf(packet.name, [id, 1, name, name, 0])
  }

  /** The status of each that was asked, the last failure first. */
  change(path: string, asked: SftpAttributes, follow: boolean, file?: OpenFile): number {
    const { files } = this
    const { size, mode, times, owner } = asked
    const steps: (() => void)[] = []
    if (size !== undefined)
      steps.push(() => (file === undefined ? this.#cut(path, size) : file.truncate(size)))
    if (mode !== undefined) {
      const bits = mode & 0o7777
      steps.push(() =>
        file?.change === undefined ? this.#chmod(path, bits, follow) : file.change({ mode: bits }),
      )
    }
    if (times !== undefined) {
      steps.push(() =>
        file?.change === undefined
          ? files.setTimes(path, times.atimeMs, times.mtimeMs, follow)
          : file.change({ times }),
      )
    }
    if (owner !== undefined) {
      const [uid, gid] = [id32(owner.uid), id32(owner.gid)]
      steps.push(() =>
        file?.change === undefined
          ? files.chown(path, uid, gid, follow)
          : file.change({ owner: { uid, gid } }),
      )
    }
    return steps.map((step) => this.outcome(step)).findLast((code) => code !== status.ok) ?? status.ok
  }

  #answer(reader: PacketReader): Uint8Array | undefined {
    const type = reader.byte()
    if (type === packet.init) {
      reader.u32()
      this.#isReady = true
      return packetOf(packet.version, [{ raw: Buffer.of(0, 0, 0, 3) }, ...extensions])
    }
    if (!this.#isReady) throw new BadPacket('a request before it began')
    const id = reader.u32()
    const { files } = this
    switch (type) {
      case packet.open:
        return this.#open(id, this.path(reader.text()), reader.u32(), reader.attributes())
      case packet.close: {
        const handle = reader.bytes()
        if (this.handle(handle) === undefined) return this.status(id, status.noSuchFile)
        this.#close(handle.readUInt32BE())
        return this.status(id, status.ok)
      }
      case packet.read:
        return this.#read(id, this.handle(reader.bytes()), reader.u64(), reader.u32())
      case packet.write:
        return this.#write(id, this.handle(reader.bytes()), reader.u64(), reader.bytes())
      case packet.stat:
      case packet.lstat: {
        const path = this.path(reader.text())
        return this.#attributes(id, () => (type === packet.stat ? files.stat(path) : files.lstat(path)))
      }
      case packet.fstat: {
        const handle = this.handle(reader.bytes())
        if (handle?.type !== 'file') return this.status(id, status.failure)
        return this.#attributes(id, () => handle.file.stat())
      }
      case packet.setstat:
        return this.status(id, this.change(this.path(reader.text()), reader.attributes(), true))
      case packet.fsetstat: {
        const handle = this.handle(reader.bytes())
        const asked = reader.attributes()
        if (handle?.type !== 'file') return this.status(id, status.failure)
        return this.status(id, this.change(handle.path, asked, true, handle.file))
      }
      case packet.opendir: {
        const path = this.path(reader.text())
        try {
          files.list(path)
          return this.#hold(id, { type: 'directory', path, names: undefined, at: 0 })
        } catch (error) {
          return this.status(id, portable(error))
        }
      }
      case packet.readdir:
        return this.#readDirectory(id, this.handle(reader.bytes()))
      case packet.remove: {
        const path = this.path(reader.text())
        return this.tried(id, () => files.unlink(path))
      }
      case packet.mkdir: {
        const path = this.path(reader.text())
        const { mode = 0o777 } = reader.attributes()
        return this.tried(id, () => files.makeDirectory(path, mode & 0o7777 & ~this.#options.umask))
      }
      case packet.rmdir: {
        const path = this.path(reader.text())
        return this.tried(id, () => files.removeDirectory(path))
      }
      case packet.realpath:
        return this.realPath(id, reader.text())
      case packet.rename: {
        const [from, to] = [this.path(reader.text()), this.path(reader.text())]
        return this.status(id, this.#rename(from, to))
      }
      case packet.readlink: {
        const path = this.path(reader.text())
        try {
          return this.name(id, files.readLink(path))
        } catch (error) {
          return this.status(id, portable(error))
        }
      }
      case packet.symlink: {
        const [target, path] = [reader.text(), this.path(reader.text())]
        return this.tried(id, () => files.symlink(target, path))
      }
      case packet.extended:
        return extend(this, id, reader) ?? this.status(id, status.unsupported)
      default:
        // "Unknown message": it is logged, and not answered.
        return undefined
    }
  }

  realPath(id: number, name: string): Uint8Array {
    try {
      return this.name(id, resolveLoosely(this.files, this.path(name === '' ? '.' : name)))
    } catch (error) {
      return this.status(id, portable(error))
    }
  }

  #open(id: number, path: string, flags: number, asked: SftpAttributes): Uint8Array {
    const has = (bit: number) => (flags & bit) !== 0
    const isWritten = has(2)
    if (this.#handles.filter((handle) => handle !== undefined).length >= maxHandles) {
      return this.status(id, status.failure)
    }
    try {
      const file = this.files.open(path, {
        read: has(1) || !isWritten,
        write: isWritten,
        append: isWritten && has(4),
        create: has(8),
        truncate: has(0x10),
        exclusive: has(0x20) && has(8),
        mode: (asked.mode ?? 0o666) & 0o7777 & ~this.#options.umask,
      })
      return this.#hold(id, { type: 'file', file, path, isWritten, isAppended: isWritten && has(4) })
    } catch (error) {
      return this.status(id, portable(error))
    }
  }

  #hold(id: number, handle: Handle): Uint8Array {
    // The one that was freed last is used first.
    const index = this.#free.pop() ?? this.#handles.length
    if (index >= maxHandles) return this.status(id, status.failure)
    this.#handles[index] = handle
    const name = Buffer.alloc(4)
    name.writeUInt32BE(index)
    return packetOf(packet.handle, [id, name])
  }

  #close(index: number): void {
    const handle = this.#handles[index]
    this.#handles[index] = undefined
    if (handle !== undefined) this.#free.push(index)
    if (handle?.type !== 'file') return
    handle.file.close()
    if (handle.isWritten) keepUpload(this.files, handle.file.path, 'sftp', this.#options.happened)
  }

  #read(id: number, handle: Handle | undefined, position: number, asked: number): Uint8Array {
    if (handle?.type !== 'file') return this.status(id, status.failure)
    try {
      handle.file.seek(position)
      const data = asked === 0 ? new Uint8Array(0) : handle.file.read(Math.min(asked, maxDataBytes))
      if (asked > 0 && data.length === 0) return this.status(id, status.end)
      return packetOf(packet.data, [id, data])
    } catch (error) {
      return this.status(id, portable(error))
    }
  }

  #write(id: number, handle: Handle | undefined, position: number, data: Uint8Array): Uint8Array {
    if (handle?.type !== 'file') return this.status(id, status.failure)
    return this.tried(id, () => {
      if (!handle.isAppended) handle.file.seek(position)
      handle.file.write(data)
    })
  }

  #attributes(id: number, stat: () => ReturnType<FileSystem['stat']>): Uint8Array {
    try {
      return packetOf(packet.attrs, [id, ...attributesOf(stat())])
    } catch (error) {
      return this.status(id, portable(error))
    }
  }

  #readDirectory(id: number, handle: Handle | undefined): Uint8Array {
    if (handle?.type !== 'directory') return this.status(id, status.failure)
    const fields: Field[] = []
    let count = 0
    handle.names ??= this.#list(handle.path)
    while (handle.at < handle.names.length && count < namesAtOnce) {
      const name = handle.names[handle.at++]!
      try {
        const stat = this.files.lstat(`${handle.path}/${name}`)
        fields.push(name, longName(name, stat, this.names, this.#options.now()), ...attributesOf(stat))
        count++
      } catch {
        // Gone meanwhile: passed over, as there.
      }
    }
    if (count === 0) return this.status(id, status.end)
    return packetOf(packet.name, [id, count, ...fields])
  }

  #list(path: string): readonly string[] {
    try {
      return ['.', '..', ...this.files.list(path)]
    } catch {
      return []
    }
  }

  /** A file is linked and unlinked, so nothing is replaced; others are renamed where nothing is in the way. */
  #rename(from: string, to: string): number {
    const { files } = this
    let isInTheWay = false
    const code = this.outcome(() => {
      if (files.lstat(from).type === 'file') {
        files.link(from, to)
        files.unlink(from)
      } else if (files.exists(to)) isInTheWay = true
      else files.rename(from, to)
    })
    return isInTheWay ? status.failure : code
  }

  /** A link has no mode: EOPNOTSUPP. */
  #chmod(path: string, mode: number, follow: boolean): void {
    if (!follow && this.files.lstat(path).type === 'link') throw new FileError('EIO', path)
    this.files.chmod(path, mode)
  }

  #cut(path: string, size: number): void {
    const file = this.files.open(path, { write: true })
    try {
      file.truncate(size)
    } finally {
      file.close()
    }
  }

  #ends(exit: number): void {
    this.#exit = exit
    this.end()
  }
}

/** OpenSSH's `errno_to_portable`. Anything but a {@link FileError} is a fault of ours and goes on. */
function portable(error: unknown): number {
  if (!(error instanceof FileError)) throw error
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EBADF':
    case 'ELOOP':
      return status.noSuchFile
    case 'EPERM':
    case 'EACCES':
      return status.denied
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return status.badMessage
    default:
      return status.failure
  }
}

/** 0xffffffff leaves it as it is. */
function id32(id: number): number {
  return id === 0xffffffff ? -1 : id
}
