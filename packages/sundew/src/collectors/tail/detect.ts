import type { LineParser } from './parser.ts'

/** Lines looked at; a system's log may hold many of other programs. */
const mostLines = 200
/** Bytes of a line: none that tells a format is longer. */
const longestLine = 16_384

/** The format that most of these lines are of; undefined where no line is of any. */
export function detect(
  parsers: readonly LineParser[],
  bytes: Uint8Array,
  from: number,
  to: number,
): LineParser | undefined {
  const counts = parsers.map(() => 0)
  let at = from
  for (let line = 0; line < mostLines && at < to; line++) {
    const found = bytes.indexOf(0x0a, at)
    const end = found < 0 || found > to ? to : found
    if (end > at && end - at <= longestLine)
      for (const [index, parser] of parsers.entries()) if (parser.accepts(bytes, at, end)) counts[index]!++
    at = end + 1
  }
  const most = Math.max(...counts)
  return most > 0 ? parsers[counts.indexOf(most)] : undefined
}
