import { longestLine } from './limits.ts'

const [lf, equals, space] = [0x0a, 0x3d, 0x20]
/** Longest field that is looked into; the rest of a longer one is skipped. */
const longestName = 64
/** Bytes of a field's length (systemd's "Journal Export Format": 64 bits, little-endian). */
const lengthBytes = 8
const fields = {
  time: bytesOf('__REALTIME_TIMESTAMP'),
  source: bytesOf('_SOURCE_REALTIME_TIMESTAMP'),
  host: bytesOf('_HOSTNAME'),
  program: bytesOf('SYSLOG_IDENTIFIER'),
  number: bytesOf('SYSLOG_PID'),
  process: bytesOf('_PID'),
  message: bytesOf('MESSAGE'),
}
const beginning = bytesOf('__CURSOR=')
const otherBeginning = bytesOf('__REALTIME_TIMESTAMP=')

/** Who hears of entries. */
export interface EntryHost {
  /** One entry as a line `PROGRAM[PID]: MESSAGE`, the number where the kernel did not write it, whose host's name stands before `from`. `time` is ms since 1970, NaN where it is not told. */
  entry(bytes: Uint8Array, host: number, from: number, to: number, time: number): void
}

/** Whether a stream or a file is journald's export, by its beginning; undefined where more must come to tell. */
export function isJournal(bytes: Uint8Array, from: number, to: number): boolean | undefined {
  let open = false
  for (const word of [beginning, otherBeginning]) {
    let same = 0
    while (same < word.length && from + same < to && bytes[from + same] === word[same]) same++
    if (same === word.length) return true
    if (from + same === to) open = true
  }
  return open ? undefined : false
}

/**
 * Reads journald's export (systemd's "Journal Export Format"; `journalctl -o export`): fields `NAME=value` or, of other bytes,
 * `NAME`, length and value; an empty line ends the entry. What is kept of one is its message, program, host and time.
 */
export class JournalEntries {
  readonly #host: EntryHost
  /** Host's name, then `PROGRAM: MESSAGE`: room for the longest message. */
  readonly #line = new Uint8Array(2 * 256 + longestLine)
  readonly #hostName = new Uint8Array(256)
  #hostLength = 0
  readonly #program = new Uint8Array(256)
  #programLength = 0
  readonly #number = new Uint8Array(16)
  #numberLength = 0
  #message = new Uint8Array(0)
  #messageLength = -1
  #time = Number.NaN
  /** Bytes of a value that is not looked at, still to come. */
  #skip = 0
  /** The rest of a text field that is too long is skipped. */
  #skipping = false

  constructor(host: EntryHost) {
    this.#host = host
  }

  /** Bytes taken of an entry that has not ended: whoever goes on later begins so many earlier. */
  pending = 0

  /** Takes bytes[from, to); returns where what is left begins, for which it wants more behind. */
  take(bytes: Uint8Array, from: number, to: number): number {
    this.#begun = from - this.pending
    const left = this.#take(bytes, from, to)
    this.pending = left - this.#begun
    return left
  }

  /** Where the entry at hand began, in the bytes that are being taken: before them where it is negative. */
  #begun = 0

  #take(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    while (at < to) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, to - at)
        this.#skip -= skipped
        at += skipped
        continue
      }
      const found = bytes.indexOf(lf, at)
      const end = found < 0 || found >= to ? to : found
      if (this.#skipping) {
        this.#skipping = end === to
        at = Math.min(to, end + 1)
        continue
      }
      if (end === to) {
        if (to - at <= longestLine) return at
        this.#field(bytes, at, to)
        this.#skipping = true
        return to
      }
      if (end === at) {
        this.#ended()
        this.#begun = end + 1
      } else {
        const value = bytes.subarray(at, Math.min(end, at + longestName)).indexOf(equals)
        if (value < 0 && end - at <= longestName) {
          const next = this.#binary(bytes, at, end, to)
          if (next < 0) return at
          at = next
          continue
        }
        this.#field(bytes, at, end)
      }
      at = end + 1
    }
    return at
  }

  /** A field of any bytes; returns behind it, -1 where it is not whole. */
  #binary(bytes: Uint8Array, name: number, nameEnd: number, to: number): number {
    const start = nameEnd + 1 + lengthBytes
    if (start > to) return -1
    let length = 0
    for (let index = lengthBytes - 1; index >= 0; index--) length = length * 256 + bytes[nameEnd + 1 + index]!
    const kept = Math.min(length, longestLine - nameEnd + name - lengthBytes - 2)
    if (to - start < kept) return -1
    this.#set(bytes, name, nameEnd, start, start + kept)
    // Its value, and a newline.
    const end = start + length + 1
    if (end <= to) return end
    this.#skip = Math.min(end - to, Number.MAX_SAFE_INTEGER)
    return to
  }

  #field(bytes: Uint8Array, from: number, to: number): void {
    const value = bytes.subarray(from, Math.min(to, from + longestName)).indexOf(equals)
    if (value > 0) this.#set(bytes, from, from + value, from + value + 1, to)
  }

  #set(bytes: Uint8Array, name: number, nameEnd: number, from: number, to: number): void {
    if (is(bytes, name, nameEnd, fields.message)) {
      const length = Math.min(to - from, longestLine)
      if (this.#message.length < length) this.#message = new Uint8Array(Math.max(length, 1_024))
      this.#message.set(bytes.subarray(from, from + length))
      this.#messageLength = length
    } else if (is(bytes, name, nameEnd, fields.host)) this.#hostLength = copy(bytes, from, to, this.#hostName)
    else if (is(bytes, name, nameEnd, fields.program))
      this.#programLength = copy(bytes, from, to, this.#program)
    else if (is(bytes, name, nameEnd, fields.number) || is(bytes, name, nameEnd, fields.process))
      this.#numberLength = digits(bytes, from, to, this.#number)
    else if (is(bytes, name, nameEnd, fields.source)) this.#time = microseconds(bytes, from, to)
    else if (is(bytes, name, nameEnd, fields.time) && Number.isNaN(this.#time))
      this.#time = microseconds(bytes, from, to)
  }

  #ended(): void {
    if (this.#messageLength >= 0) {
      const line = this.#line
      line.set(this.#hostName.subarray(0, this.#hostLength))
      const from = this.#hostLength
      let at = from
      if (this.#programLength > 0) {
        line.set(this.#program.subarray(0, this.#programLength), at)
        at += this.#programLength
        if (this.#numberLength > 0) {
          line[at++] = 0x5b
          line.set(this.#number.subarray(0, this.#numberLength), at)
          at += this.#numberLength
          line[at++] = 0x5d
        }
        line[at++] = 0x3a
        line[at++] = space
      }
      const length = Math.min(this.#messageLength, longestLine - (at - from))
      line.set(this.#message.subarray(0, length), at)
      this.#host.entry(line, 0, from, at + length, this.#time)
    }
    this.#hostLength = this.#programLength = this.#numberLength = 0
    this.#messageLength = -1
    this.#time = Number.NaN
  }
}

function copy(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  const length = Math.min(to - from, into.length - 1)
  into.set(bytes.subarray(from, from + length))
  return length
}

/** A number's digits: 0 where it is none, or too long. */
function digits(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  if (to - from > into.length) return 0
  for (let at = from; at < to; at++) if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return 0
  into.set(bytes.subarray(from, to))
  return to - from
}

function is(bytes: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  if (to - from !== name.length) return false
  for (let index = 0; index < name.length; index++) if (bytes[from + index] !== name[index]) return false
  return true
}

function microseconds(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 13 || to - from > 17) return Number.NaN
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return Math.floor(value / 1_000)
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
