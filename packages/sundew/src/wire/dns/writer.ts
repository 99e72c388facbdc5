import { headerBytes, messageLimit } from './message.ts'

/** Where a section's count stands in the header. */
const counts = { questions: 4, answers: 6, authorities: 8, additionals: 10 } as const
export type Section = keyof typeof counts

/**
 * Writes one message after the other into the same buffer. What does not fit is refused and leaves the message as it was.
 * Sections are written in their order (RFC 1035 §4.1); names are given in the form that messages have them.
 */
export class MessageWriter {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #limit = messageLimit
  #at = 0

  constructor() {
    this.#bytes = new Uint8Array(messageLimit)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Begins a message of so many bytes at most. */
  begin(id: number, flags: number, limit: number = messageLimit): this {
    this.#limit = Math.min(limit, messageLimit)
    this.#bytes.fill(0, 0, headerBytes)
    this.#view.setUint16(0, id)
    this.#view.setUint16(2, flags)
    this.#at = headerBytes
    return this
  }

  /** Bytes written. */
  get length(): number {
    return this.#at
  }

  get flags(): number {
    return this.#view.getUint16(2)
  }

  set flags(flags: number) {
    this.#view.setUint16(2, flags)
  }

  question(name: Uint8Array, type: number, dnsClass: number): boolean {
    if (this.#at + name.length + 4 > this.#limit) return false
    this.#bytes.set(name, this.#at)
    this.#at += name.length
    this.#word(type)
    this.#word(dnsClass)
    this.#count('questions')
    return true
  }

  record(
    section: Section,
    name: Uint8Array,
    type: number,
    dnsClass: number,
    ttl: number,
    data: Uint8Array,
  ): boolean {
    if (this.#at + name.length + 10 + data.length > this.#limit) return false
    this.#bytes.set(name, this.#at)
    this.#at += name.length
    this.#word(type)
    this.#word(dnsClass)
    this.#view.setUint32(this.#at, ttl)
    this.#at += 4
    this.#word(data.length)
    this.#bytes.set(data, this.#at)
    this.#at += data.length
    this.#count(section)
    return true
  }

  /** What was written: of the buffer itself, good until the next `begin`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#at)
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }

  #word(value: number): void {
    this.#view.setUint16(this.#at, value)
    this.#at += 2
  }

  #count(section: Section): void {
    this.#view.setUint16(counts[section], this.#view.getUint16(counts[section]) + 1)
  }
}
