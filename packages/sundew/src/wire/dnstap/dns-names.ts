/** Why a DNS message was not read. */
export type DnsFault =
  /** Shorter than its header says. */
  | 'cut'
  /** A name that is longer than 255 bytes, points forward, or has a label of an unknown kind. */
  | 'bad-name'

/** Records of an answer that are looked at. */
/** Pointers followed in one name: as many as it can have labels. */
const mostPointers = 127
const mostRecords = 64
/** Bytes of a name on the wire (RFC 1035 §2.3.4). */
const longestName = 255
const typeA = 1
const typeAaaa = 28
const typeCname = 5
const classIn = 1
const [dot, backslash] = [0x2e, 0x5c]

/** What is in a DNS message that can be listed. Bytes are good until the call returns. */
export interface DnsHearer {
  /** The name asked for; as text, in lower case, without a final dot. */
  question(bytes: Uint8Array, from: number, to: number): void
  /** A name that an answer points to. */
  name(bytes: Uint8Array, from: number, to: number): void
  /** An address in an answer: 4 or 16 bytes. */
  address(bytes: Uint8Array, from: number, length: 4 | 16): void
}

/** Reads the first question and the answers of DNS messages (RFC 1035 §4), as far as they hold names and addresses. */
export class DnsNames {
  /** A byte that is no letter, digit, `-` or `_` is told as `\DDD`: four times as long at most. */
  readonly #text = new Uint8Array(longestName * 4)
  #length = 0
  #at = 0
  /** The response code of the message that was read last (RFC 1035 §4.1.1). */
  rcode = 0

  /** Tells what bytes[from, to) holds. What comes before the fault has been told. */
  read(bytes: Uint8Array, from: number, to: number, into: DnsHearer): DnsFault | undefined {
    if (to - from < 12) return 'cut'
    const questions = uint16(bytes, from + 4)
    const answers = Math.min(uint16(bytes, from + 6), mostRecords)
    this.rcode = bytes[from + 3]! & 15
    this.#at = from + 12
    for (let question = 0; question < Math.min(questions, 1); question++) {
      const fault = this.#name(bytes, from, to)
      if (fault) return fault
      if (this.#length > 0) into.question(this.#text, 0, this.#length)
      this.#at += 4
    }
    // More than one question is nothing that anybody answers.
    if (questions > 1) return undefined
    for (let record = 0; record < answers; record++) {
      const fault = this.#record(bytes, from, to, into)
      if (fault) return fault
    }
    return this.#at > to ? 'cut' : undefined
  }

  #record(bytes: Uint8Array, from: number, to: number, into: DnsHearer): DnsFault | undefined {
    const fault = this.#name(bytes, from, to)
    if (fault) return fault
    const at = this.#at
    if (to - at < 10) return 'cut'
    const type = uint16(bytes, at)
    const length = uint16(bytes, at + 8)
    const data = at + 10
    if (to - data < length) return 'cut'
    if (uint16(bytes, at + 2) === classIn) {
      if (type === typeA && length === 4) into.address(bytes, data, 4)
      else if (type === typeAaaa && length === 16) into.address(bytes, data, 16)
      else if (type === typeCname) {
        this.#at = data
        const bad = this.#name(bytes, from, to)
        if (bad) return bad
        if (this.#length > 0) into.name(this.#text, 0, this.#length)
      }
    }
    this.#at = data + length
    return undefined
  }

  /** The name at the place where reading is, as text; reading goes on behind it. */
  #name(bytes: Uint8Array, from: number, to: number): DnsFault | undefined {
    const text = this.#text
    this.#length = 0
    let wire = 1
    let jumps = 0
    let at = this.#at
    let end = -1
    for (;;) {
      if (at >= to) return 'cut'
      const length = bytes[at]!
      if (length === 0) break
      if (length >= 0xc0) {
        if (at + 1 >= to) return 'cut'
        const target = from + (((length & 0x3f) << 8) | bytes[at + 1]!)
        // Always backward, so that it ends.
        if (target >= at || ++jumps > mostPointers) return 'bad-name'
        if (end < 0) end = at + 2
        at = target
        continue
      }
      if (length > 63 || (wire += length + 1) > longestName) return 'bad-name'
      if (at + 1 + length > to) return 'cut'
      if (this.#length > 0) text[this.#length++] = dot
      for (let index = at + 1; index <= at + length; index++) this.#put(bytes[index]!)
      at += length + 1
    }
    this.#at = end < 0 ? at + 1 : end
    return undefined
  }

  #put(byte: number): void {
    const text = this.#text
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    const plain = (lower >= 0x61 && lower <= 0x7a) || (lower >= 0x30 && lower <= 0x39)
    if (plain || lower === 0x2d || lower === 0x5f) {
      text[this.#length++] = lower
      return
    }
    // RFC 1035 §5.1: a dot within a label is not one between labels.
    text[this.#length++] = backslash
    text[this.#length++] = 0x30 + Math.floor(byte / 100)
    text[this.#length++] = 0x30 + (Math.floor(byte / 10) % 10)
    text[this.#length++] = 0x30 + (byte % 10)
  }
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}
