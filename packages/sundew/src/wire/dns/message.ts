import { readName } from './name.ts'

/** A message is no longer than its length over TCP can say (RFC 1035 §4.2.2). */
export const messageLimit = 65_535
/** Before the questions. */
export const headerBytes = 12

export interface Question {
  /** As `readName` tells it; case as it came. */
  readonly name: string
  readonly type: number
  readonly class: number
}

export interface ResourceRecord extends Question {
  readonly ttl: number
  /** As it stands in the message: names in it may point elsewhere. */
  readonly data: Uint8Array
  /** Where the record, and where its data begin in the message. */
  readonly at: number
  readonly dataAt: number
}

export interface Message {
  readonly id: number
  readonly flags: number
  readonly opcode: number
  /** The four bits of the header; without EDNS' upper ones. */
  readonly code: number
  readonly questions: readonly Question[]
  readonly answers: readonly ResourceRecord[]
  readonly authorities: readonly ResourceRecord[]
  readonly additionals: readonly ResourceRecord[]
}

/** Why bytes are no message. */
export type NoMessage = 'short' | 'long' | 'name' | 'broken off' | 'left over'

/** Reads a message (RFC 1035 §4). Never throws for what is in it. */
export function readMessage(bytes: Uint8Array): Message | NoMessage {
  if (bytes.length < headerBytes) return 'short'
  if (bytes.length > messageLimit) return 'long'
  const word = (at: number) => (bytes[at]! << 8) | bytes[at + 1]!
  let at = headerBytes
  let trouble: NoMessage | undefined

  const question = (): Question | undefined => {
    const read = readName(bytes, at)
    if (!read) return fail('name')
    if (read.next + 4 > bytes.length) return fail('broken off')
    at = read.next + 4
    return { name: read.name, type: word(read.next), class: word(read.next + 2) }
  }
  const record = (): ResourceRecord | undefined => {
    const start = at
    const asked = question()
    if (!asked) return undefined
    if (at + 6 > bytes.length) return fail('broken off')
    const dataAt = at + 6
    const end = dataAt + word(at + 4)
    if (end > bytes.length) return fail('broken off')
    const ttl = word(at) * 0x1_0000 + word(at + 2)
    at = end
    return { ...asked, ttl, data: bytes.subarray(dataAt, end), at: start, dataAt }
  }
  const fail = (why: NoMessage): undefined => {
    trouble = why
  }
  const section = <T>(count: number, read: () => T | undefined): T[] => {
    const out: T[] = []
    while (out.length < count && trouble === undefined) {
      const one = read()
      if (one !== undefined) out.push(one)
    }
    return out
  }

  const questions = section(word(4), question)
  const answers = section(word(6), record)
  const authorities = section(word(8), record)
  const additionals = section(word(10), record)
  if (trouble !== undefined) return trouble
  if (at !== bytes.length) return 'left over'
  const bits = word(2)
  return {
    id: word(0),
    flags: bits,
    opcode: (bits >>> 11) & 15,
    code: bits & 15,
    questions,
    answers,
    authorities,
    additionals,
  }
}
