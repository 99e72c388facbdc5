/** Characters of a comment at most. */
const most = 300

/**
 * Somebody's text as a comment on one line: what controls a line, a terminal or the direction of writing is a blank, what is too long
 * is cut.
 */
export function oneLine(text: string): string {
  return text
    .slice(0, most)
    .replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim()
}
