import type { FileSystem } from '../files/file-system.ts'
import type { Happening } from '../happening.ts'

/** Of one file no more is kept: 16 MiB. */
export const mostKeptBytes = 16 * 1024 * 1024

/** Says that a file has come, where it has. */
export function keepUpload(
  files: FileSystem,
  path: string,
  via: string,
  happened: (happening: Happening) => void,
): void {
  const left = files.take(path)
  if (left === undefined) return
  happened({
    type: 'file',
    path: left.path,
    bytes: left.read(mostKeptBytes),
    via,
    partial: left.size > mostKeptBytes,
  })
}
