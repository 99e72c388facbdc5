import { FileError, type ErrorCode, type FileType, type Stat } from './file-system.ts'
import type { Caller, Node, Volume } from './node.ts'

/** What a generated file is. */
export interface GeneratedStat {
  readonly type: FileType
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
  /** 0 where it is left out, as most of /proc; 4096 in /sys. */
  readonly size?: number
  /** 1, for a directory 2, where it is left out. */
  readonly nlink?: number
  readonly major?: number
  readonly minor?: number
  /** Now, where it is left out. */
  readonly timeMs?: number
  /** The path decides where it is left out. */
  readonly ino?: number
}

/**
 * A tree whose contents are made when asked for: /proc, /sys. Paths are below the mount: '' is its root, then `self/exe`. Every method may
 * throw {@link FileError}; rights by mode are judged before.
 */
export interface GeneratedFiles {
  /** Undefined where there is no such file. Not following links. */
  stat(path: string, caller: Caller): GeneratedStat | undefined
  /** The names in a directory, in `readdir`'s order. */
  list(path: string, caller: Caller): readonly string[]
  readLink(path: string, caller: Caller): string
  /** All of a file, as it is at the moment it is first read. A string is a byte string. */
  read(path: string, caller: Caller): Uint8Array | string
  /** Asked when one is opened for writing and its mode lets the caller: throws what `open` fails with. */
  mayWrite?(path: string, caller: Caller): void
  /** EIO where it is left out. */
  write?(path: string, bytes: Uint8Array, caller: Caller): void
}

/** {@link GeneratedFiles} as something that can be mounted. */
export class GeneratedVolume implements Volume {
  readonly dev: number
  readonly readOnly: boolean
  readonly covered = new Map<number | string, Volume>()
  readonly files: GeneratedFiles
  readonly now: () => number
  readonly root: GeneratedNode
  /** What making files and directories in it fails with: in /proc a name that is not there cannot even be looked for. */
  readonly refusal: { readonly file: ErrorCode; readonly directory: ErrorCode }

  constructor(options: {
    dev: number
    files: GeneratedFiles
    readOnly: boolean
    now: () => number
    type: string
  }) {
    this.refusal =
      options.type === 'proc'
        ? { file: 'ENOENT', directory: 'ENOENT' }
        : { file: 'EACCES', directory: 'EPERM' }
    this.dev = options.dev
    this.readOnly = options.readOnly
    this.files = options.files
    this.now = options.now
    const root = this.files.stat('', { uid: 0, gid: 0, groups: [], process: undefined })
    this.root = new GeneratedNode(this, '', root ?? { type: 'directory', mode: 0o555 })
  }
}

export class GeneratedNode implements Node {
  readonly volume: GeneratedVolume
  /** Its path below the mount. */
  readonly key: string
  readonly #is: GeneratedStat

  constructor(volume: GeneratedVolume, path: string, is: GeneratedStat) {
    this.volume = volume
    this.key = path
    this.#is = is
  }

  get type(): FileType {
    return this.#is.type
  }

  get mode(): number {
    return this.#is.mode
  }

  get uid(): number {
    return this.#is.uid ?? 0
  }

  get gid(): number {
    return this.#is.gid ?? 0
  }

  stat(): Stat {
    const is = this.#is
    const time = is.timeMs ?? this.volume.now()
    return {
      dev: this.volume.dev,
      ino: is.ino ?? (this.key === '' ? 1 : inoOf(this.key)),
      type: is.type,
      mode: is.mode,
      nlink: is.nlink ?? (is.type === 'directory' ? 2 : 1),
      uid: this.uid,
      gid: this.gid,
      size: is.size ?? 0,
      blocks: 0,
      major: is.major ?? 0,
      minor: is.minor ?? 0,
      atimeMs: time,
      mtimeMs: time,
      ctimeMs: time,
    }
  }

  child(name: string, caller: Caller): GeneratedNode | undefined {
    const path = this.key === '' ? name : `${this.key}/${name}`
    const is = this.volume.files.stat(path, caller)
    return is === undefined ? undefined : new GeneratedNode(this.volume, path, is)
  }

  names(caller: Caller): readonly string[] {
    return this.volume.files.list(this.key, caller)
  }

  target(caller: Caller): string {
    return this.volume.files.readLink(this.key, caller)
  }

  read(caller: Caller): Uint8Array {
    const all = this.volume.files.read(this.key, caller)
    return typeof all === 'string' ? Buffer.from(all, 'latin1') : all
  }

  write(bytes: Uint8Array, caller: Caller, path: string): void {
    if (this.volume.files.write === undefined) throw new FileError('EIO', path)
    this.volume.files.write(this.key, bytes, caller)
  }
}

function inoOf(path: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < path.length; i++) h = Math.imul(h ^ path.charCodeAt(i), 0x01000193)
  return 4_026_531_840 + ((h >>> 0) % 200_000_000)
}
