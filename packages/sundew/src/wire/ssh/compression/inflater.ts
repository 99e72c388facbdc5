import {
  blockTables,
  codeLengthOrder,
  distances,
  fixedTables,
  huffman,
  lengths,
  type Huffman,
} from './deflate-tables.ts'

/** Why compressed bytes are none: `bad-data` is no deflate, `too-long` past `maxInflatedBytes`. */
export type InflateFault = 'bad-data' | 'too-long'

/** Bytes that one packet may grow to; a client's data are never more than what a packet can carry. */
export const maxInflatedBytes = 256 * 1024

/**
 * Expands a stream of zlib (RFC 1950, RFC 1951) whose packets may end within a block, even within a code: OpenSSH's clients flush so
 * (Z_PARTIAL_FLUSH), and node:zlib has nothing synchronous that goes on from there. One object is for one direction from one NEWKEYS to the next.
 */
export class Inflater {
  readonly #steps = this.#decode()
  readonly #window = new Uint8Array(windowBytes)
  #windowAt = 0
  /** Bytes of the window that are there to be copied. */
  #behind = 0
  #input: Uint8Array = new Uint8Array()
  #at = 0
  #bits = 0
  #bitCount = 0
  #out = new Uint8Array(1024)
  #length = 0
  #fault: InflateFault | undefined

  /** What `packet` holds, as a copy; or why it can't be told, which stays so. */
  expand(packet: Uint8Array): Uint8Array | InflateFault {
    this.#input = packet
    this.#at = 0
    this.#length = 0
    if (!this.#fault) {
      const { value, done } = this.#steps.next()
      if (done) this.#fault = value
    }
    this.#input = this.#input.subarray(0, 0)
    return this.#fault ?? this.#out.slice(0, this.#length)
  }

  /** Yields where it needs more bytes; ends with a fault, as a stream in SSH has no end. */
  *#decode(): Generator<undefined, InflateFault, undefined> {
    while (!this.#has(16)) yield
    const header = ((this.#bits & 0xff) << 8) | ((this.#bits >>> 8) & 0xff)
    this.#drop(16)
    // Deflate with a window of up to 32 KiB, the check of the header's 16 bits, no dictionary (RFC 1950 §2.2).
    if ((header & 0x0f00) !== 0x0800 || header >> 12 > 7 || header % 31 !== 0 || header & 0x20)
      return 'bad-data'
    for (;;) {
      while (!this.#has(3)) yield
      const last = this.#bits & 1
      const type = (this.#bits >>> 1) & 3
      this.#drop(3)
      let fault: InflateFault | undefined
      if (type === 0) fault = yield* this.#stored()
      else if (type === 1) fault = yield* this.#codes(fixedTables.literals, fixedTables.distances)
      else if (type === 2) {
        const tables = yield* this.#dynamic()
        fault = tables ? yield* this.#codes(tables.literals, tables.distances) : 'bad-data'
      } else fault = 'bad-data'
      if (fault) return fault
      if (last) return 'bad-data'
    }
  }

  *#stored(): Generator<undefined, InflateFault | undefined, undefined> {
    this.#drop(this.#bitCount & 7)
    while (!this.#has(16)) yield
    let left = this.#bits & 0xffff
    this.#drop(16)
    while (!this.#has(16)) yield
    const complement = this.#bits & 0xffff
    this.#drop(16)
    if ((left ^ complement) !== 0xffff) return 'bad-data'
    for (; left > 0; left--) {
      while (!this.#has(8)) yield
      if (!this.#put(this.#bits & 0xff)) return 'too-long'
      this.#drop(8)
    }
    return undefined
  }

  /** Literals, and copies of what was before, until the block's end. */
  *#codes(
    literalTable: Huffman,
    distanceTable: Huffman,
  ): Generator<undefined, InflateFault | undefined, undefined> {
    for (;;) {
      const symbol = yield* this.#symbol(literalTable)
      if (symbol < 0 || symbol > 285) return 'bad-data'
      if (symbol < 256) {
        if (!this.#put(symbol)) return 'too-long'
        continue
      }
      if (symbol === 256) return undefined
      const length = lengths[symbol - 257]!
      while (!this.#has(length.bits)) yield
      let left = length.base + this.#take(length.bits)
      const code = yield* this.#symbol(distanceTable)
      const distance = distances[code]
      if (!distance) return 'bad-data'
      while (!this.#has(distance.bits)) yield
      const back = distance.base + this.#take(distance.bits)
      if (back > this.#behind) return 'bad-data'
      for (; left > 0; left--) {
        if (!this.#put(this.#window[(this.#windowAt - back) & (windowBytes - 1)]!)) return 'too-long'
      }
    }
  }

  /** A block's own tables (RFC 1951 §3.2.7). */
  *#dynamic(): Generator<undefined, ReturnType<typeof blockTables>, undefined> {
    while (!this.#has(14)) yield
    const literals = this.#take(5) + 257
    const total = literals + this.#take(5) + 1
    const count = this.#take(4) + 4
    const codeLengths = new Uint8Array(19)
    for (let i = 0; i < count; i++) {
      while (!this.#has(3)) yield
      codeLengths[codeLengthOrder[i]!] = this.#take(3)
    }
    const table = huffman(codeLengths)
    const all = new Uint8Array(total)
    for (let at = 0; at < total;) {
      const symbol = table ? yield* this.#symbol(table) : -1
      if (symbol < 0) return undefined
      if (symbol < 16) {
        all[at++] = symbol
        continue
      }
      const bits = symbol === 16 ? 2 : symbol === 17 ? 3 : 7
      while (!this.#has(bits)) yield
      const repeat = this.#take(bits) + (symbol === 18 ? 11 : 3)
      if (at + repeat > total || (symbol === 16 && at === 0)) return undefined
      all.fill(symbol === 16 ? all[at - 1]! : 0, at, at + repeat)
      at += repeat
    }
    return blockTables(all.subarray(0, literals), all.subarray(literals))
  }

  /** The next code's symbol, -1 where there is none such: bit after bit, as a packet may end at any. */
  *#symbol({ counts, symbols }: Huffman): Generator<undefined, number, undefined> {
    let code = 0
    let first = 0
    let index = 0
    for (let bits = 1; bits <= 15; bits++) {
      while (!this.#has(1)) yield
      code |= this.#take(1)
      const count = counts[bits]!
      if (code - count < first) return symbols[index + code - first]!
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    return -1
  }

  /** Loads bytes until there are `count` bits, at most 16; false where the packet has no more. */
  #has(count: number): boolean {
    while (this.#bitCount < count) {
      if (this.#at === this.#input.length) return false
      this.#bits |= this.#input[this.#at++]! << this.#bitCount
      this.#bitCount += 8
    }
    return true
  }

  #take(count: number): number {
    const value = this.#bits & ((1 << count) - 1)
    this.#drop(count)
    return value
  }

  #drop(count: number): void {
    this.#bits >>>= count
    this.#bitCount -= count
  }

  #put(byte: number): boolean {
    if (this.#length === maxInflatedBytes) return false
    if (this.#length === this.#out.length) {
      const larger = new Uint8Array(2 * this.#out.length)
      larger.set(this.#out)
      this.#out = larger
    }
    this.#out[this.#length++] = byte
    this.#window[this.#windowAt] = byte
    this.#windowAt = (this.#windowAt + 1) & (windowBytes - 1)
    if (this.#behind < windowBytes) this.#behind++
    return true
  }
}

const windowBytes = 32 * 1024
