/** Up to here, comparing texts is quicker than sorting by their words. */
const few = 24

/**
 * The order of texts by their bytes, a text before those that begin with it; equal ones stay in their order. Bytes are not
 * zero. By four of them at once as words, and those that share them by the next four.
 *
 * @param from text n is bytes[from[n]] to before bytes[from[n + 1]]
 */
export function sortTexts(bytes: Uint8Array, from: Uint32Array): Uint32Array {
  const count = from.length - 1
  // Pairs of a number and a word above it, so that sorting by 64 bits sorts by word, then number.
  const pairs = new BigUint64Array(count)
  const words = new Uint32Array(pairs.buffer)
  for (let text = 0; text < count; text++) words[text * 2] = text
  const open: { readonly low: number; readonly high: number; readonly depth: number }[] = []
  if (count > 1) open.push({ low: 0, high: count, depth: 0 })
  for (let part = open.pop(); part; part = open.pop()) {
    const { low, high, depth } = part
    if (high - low <= few) {
      sortFew(bytes, from, words, low, high, depth)
      continue
    }
    for (let at = low; at < high; at++) {
      const text = words[at * 2]!
      words[at * 2 + 1] = wordAt(bytes, from[text]! + depth, from[text + 1]!)
    }
    pairs.subarray(low, high).sort()
    for (let at = low; at < high;) {
      const word = words[at * 2 + 1]!
      let end = at + 1
      while (end < high && words[end * 2 + 1] === word) end++
      // Where its last byte is 0, the text has ended, and all of them are the same.
      if (end - at > 1 && (word & 0xff) !== 0) open.push({ low: at, high: end, depth: depth + 4 })
      at = end
    }
  }
  return Uint32Array.from({ length: count }, (_, at) => words[at * 2]!)
}

/** Whether two texts are the same. */
export function sameText(bytes: Uint8Array, from: Uint32Array, a: number, b: number): boolean {
  let [x, y] = [from[a]!, from[b]!]
  const end = from[a + 1]!
  if (end - x !== from[b + 1]! - y) return false
  while (x < end) if (bytes[x++] !== bytes[y++]) return false
  return true
}

/** Four bytes, 0 past the end. */
function wordAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end)
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  let word = 0
  for (let byte = 0; byte < 4; byte++) word = word * 256 + (at + byte < end ? bytes[at + byte]! : 0)
  return word
}

function sortFew(
  bytes: Uint8Array,
  from: Uint32Array,
  words: Uint32Array,
  low: number,
  high: number,
  depth: number,
): void {
  for (let next = low + 1; next < high; next++) {
    const text = words[next * 2]!
    let at = next
    for (; at > low && isAfter(bytes, from, words[at * 2 - 2]!, text, depth); at--)
      words[at * 2] = words[at * 2 - 2]!
    words[at * 2] = text
  }
}

/** Whether text a comes after b, or is the same and was after it; what stands before `depth` is the same. */
function isAfter(bytes: Uint8Array, from: Uint32Array, a: number, b: number, depth: number): boolean {
  let [x, y] = [from[a]! + depth, from[b]! + depth]
  const [xEnd, yEnd] = [from[a + 1]!, from[b + 1]!]
  while (x < xEnd && y < yEnd) {
    const difference = bytes[x++]! - bytes[y++]!
    if (difference !== 0) return difference > 0
  }
  return x < xEnd || (y === yEnd && a > b)
}
