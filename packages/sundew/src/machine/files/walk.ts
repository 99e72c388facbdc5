import { FileError, type ErrorCode } from './file-system.ts'
import type { Caller, Node } from './node.ts'
import { allowed, mayExecute, mayFollow } from './rights.ts'

const pathBytes = 4096
const nameBytes = 255
const mostLinks = 40

/** Where a path leads. */
export interface Place {
  /** Undefined where the last name is not there, though its directory is. */
  readonly node: Node | undefined
  readonly directory: Node
  /** The last name; `.`, `..` or `/` where the path ends in no name of its own. */
  readonly name: string
  /** The path ended in a slash: it has to be a directory. */
  readonly slash: boolean
  /** The directories on the way, the root first; the node itself, where it is one, is not among them. */
  readonly above: readonly Node[]
  /** Without links, `.` and `..`. */
  readonly path: string
}

/**
 * `follow`: the last name too; `create`: likewise, for a file that may have to be made; `keep`: not, unless a slash follows; `name`: never, for
 * what makes and removes names.
 */
export type Last = 'follow' | 'create' | 'keep' | 'name'

/** Follows a path as Linux does. @throws FileError ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG */
export function walk(root: Node, caller: Caller, path: string, last: Last): Place {
  const fail = (code: ErrorCode) => new FileError(code, path)
  if (path === '' || path.includes('\0')) throw fail('ENOENT')
  if (path.length >= pathBytes) throw fail('ENAMETOOLONG')
  let way: Node[] = [root]
  let names: string[] = []
  let slash = path.endsWith('/')
  let links = 0
  // What is to be followed, the next one last.
  const todo = parts(path)

  for (;;) {
    const name = todo.pop()
    const here = way.at(-1)!
    if (name === undefined) return end(way, names, '/', slash)
    if (here.type !== 'directory') throw fail('ENOTDIR')
    if (!allowed(caller, here, mayExecute)) throw fail('EACCES')
    if (name === '.' || name === '..') {
      if (name === '..' && way.length > 1) {
        way.pop()
        names.pop()
      }
      if (todo.length === 0) return end(way, names, name, slash)
      continue
    }
    if (name.length > nameBytes) throw fail('ENAMETOOLONG')
    const isLast = todo.length === 0
    if (isLast && slash && last === 'create') throw fail('EISDIR')
    const found = here.child(name, caller)
    const node = found === undefined ? undefined : uncovered(found)
    if (
      node?.type === 'link' &&
      (!isLast || last === 'follow' || last === 'create' || (last === 'keep' && slash))
    ) {
      if (++links > mostLinks) throw fail('ELOOP')
      if (isLast && !mayFollow(caller, here, node)) throw fail('EACCES')
      const target = node.target(caller)
      if (target === '') throw fail('ENOENT')
      if (isLast) slash ||= target.endsWith('/')
      todo.push(...parts(target))
      if (target.startsWith('/')) {
        way = [root]
        names = []
      }
      continue
    }
    if (isLast) {
      if (slash && last !== 'name' && node !== undefined && node.type !== 'directory') throw fail('ENOTDIR')
      return { node, directory: here, name, slash, above: way, path: `/${[...names, name].join('/')}` }
    }
    if (node === undefined) throw fail('ENOENT')
    if (node.type !== 'directory') throw fail('ENOTDIR')
    way.push(node)
    names.push(name)
  }
}

/** The root of what is mounted there, where something is. */
function uncovered(node: Node): Node {
  let at = node
  for (;;) {
    const volume = at.volume.covered.size > 0 ? at.volume.covered.get(at.key) : undefined
    if (volume === undefined) return at
    at = volume.root
  }
}

function end(way: Node[], names: string[], name: string, slash: boolean): Place {
  const node = way.at(-1)!
  return {
    node,
    directory: way.at(-2) ?? node,
    name,
    slash,
    above: way.length > 1 ? way.slice(0, -1) : way,
    path: `/${names.join('/')}`,
  }
}

/** The names of a path, the first one last. */
function parts(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '')
    .reverse()
}
