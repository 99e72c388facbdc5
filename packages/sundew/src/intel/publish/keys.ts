/**
 * Texts of which only hashes are kept: a million of them in some 50 MB. Two of a million have the same hash once in
 * ten thousand times.
 */
export class KeySet {
  readonly #hashes = new Set<number>()

  /** @returns false where it was there already */
  add(text: string): boolean {
    const before = this.#hashes.size
    this.#hashes.add(keyHash(text))
    return this.#hashes.size > before
  }

  has(text: string): boolean {
    return this.#hashes.has(keyHash(text))
  }
}

const seeds = [Math.floor(Math.random() * 2 ** 32), Math.floor(Math.random() * 2 ** 32)] as const

/** A hash of 53 bits that is another in each process: nobody can choose a text that has the hash of somebody else's. */
export function keyHash(text: string): number {
  return hash53(text, ...seeds)
}

/** A hash of 53 bits, always the same, and not against anybody who looks for collisions. */
export function hash53(text: string, first = 0xdead_beef, second = 0x41c6_ce57): number {
  let [a, b] = [first, second]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    a = Math.imul(a ^ code, 0x9e37_79b1)
    b = Math.imul(b ^ code, 0x5f35_6495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85eb_ca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2_ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85eb_ca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2_ae35)
  return (b & 0x1f_ffff) * 0x1_0000_0000 + (a >>> 0)
}

/** {@link keyHash} of texts that come again and again: kept, as far as there are few. */
export function rememberedHash(): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const its = known.get(text)
    if (its !== undefined) return its
    const hash = keyHash(text)
    if (known.size >= 8_192) known.clear()
    known.set(text, hash)
    return hash
  }
}

/** Lines of a file that is told in pieces, without their ends; a line past the limit is left out. */
export function* linesOf(pieces: Iterable<Uint8Array> | undefined, longest = 65_536): Generator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let tooLong = false
  for (const piece of pieces ?? []) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!tooLong && line.length <= longest) yield line
      tooLong = false
    }
    if (rest.length > longest) {
      rest = ''
      tooLong = true
    }
  }
  if (rest !== '' && !tooLong) yield rest
}
