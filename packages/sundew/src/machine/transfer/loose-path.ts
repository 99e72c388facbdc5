import { FileError, type FileSystem } from '../files/file-system.ts'

/** `realpath(3)`, but what is last in the path need not be there. @throws FileError */
export function resolveLoosely(files: FileSystem, path: string): string {
  try {
    return files.realPath(path)
  } catch (error) {
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    const isMissing = error instanceof FileError && error.code === 'ENOENT'
    if (!isMissing || name === '' || name === '.' || name === '..') throw error
    const above = files.realPath(path.slice(0, slash) || '/')
    try {
      // A link that leads nowhere: its target is what need not be there.
      const target = files.readLink(path)
      return resolveLoosely(files, target.startsWith('/') ? target : `${above}/${target}`)
    } catch (second) {
      if (!(second instanceof FileError) || second.code !== 'ENOENT') throw second
    }
    return `${above === '/' ? '' : above}/${name}`
  }
}
