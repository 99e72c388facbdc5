/** Queries remembered; a later one takes the place of one with the same hash. */
const slots = 4_096
/** Longest client's address, with a zone. */
const longestClient = 64

/** Who asked last for a name: for logs that tell the client in the line of the query alone. A table of one size. */
export class RecentQueries {
  readonly #hashes = new Uint32Array(slots)
  readonly #lengths = new Uint8Array(slots)
  /** The clients' addresses, as the log had them. */
  readonly bytes = new Uint8Array((slots + 1) * longestClient)
  #last = -1

  /** `client` has asked for the name. */
  asked(line: Uint8Array, nameFrom: number, nameTo: number, from: number, to: number): void {
    const hash = hashOf(line, nameFrom, nameTo)
    const slot = hash % slots
    const length = Math.min(to - from, longestClient)
    this.#hashes[slot] = hash
    this.#lengths[slot] = length
    this.bytes.set(line.subarray(from, from + length), slot * longestClient)
    this.#last = slot
  }

  /** Whether it was asked for lately; who did is then {@link from} and {@link to}. */
  find(line: Uint8Array, from: number, to: number): boolean {
    const hash = hashOf(line, from, to)
    const slot = hash % slots
    if (this.#lengths[slot] === 0 || this.#hashes[slot] !== hash) return false
    this.#last = slot
    return true
  }

  /** Where in {@link bytes} stands who was found, or asked, last; from = to where nobody has asked. */
  get from(): number {
    return Math.max(0, this.#last) * longestClient
  }

  get to(): number {
    return this.#last < 0 ? 0 : this.from + this.#lengths[this.#last]!
  }
}

/** FNV-1a, of letters in lower case. */
function hashOf(line: Uint8Array, from: number, to: number): number {
  let hash = 0x811c_9dc5
  for (let at = from; at < to; at++) {
    let byte = line[at]!
    if (byte >= 0x41 && byte <= 0x5a) byte |= 0x20
    hash = Math.imul(hash ^ byte, 0x0100_0193)
  }
  return hash >>> 0
}
