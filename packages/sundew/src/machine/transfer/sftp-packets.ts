import type { Stat } from '../files/file-system.ts'

/** Types of packets of SFTP version 3 (draft-ietf-secsh-filexfer-02). */
export const packet = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attrs: 105,
  extended: 200,
  extendedReply: 201,
} as const

/** What a packet asks to change of a file, or to give it: what is left out is not asked. */
export interface SftpAttributes {
  readonly size?: number
  readonly owner?: { readonly uid: number; readonly gid: number }
  readonly mode?: number
  readonly times?: { readonly atimeMs: number; readonly mtimeMs: number }
}

/** A packet does not hold what it says: sftp-server ends without an answer. */
export class BadPacket extends Error {}

/** Reads a packet's fields, one after the other. */
export class PacketReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.#take(1)[0]!
  }

  u32(): number {
    return this.#take(4).readUInt32BE()
  }

  /** Beyond 2^53 it is not exact, and too large anyway. */
  u64(): number {
    return Number(this.#take(8).readBigUInt64BE())
  }

  bytes(): Buffer {
    return this.#take(this.u32())
  }

  /** A byte string. A NUL in it is a fault, but at its end. */
  text(): string {
    const text = this.bytes().toString('latin1')
    const nul = text.indexOf('\0')
    if (nul >= 0 && nul < text.length - 1) throw new BadPacket('NUL in a string')
    return nul < 0 ? text : text.slice(0, -1)
  }

  attributes(): SftpAttributes {
    const flags = this.u32()
    const size = (flags & 1) === 0 ? {} : { size: this.u64() }
    const owner = (flags & 2) === 0 ? {} : { owner: { uid: this.u32(), gid: this.u32() } }
    const mode = (flags & 4) === 0 ? {} : { mode: this.u32() }
    const times =
      (flags & 8) === 0 ? {} : { times: { atimeMs: this.u32() * 1000, mtimeMs: this.u32() * 1000 } }
    if ((flags & 0x80000000) !== 0) {
      const count = this.u32()
      if (count > 0x100000) throw new BadPacket('too many extended attributes')
      for (let i = 0; i < count; i++) {
        this.bytes()
        this.bytes()
      }
    }
    return { ...size, ...owner, ...mode, ...times }
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new BadPacket('ends too early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }
}

/** A field of a packet to send: a number is 32 bits, a bigint 64, a string or bytes with their length before them. */
export type Field = number | bigint | string | Uint8Array | { readonly raw: Uint8Array }

/** A whole packet, its length before it. */
export function packetOf(type: number, fields: readonly Field[]): Buffer {
  const parts = fields.flatMap(encode)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + parts.reduce((sum, part) => sum + part.length, 0))
  head[4] = type
  return Buffer.concat([head, ...parts])
}

/** What `stat` tells of a file, as the protocol has it. */
export function attributesOf(stat: Stat): Field[] {
  return [
    0x0f,
    BigInt(stat.size),
    stat.uid,
    stat.gid,
    fullMode(stat),
    Math.floor(stat.atimeMs / 1000) >>> 0,
    Math.floor(stat.mtimeMs / 1000) >>> 0,
  ]
}

/** st_mode: with the type's bits. */
export function fullMode(stat: Stat): number {
  return typeBits[stat.type] | stat.mode
}

const typeBits = {
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  link: 0o120000,
  socket: 0o140000,
} as const

function encode(field: Field): Uint8Array[] {
  if (typeof field === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(field)
    return [bytes]
  }
  if (typeof field === 'bigint') {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(field)
    return [bytes]
  }
  if (typeof field === 'object' && 'raw' in field) return [field.raw]
  const bytes = typeof field === 'string' ? Buffer.from(field, 'latin1') : field
  return [...encode(bytes.length), bytes]
}
