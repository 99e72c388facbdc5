/** What a call on a file system can fail with; the texts are `strerror`'s, see {@link reason}. */
export type ErrorCode = keyof typeof reasons

const reasons = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EIO: 'Input/output error',
  ENXIO: 'No such device or address',
  E2BIG: 'Argument list too long',
  ENOEXEC: 'Exec format error',
  EBADF: 'Bad file descriptor',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EXDEV: 'Invalid cross-device link',
  ENODEV: 'No such device',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  EMFILE: 'Too many open files',
  ENOTTY: 'Inappropriate ioctl for device',
  ETXTBSY: 'Text file busy',
  EFBIG: 'File too large',
  ENOSPC: 'No space left on device',
  ESPIPE: 'Illegal seek',
  EROFS: 'Read-only file system',
  EMLINK: 'Too many links',
  EPIPE: 'Broken pipe',
  ENAMETOOLONG: 'File name too long',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EOVERFLOW: 'Value too large for defined data type',
} as const

/** What glibc's `strerror` says: `No such file or directory`. */
export function reason(code: ErrorCode): string {
  return reasons[code]
}

/** A call that a program made on a file system failed: an everyday answer, not a fault of ours. */
export class FileError extends Error {
  readonly code: ErrorCode
  readonly path: string

  constructor(code: ErrorCode, path: string) {
    super(`${path}: ${reason(code)}`)
    this.code = code
    this.path = path
  }
}

export type FileType = 'file' | 'directory' | 'link' | 'character' | 'block' | 'fifo' | 'socket'

/** As `stat(2)` tells. Times in milliseconds since 1970. */
export interface Stat {
  readonly dev: number
  readonly ino: number
  readonly type: FileType
  /** Permission bits with set-user-ID, set-group-ID and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly nlink: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** 512-byte blocks in use. */
  readonly blocks: number
  /** Of a device. */
  readonly major: number
  readonly minor: number
  readonly atimeMs: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/** Who asks: rights are judged by it, as Linux does; user 0 may nearly everything. */
export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
}

export interface OpenFlags {
  readonly read?: boolean
  readonly write?: boolean
  readonly append?: boolean
  readonly create?: boolean
  readonly exclusive?: boolean
  readonly truncate?: boolean
  /** Of a file that is made; the umask is the caller's matter. */
  readonly mode?: number
}

/** A file that is open. Reading and writing move its place. */
export interface OpenFile {
  readonly path: string
  stat(): Stat
  /** Up to `max` bytes; none at the end. */
  read(max: number): Uint8Array
  /** All of them. @throws FileError ENOSPC, EFBIG, EBADF, EPERM … */
  write(bytes: Uint8Array): void
  /** From the start. */
  seek(position: number): void
  truncate(size: number): void
  /** As fchmod, fchown and futimens: the file itself, whatever its name is by now. Only files of a disk have it. */
  change?(asked: FileChange): void
  close(): void
}

/** What is left out stays. */
export interface FileChange {
  readonly mode?: number
  /** -1 leaves one of the two. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  readonly times?: { readonly atimeMs: number; readonly mtimeMs: number }
}

/** As `statfs(2)` and /proc/mounts tell. */
export interface Mount {
  readonly device: string
  readonly path: string
  readonly type: string
  readonly options: string
  readonly totalBytes: number
  readonly freeBytes: number
  readonly totalFiles: number
  readonly freeFiles: number
}

/**
 * A tree of files as one user sees it. Everything is in memory and answers at once. Paths are absolute byte strings (one character
 * a byte); `.`, `..` and symbolic links in them are followed as Linux does. Every method throws {@link FileError}.
 */
export interface FileSystem {
  readonly credentials: Credentials
  /** The same tree for somebody else. `process` is the one that asks: /proc/self leads to it. */
  as(credentials: Credentials, process?: number): FileSystem
  stat(path: string): Stat
  lstat(path: string): Stat
  exists(path: string): boolean
  /** Whether the user may: `access(2)`. False where the path is not there. */
  may(path: string, what: 'read' | 'write' | 'execute'): boolean
  /** Names without `.` and `..`, in the order that `ls -U` would give. */
  list(path: string): string[]
  readLink(path: string): string
  /** Without links, `.` and `..`. */
  realPath(path: string): string
  open(path: string, flags: OpenFlags): OpenFile
  /** The whole of it; devices and what is longer than {@link maxWholeFileBytes} end in EFBIG. */
  read(path: string): Uint8Array
  /** Makes it, or replaces what it holds. `mode` is of a new one: 0o644 where it is left out. */
  write(path: string, bytes: Uint8Array, mode?: number): void
  append(path: string, bytes: Uint8Array, mode?: number): void
  makeDirectory(path: string, mode?: number): void
  removeDirectory(path: string): void
  unlink(path: string): void
  rename(from: string, to: string): void
  link(existing: string, path: string): void
  symlink(target: string, path: string): void
  chmod(path: string, mode: number): void
  chown(path: string, uid: number, gid: number, follow?: boolean): void
  /** Milliseconds since 1970. */
  setTimes(path: string, atimeMs: number, mtimeMs: number, follow?: boolean): void
  makeNode(
    path: string,
    type: 'fifo' | 'character' | 'block',
    mode: number,
    major?: number,
    minor?: number,
  ): void
  mounts(): readonly Mount[]
  /** The mount that a path lies on. */
  mountOf(path: string): Mount
  /**
   * A file whose bytes the intruder brought or made, where nobody has taken it as it is now: it counts as taken from here on, until it is
   * changed again. Never throws.
   */
  take(path: string): LeftFile | undefined
}

/** A file of the intruder's, for who keeps it. To be read at once. */
export interface LeftFile {
  readonly path: string
  readonly size: number
  /** From its start, at most so many bytes. */
  read(max: number): Uint8Array
}

/** {@link FileSystem.read} gives no more: 16 MiB. */
export const maxWholeFileBytes = 16 * 1024 * 1024
