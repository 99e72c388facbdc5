import type { Caller, Node } from './node.ts'

/** As in the mode's bits. */
export const mayRead = 4
export const mayWrite = 2
export const mayExecute = 1

/** Whether Linux would let them: user 0 all but run what nobody may run. */
export function allowed(caller: Caller, node: Node, wanted: number): boolean {
  if (caller.uid === 0) {
    return (wanted & mayExecute) === 0 || node.type === 'directory' || (node.mode & 0o111) !== 0
  }
  const shift = caller.uid === node.uid ? 6 : inGroup(caller, node.gid) ? 3 : 0
  return ((node.mode >> shift) & wanted) === wanted
}

export function inGroup(caller: Caller, gid: number): boolean {
  return caller.gid === gid || caller.groups.includes(gid)
}

/** In a sticky directory only the owner of the file or of the directory may remove it. */
export function sticks(caller: Caller, directory: Node, victim: Node): boolean {
  return (
    (directory.mode & 0o1000) !== 0 &&
    caller.uid !== 0 &&
    caller.uid !== victim.uid &&
    caller.uid !== directory.uid
  )
}

/** fs.protected_symlinks: in a directory like /tmp only one's own links, or those of its owner, lead anywhere. */
export function mayFollow(caller: Caller, directory: Node, link: Node): boolean {
  if ((directory.mode & 0o1002) !== 0o1002) return true
  return caller.uid === link.uid || directory.uid === link.uid
}

/** fs.protected_regular and protected_fifos: in a directory like /tmp `>` does not open somebody else's file, not even for user 0. */
export function mayReuse(caller: Caller, directory: Node, file: Node): boolean {
  if ((directory.mode & 0o1000) === 0 || (directory.mode & 0o022) === 0) return true
  return caller.uid === file.uid || directory.uid === file.uid
}
