import { FileError, type FileType } from './file-system.ts'
import { GeneratedVolume } from './generated.ts'
import type { Left } from './left.ts'
import { MemoryNode } from './memory-volume.ts'
import { sameNode, type Caller, type Node } from './node.ts'
import { allowed, inGroup, mayExecute, mayRead, mayWrite, sticks } from './rights.ts'
import type { Place } from './walk.ts'

/** What a new name is to lead to. */
interface NewFile {
  readonly type: FileType
  readonly mode: number
  readonly target?: string
  readonly major?: number | undefined
  readonly minor?: number | undefined
}

/** Makes a file, directory, link or node. @throws FileError as open, mkdir, symlink and mknod do */
export function makeName(caller: Caller, place: Place, path: string, file: NewFile): MemoryNode {
  if (place.node !== undefined) throw new FileError('EEXIST', path)
  if (place.slash && file.type !== 'directory') throw new FileError('ENOENT', path)
  const directory = toChange(caller, place.directory, path, file.type === 'file' ? 'file' : 'directory')
  const { volume } = directory
  const setGroup = (directory.mode & 0o2000) !== 0
  const gid = setGroup ? directory.gid : caller.gid
  // mkdir(2) gives no set-user-ID.
  let mode = file.mode & (file.type === 'directory' ? 0o1777 : 0o7777)
  if (setGroup && file.type === 'directory') mode |= 0o2000
  else if (setGroup && (mode & 0o2010) === 0o2010 && caller.uid !== 0 && !inGroup(caller, gid))
    mode &= ~0o2000
  return naming(path, () => {
    const made = volume.make(file.type, { uid: caller.uid, gid }, mode, file.major, file.minor, file.target)
    try {
      volume.enter(directory.key, place.name, made)
    } catch (error) {
      volume.release(made)
      throw error
    }
    return new MemoryNode(volume, made)
  })
}

/** One more name for a file. @throws FileError as link(2) does */
export function makeLink(caller: Caller, file: Node, place: Place, path: string): void {
  if (place.node !== undefined) throw new FileError('EEXIST', path)
  if (place.slash) throw new FileError('ENOENT', path)
  if (file.volume !== place.directory.volume) throw new FileError('EXDEV', path)
  // fs.protected_hardlinks
  if (caller.uid !== 0 && caller.uid !== file.uid) {
    const plain = file.type === 'file' && (file.mode & 0o4000) === 0 && (file.mode & 0o2010) !== 0o2010
    if (!plain || !allowed(caller, file, mayRead | mayWrite)) throw new FileError('EPERM', path)
  }
  const directory = toChange(caller, place.directory, path, 'directory')
  if (file.type === 'directory' || !(file instanceof MemoryNode)) throw new FileError('EPERM', path)
  if (file.stat().nlink >= 65_000) throw new FileError('EMLINK', path)
  naming(path, () => directory.volume.enter(directory.key, place.name, file.key))
}

/** Takes a name away. @throws FileError as unlink(2) and rmdir(2) do */
export function removeName(
  caller: Caller,
  place: Place,
  path: string,
  what: 'file' | 'directory',
  left: Left | undefined,
): void {
  const fail = (code: 'EISDIR' | 'EBUSY' | 'ENOTEMPTY' | 'EINVAL' | 'ENOENT' | 'ENOTDIR') =>
    new FileError(code, path)
  if (isDots(place.name)) {
    if (what === 'file') throw fail('EISDIR')
    throw fail(place.name === '/' ? 'EBUSY' : place.name === '.' ? 'EINVAL' : 'ENOTEMPTY')
  }
  if (place.directory.volume.readOnly) throw new FileError('EROFS', path)
  const { node } = place
  if (node === undefined) throw fail('ENOENT')
  if (what === 'file' && place.slash) throw fail(node.type === 'directory' ? 'EISDIR' : 'ENOTDIR')
  // What is mounted there has another volume than its directory.
  const mounted = node.volume !== place.directory.volume
  const victim = mayRemove(caller, place.directory, node, path, what, mounted)
  if (what === 'directory' && victim.names().length > 0) throw fail('ENOTEMPTY')
  const { volume } = victim
  if (what === 'file' && victim.type === 'file' && victim.stat().nlink === 1) left?.losing(volume, victim.key)
  naming(path, () => volume.leave((place.directory as MemoryNode).key, place.name))
}

/** @throws FileError as rename(2) does */
export function renameTo(
  caller: Caller,
  from: Place,
  to: Place,
  fromPath: string,
  toPath: string,
  left: Left | undefined,
): void {
  const fail = (
    code: 'EXDEV' | 'EBUSY' | 'EROFS' | 'ENOENT' | 'ENOTDIR' | 'EINVAL' | 'ENOTEMPTY' | 'EACCES',
  ) => new FileError(code, fromPath)
  const { volume } = from.directory
  if (volume !== to.directory.volume) throw fail('EXDEV')
  if (isDots(from.name) || isDots(to.name)) throw fail('EBUSY')
  if (volume.readOnly) throw fail('EROFS')
  const { node } = from
  if (node === undefined) throw fail('ENOENT')
  const isDirectory = node.type === 'directory'
  if (!isDirectory && (from.slash || to.slash)) throw fail('ENOTDIR')
  if (isDirectory && [...to.above, to.directory].some((above) => sameNode(above, node))) throw fail('EINVAL')
  const target = to.node
  if (target !== undefined && [...from.above, from.directory].some((above) => sameNode(above, target))) {
    throw fail('ENOTEMPTY')
  }
  if (target !== undefined && sameNode(node, target)) return
  const kind = isDirectory ? 'directory' : 'file'
  const moved = mayRemove(caller, from.directory, node, fromPath, kind, node.volume !== volume)
  const directory = toChange(caller, to.directory, toPath, 'directory')
  if (target !== undefined) {
    mayRemove(caller, to.directory, target, toPath, kind, target.volume !== volume)
  }
  if (isDirectory && !sameNode(from.directory, to.directory) && !allowed(caller, node, mayWrite)) {
    throw fail('EACCES')
  }
  if (target !== undefined) {
    const victim = target as MemoryNode
    if (isDirectory && victim.names().length > 0) throw new FileError('ENOTEMPTY', toPath)
    if (victim.type === 'file' && victim.stat().nlink === 1) left?.losing(victim.volume, victim.key)
    naming(toPath, () => directory.volume.leave(directory.key, to.name))
  }
  naming(toPath, () =>
    directory.volume.move((from.directory as MemoryNode).key, from.name, directory.key, to.name),
  )
  left?.renamed(moved.volume, moved.key, to.path)
}

/** The directory as one whose names may be changed by the caller. */
function toChange(caller: Caller, directory: Node, path: string, what: 'file' | 'directory'): MemoryNode {
  if (directory.volume.readOnly) throw new FileError('EROFS', path)
  if (directory.volume instanceof GeneratedVolume && directory.volume.refusal[what] === 'ENOENT') {
    throw new FileError('ENOENT', path)
  }
  if (!allowed(caller, directory, mayWrite | mayExecute)) throw new FileError('EACCES', path)
  if (directory instanceof MemoryNode) return directory
  throw new FileError((directory.volume as GeneratedVolume).refusal[what], path)
}

/** Linux's `may_delete`. */
function mayRemove(
  caller: Caller,
  directory: Node,
  victim: Node,
  path: string,
  what: 'file' | 'directory',
  mounted: boolean,
): MemoryNode {
  if (!allowed(caller, directory, mayWrite | mayExecute)) throw new FileError('EACCES', path)
  if (sticks(caller, directory, victim)) throw new FileError('EPERM', path)
  if (what === 'directory' && victim.type !== 'directory') throw new FileError('ENOTDIR', path)
  if (what === 'file' && victim.type === 'directory') throw new FileError('EISDIR', path)
  if (mounted) throw new FileError('EBUSY', path)
  if (victim instanceof MemoryNode) return victim
  throw new FileError('EPERM', path)
}

/** A path that ends in no name of its own. */
export function isDots(name: string): boolean {
  return name === '.' || name === '..' || name === '/'
}

function naming<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof FileError) throw new FileError(error.code, path)
    throw error
  }
}
