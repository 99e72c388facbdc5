import { FileError } from './file-system.ts'
import { MemoryNode } from './memory-volume.ts'
import type { Caller, Node } from './node.ts'
import { allowed, inGroup, mayWrite } from './rights.ts'

/** A time that was asked for counts as "now" this near to it. */
const nowMs = 1500

/** @throws FileError EPERM, EROFS */
export function changeMode(caller: Caller, node: Node, path: string, mode: number): void {
  const file = toChange(node, path)
  if (caller.uid !== 0 && caller.uid !== file.uid) throw new FileError('EPERM', path)
  const inode = file.volume.inode(file.key)
  const keepsGroup = caller.uid === 0 || inGroup(caller, inode.gid)
  inode.mode = mode & (keepsGroup ? 0o7777 : 0o5777)
  inode.ctimeMs = file.volume.now()
}

/** -1 leaves one as it is. @throws FileError EPERM, EROFS */
export function changeOwner(caller: Caller, node: Node, path: string, uid: number, gid: number): void {
  const file = toChange(node, path)
  if (caller.uid !== 0) {
    const own = caller.uid === file.uid
    if (!own || (uid !== -1 && uid !== file.uid)) throw new FileError('EPERM', path)
    if (gid !== -1 && gid !== file.gid && !inGroup(caller, gid)) throw new FileError('EPERM', path)
  }
  const inode = file.volume.inode(file.key)
  if (uid !== -1) inode.uid = uid >>> 0
  if (gid !== -1) inode.gid = gid >>> 0
  if (inode.type !== 'directory') inode.mode &= (inode.mode & 0o010) === 0 ? ~0o4000 : ~0o6000
  inode.ctimeMs = file.volume.now()
}

/** @throws FileError EPERM, EACCES, EROFS */
export function changeTimes(
  caller: Caller,
  node: Node,
  path: string,
  atimeMs: number,
  mtimeMs: number,
): void {
  const file = toChange(node, path)
  const now = file.volume.now()
  if (caller.uid !== 0 && caller.uid !== file.uid) {
    const isNow = Math.abs(atimeMs - now) < nowMs && Math.abs(mtimeMs - now) < nowMs
    if (!isNow) throw new FileError('EPERM', path)
    if (!allowed(caller, file, mayWrite)) throw new FileError('EACCES', path)
  }
  const inode = file.volume.inode(file.key)
  inode.atimeMs = atimeMs
  inode.mtimeMs = mtimeMs
  inode.ctimeMs = now
}

function toChange(node: Node, path: string): MemoryNode {
  if (node.volume.readOnly) throw new FileError('EROFS', path)
  if (!(node instanceof MemoryNode)) throw new FileError('EPERM', path)
  return node
}
