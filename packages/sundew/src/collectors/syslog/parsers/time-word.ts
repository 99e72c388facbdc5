import { isDigit } from '../../tail/scan.ts'

const [star, hyphen, dot, colon] = [0x2a, 0x2d, 0x2e, 0x3a]
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'

/** Whether line[from, to) is a word of a date or a time of day: `Nov`, `25`, `*22:37:16.000123`, `2026:11:25-22:37:16`. */
export function isTimeWord(line: Uint8Array, from: number, to: number): boolean {
  const start = line[from] === star || line[from] === dot ? from + 1 : from
  if (to - start === 3 && !isDigit(line[start]))
    return months.includes(String.fromCharCode(line[start]!, line[start + 1]!, line[start + 2]!))
  // What has dots alone is an address.
  let [dots, colons] = [0, 0]
  for (let at = start; at < to; at++) {
    const byte = line[at]!
    if (byte === dot) dots++
    else if (byte === colon) colons++
    else if (!isDigit(byte) && byte !== hyphen) return false
  }
  return to > start && (dots === 0 || colons > 0)
}
