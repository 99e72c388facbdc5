import { formatColumnAddress } from '../../match/parse-address.ts'
import { type LineCounts, LineSender } from './sender.ts'

/** Senders that are known at once, in sets of so many: whoever sends under forged addresses crowds out few of the others. */
const sets = 1_024
const ways = 4
/** Who was not heard for so long gives way first. */
const goneMs = 60 * 60_000

/** Senders by address, a bounded number of them. In a full set the one with the fewest lines makes room. */
export class SenderTable {
  readonly #allowed: ((address: string) => boolean) | undefined
  readonly #places: (LineSender | undefined)[] = Array.from({ length: sets * ways })
  readonly #gone: (sender: LineSender) => void
  /** Senders that made room, and what became of their lines. */
  readonly others: LineCounts & { senders: number } = {
    senders: 0,
    lines: 0,
    told: 0,
    other: 0,
    unparsed: 0,
    ignored: 0,
  }

  /**
   * @param allowed whom to listen to; everybody where not given
   * @param gone called with who makes room for another
   */
  constructor(allowed?: (address: string) => boolean, gone: (sender: LineSender) => void = () => {}) {
    this.#allowed = allowed
    this.#gone = gone
  }

  /** Of a datagram: the address's 16 bytes begin at `at`. */
  find(view: DataView, at: number, now: number): LineSender {
    return this.#find(
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getUint32(at + 8, true),
      view.getUint32(at + 12, true),
      now,
    )
  }

  /** By the words of an address column. */
  of(words: Uint32Array, now: number): LineSender {
    return this.#find(words[0]!, words[1]!, words[2]!, words[3]!, now)
  }

  *[Symbol.iterator](): Iterator<LineSender> {
    for (const sender of this.#places) if (sender) yield sender
  }

  #find(a: number, b: number, c: number, d: number, now: number): LineSender {
    const mixed = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ d, 0x85eb_ca6b), 0xc2b2_ae35), 0x9e37_79b1)
    const first = ((mixed >>> 16) & (sets - 1)) * ways
    for (let place = first; place < first + ways; place++) {
      const sender = this.#places[place]
      if (!sender) return (this.#places[place] = this.#make(a, b, c, d, now))
      const { words } = sender
      if (words[3] === d && words[2] === c && words[1] === b && words[0] === a) {
        sender.seenAt = now
        return sender
      }
    }
    return this.#replace(first, this.#make(a, b, c, d, now), now)
  }

  #replace(first: number, sender: LineSender, now: number): LineSender {
    let [least, leastLines] = [first, Infinity]
    for (let place = first; place < first + ways; place++) {
      const { seenAt, lines } = this.#places[place]!
      const weight = now - seenAt > goneMs ? -1 : lines
      if (weight >= leastLines) continue
      least = place
      leastLines = weight
    }
    const former = this.#places[least]!
    this.#places[least] = sender
    const { others } = this
    others.senders++
    for (const count of counts) others[count] += former[count]
    this.#gone(former)
    return sender
  }

  #make(a: number, b: number, c: number, d: number, now: number): LineSender {
    const words = Uint32Array.of(a, b, c, d)
    const sender = new LineSender(words, this.#allowed?.(formatColumnAddress(words, 0)) ?? true)
    sender.seenAt = now
    return sender
  }
}

const counts = ['lines', 'told', 'other', 'unparsed', 'ignored'] as const
