import type { Seen } from '../parser.ts'
import { indexOf, lastIndexOf } from '../scan.ts'

const dot = 0x2e
const backslash = 0x5c

/**
 * Tells a name as BIND writes it: `\.` is a dot within a label, so that `a\.bad.example` is no name below `bad.example`. Of such a
 * name only what stands behind that label is told, which is what it can be listed by.
 */
export function tellEscapedName(line: Uint8Array, from: number, to: number, into: Seen): void {
  let start = from
  if (indexOf(line, from, to, backslash) >= 0) {
    let at = to
    while ((at = lastIndexOf(line, from, at, dot)) > from) {
      if (line[at - 1] !== backslash || isEscaped(line, from, at - 1)) continue
      const end = indexOf(line, at + 1, to, dot)
      if (end < 0) return
      start = end + 1
      break
    }
  }
  if (start < to) into.name(line, start, to)
}

/** Whether this backslash is itself one that is escaped: `\\`. */
function isEscaped(line: Uint8Array, from: number, at: number): boolean {
  let count = 0
  for (let before = at - 1; before >= from && line[before] === backslash; before--) count++
  return count % 2 === 1
}
