import { FileError, type FileSystem } from '../files/file-system.ts'

const mostLinks = 32

/**
 * `realpath` as sftp-server has its own: name by name, so what is last need not be there, and `file/` and `file/.` pass. @throws FileError
 */
export function resolveLoosely(files: FileSystem, path: string): string {
  let left = path.slice(1)
  let resolved = ''
  let links = 0
  while (left !== '') {
    const slash = left.indexOf('/')
    const name = slash < 0 ? left : left.slice(0, slash)
    left = slash < 0 ? '' : left.slice(slash + 1)
    if (name === '' || name === '.') continue
    const above = resolved
    if (name === '..') {
      resolved = above.slice(0, Math.max(0, above.lastIndexOf('/')))
      continue
    }
    resolved = `${above}/${name}`
    const type = typeOf(files, resolved, slash < 0)
    if (type === undefined) return resolved
    if (type !== 'link') continue
    if (++links > mostLinks) throw new FileError('ELOOP', path)
    const target = files.readLink(resolved)
    resolved = target.startsWith('/') ? '' : above
    left = slash < 0 ? target : `${target}/${left}`
    if (left.length >= 4096) throw new FileError('ENAMETOOLONG', path)
  }
  return resolved === '' ? '/' : resolved
}

/** Undefined where it is not there, and need not be. */
function typeOf(files: FileSystem, path: string, isLast: boolean): string | undefined {
  try {
    return files.lstat(path).type
  } catch (error) {
    if (isLast && error instanceof FileError && error.code === 'ENOENT') return undefined
    throw error
  }
}
