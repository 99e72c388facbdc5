import type { Tool } from '../../common/tool.ts'
import { FileError } from '../../../files/file-system.ts'

/** Lines of a small file; none where it is not there. */
export function linesIn(t: Tool, path: string): string[] {
  try {
    const text = Buffer.from(t.files.read(path)).toString('latin1')
    return text.split('\n').filter((line) => line !== '')
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    return []
  }
}
