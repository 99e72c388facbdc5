import { FileError, type FileSystem, type OpenFile, type Stat } from '../files/file-system.ts'
import { bytesOfText } from './byte-text.ts'
import type { Stream } from './stream.ts'

/** Bytes of a pipe that a program may read by its path. */
const maxBytes = 16 * 1024 * 1024

/**
 * The tree as a program sees it that has more open than the usual three: `/dev/fd/63` leads to what is open. The text of a pipe must be there
 * when it is opened, so reading waits for nobody: {@link fillDescriptors} has read it before.
 */
export function descriptorFiles(files: FileSystem, streams: ReadonlyMap<number, Stream>): FileSystem {
  const texts = new Map<string, string>()
  for (const [fd, stream] of streams) {
    if (fd > 2 && stream.filled !== undefined) texts.set(`/dev/fd/${fd}`, stream.filled)
  }
  if (texts.size === 0) return files
  const textAt = (path: string) => texts.get(path)
  const stat: Stat = {
    dev: 13,
    ino: 40_000,
    type: 'fifo',
    mode: 0o600,
    nlink: 1,
    uid: files.credentials.uid,
    gid: files.credentials.gid,
    size: 0,
    blocks: 0,
    major: 0,
    minor: 0,
    atimeMs: Date.now(),
    mtimeMs: Date.now(),
    ctimeMs: Date.now(),
  }
  const own: Partial<FileSystem> = {
    stat: (path) => {
      const text = textAt(path)
      return text === undefined ? files.stat(path) : stat
    },
    lstat: (path) => {
      const text = textAt(path)
      return text === undefined ? files.lstat(path) : stat
    },
    exists: (path) => texts.has(path) || files.exists(path),
    may: (path, what) => (texts.has(path) ? what === 'read' : files.may(path, what)),
    realPath: (path) => (texts.has(path) ? path : files.realPath(path)),
    read: (path) => {
      const text = textAt(path)
      return text === undefined ? files.read(path) : bytesOfText(text)
    },
    open: (path, flags) => {
      const text = textAt(path)
      return text === undefined ? files.open(path, flags) : openText(path, text, stat)
    },
  }
  return new Proxy(files, {
    get: (target, name) => {
      const mine = own[name as keyof FileSystem]
      if (mine !== undefined) return mine
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value
    },
  })
}

function openText(path: string, text: string, stat: Stat): OpenFile {
  let at = 0
  return {
    path,
    stat: () => stat,
    read: (max) => {
      const part = text.slice(at, at + max)
      at += part.length
      return bytesOfText(part)
    },
    write: () => {
      throw new FileError('EBADF', path)
    },
    seek: () => {
      throw new FileError('ESPIPE', path)
    },
    truncate: () => {
      throw new FileError('EINVAL', path)
    },
    close: () => undefined,
  }
}

/** Reads the pipes of `<(…)` whole, before a program may open them by their path. */
export async function fillDescriptors(streams: ReadonlyMap<number, Stream>): Promise<void> {
  for (const [fd, stream] of streams) {
    if (fd <= 2 || !stream.isPipe || !stream.readable || stream.filled !== undefined) continue
    let text = ''
    for (;;) {
      const part = await stream.take()
      if (part === undefined) break
      text += part
      if (text.length > maxBytes) break
    }
    stream.filled = text
  }
}
