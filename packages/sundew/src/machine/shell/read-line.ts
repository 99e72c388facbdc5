import { abortable } from './abort.ts'
import type { Shell } from './shell.ts'
import type { Stream } from './stream.ts'

/** A line that `read` or a script's input may have. */
export const maxLineBytes = 1024 * 1024

/**
 * One line with its newline; less at the end of the input; undefined where nothing is left. What follows stays in the stream, so that whoever
 * reads next gets it.
 */
export async function readLine(
  shell: Shell,
  stream: Stream,
  delimiter = '\n',
  max = maxLineBytes,
): Promise<string | undefined> {
  let line = ''
  for (;;) {
    const part = await abortable(stream.take(), shell.signal)
    if (part === undefined) return line === '' ? undefined : line
    const end = part.indexOf(delimiter)
    if (end >= 0) {
      stream.unread(part.slice(end + 1))
      return line + part.slice(0, end + 1)
    }
    line += part
    if (line.length >= max) {
      stream.unread(line.slice(max))
      return line.slice(0, max)
    }
  }
}
