import { classes, types } from '../../wire/dns/codes.ts'
import { encodeName } from '../../wire/dns/name.ts'
import { parseAddress } from '../../match/parse-address.ts'
import type { ZoneHead } from '../../intel/publish/bind-rpz/head.ts'

/** A message of a transfer grows to so many bytes, signature and all. */
export const transferBytes = 32_768
/** Different data of records that are remembered: actions are few. */
const dataLimit = 64
const headerBytes = 12
const [space, dot, at, lf] = [0x20, 0x2e, 0x40, 0x0a]

/** What a zone's file says that it must not say. */
export class BadZoneError extends Error {
  override readonly name = 'BadZoneError'
}

/**
 * Packs records that stand in lines (`intel/publish/bind-rpz`) into messages. Each message repeats the question (RFC 5936 §2.2.1), so that
 * the zone's name stands at byte 12 and owners point there.
 */
export class Packing {
  readonly #bytes = Buffer.alloc(transferBytes)
  readonly #limit: number
  readonly #ttl: number
  readonly #data = new Map<string, Buffer>()
  readonly #begin: number
  #end: number
  #count = 0

  /** @param room bytes left for what comes behind the records: OPT and signature */
  constructor(id: number, flags: number, zone: string, type: number, ttl: number, room: number) {
    this.#limit = transferBytes - room
    this.#ttl = ttl
    const name = encodeName(zone)
    if (!name) throw new BadZoneError(`${zone} is no name`)
    this.#bytes.writeUInt16BE(id, 0)
    this.#bytes.writeUInt16BE(flags, 2)
    this.#bytes.writeUInt16BE(1, 4)
    this.#bytes.set(name, headerBytes)
    this.#bytes.writeUInt16BE(type, headerBytes + name.length)
    this.#bytes.writeUInt16BE(classes.internet, headerBytes + name.length + 2)
    this.#begin = this.#end = headerBytes + name.length + 4
  }

  /** Records in the message. */
  get count(): number {
    return this.#count
  }

  /** The zone's own record with the serial; false where the message is full. */
  soa(head: ZoneHead): boolean {
    return this.#record(this.#apex(this.#end), types.soa, soaData(head))
  }

  /** The zone's name server. */
  ns(): boolean {
    return this.#record(this.#apex(this.#end), types.ns, localhost)
  }

  /**
   * The record in a line: owner, type and data, each one space from the next.
   *
   * @returns false where the message is full
   * @throws BadZoneError where it is no such line
   */
  line(line: Buffer, from: number, to: number): boolean {
    const ownerEnd = line.indexOf(space, from)
    if (ownerEnd < 0 || ownerEnd >= to || ownerEnd - from > 253) throw badLine(line, from, to)
    if (this.#end + (ownerEnd - from) + 3 > this.#limit) return false
    const type = line[ownerEnd + 1]
    const key = line.toString('latin1', ownerEnd + 1, to)
    let data = this.#data.get(key)
    if (!data) {
      data = dataOf(key) ?? undefined
      if (!data) throw badLine(line, from, to)
      if (this.#data.size < dataLimit) this.#data.set(key, data)
    }
    const code = type === 0x43 ? types.cname : data.length === 4 ? types.a : types.aaaa
    const nameEnd = this.#owner(line, from, ownerEnd)
    if (nameEnd < 0) throw badLine(line, from, to)
    return this.#record(nameEnd, code, data)
  }

  /** The message as it is; what comes next begins a new one. */
  take(): Buffer {
    this.#bytes.writeUInt16BE(this.#count, 6)
    const message = Buffer.from(this.#bytes.subarray(0, this.#end))
    this.#end = this.#begin
    this.#count = 0
    return message
  }

  /** Labels of an owner, and the pointer to the zone's name. */
  #owner(line: Buffer, from: number, to: number): number {
    if (to - from === 1 && line[from] === at) return this.#apex(this.#end)
    const bytes = this.#bytes
    let label = this.#end
    let end = label + 1
    for (let i = from; i < to; i++) {
      const code = line[i]!
      if (code !== dot) {
        bytes[end++] = code
        continue
      }
      const length = end - label - 1
      if (length === 0 || length > 63) return -1
      bytes[label] = length
      label = end++
    }
    const length = end - label - 1
    if (length === 0 || length > 63) return -1
    bytes[label] = length
    return this.#apex(end)
  }

  #apex(end: number): number {
    this.#bytes[end] = 0xc0
    this.#bytes[end + 1] = headerBytes
    return end + 2
  }

  #record(nameEnd: number, type: number, data: Uint8Array): boolean {
    const bytes = this.#bytes
    if (nameEnd + 10 + data.length > this.#limit) return false
    bytes[nameEnd] = 0
    bytes[nameEnd + 1] = type
    bytes[nameEnd + 2] = 0
    bytes[nameEnd + 3] = classes.internet
    bytes.writeUInt32BE(this.#ttl, nameEnd + 4)
    bytes[nameEnd + 8] = data.length >>> 8
    bytes[nameEnd + 9] = data.length & 255
    bytes.set(data, nameEnd + 10)
    this.#end = nameEnd + 10 + data.length
    this.#count++
    return true
  }
}

/** Calls back for each line of the bytes that holds a record; returns where the last line, which has no end yet, begins. */
export function eachRecord(bytes: Buffer, tell: (from: number, to: number) => void): number {
  let from = 0
  for (;;) {
    const to = bytes.indexOf(lf, from)
    if (to < 0) return from
    // Comments and empty lines are no records.
    if (to > from && bytes[from] !== 0x3b) tell(from, to)
    from = to + 1
  }
}

const localhost = encodeName('localhost')!

/** RFC 1035 §3.3.13, of the same values as `zoneHead`. */
export function soaData({ serial, ttl }: ZoneHead): Buffer {
  const numbers = Buffer.alloc(20)
  for (const [i, number] of [serial, 3600, 600, 604_800, ttl].entries()) numbers.writeUInt32BE(number, i * 4)
  return Buffer.concat([localhost, encodeName('hostmaster.localhost')!, numbers])
}

/** Data from its text, as `recordsOf` writes it. */
function dataOf(text: string): Buffer | undefined {
  const [type, value, ...more] = text.split(' ')
  if (value === undefined || more.length > 0) return undefined
  if (type === 'CNAME') {
    const name = value.endsWith('.') ? encodeName(value) : undefined
    return name && Buffer.from(name)
  }
  const words = type === 'A' || type === 'AAAA' ? parseAddress(value) : undefined
  if (!words) return undefined
  const all = Buffer.alloc(16)
  for (const [i, word] of words.entries()) all.writeUInt32BE(word, i * 4)
  return type === 'A' ? all.subarray(12) : all
}

function badLine(line: Buffer, from: number, to: number): BadZoneError {
  return new BadZoneError(
    `a zone's file has the line ${JSON.stringify(line.toString('latin1', from, Math.min(to, from + 100)))}`,
  )
}
