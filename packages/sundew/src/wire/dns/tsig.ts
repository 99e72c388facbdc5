import { createHmac, timingSafeEqual } from 'node:crypto'
import { classes, types } from './codes.ts'
import type { Message } from './message.ts'
import { encodeName, lowerName, readName } from './name.ts'

/** The algorithms that RFC 8945 §6 does not advise against, with the bytes of their code. */
export const tsigAlgorithms = { 'hmac-sha256': 32, 'hmac-sha384': 48, 'hmac-sha512': 64 } as const
export type TsigAlgorithm = keyof typeof tsigAlgorithms

/** How far two clocks may be apart, seconds (RFC 8945 §10). */
export const fudgeSeconds = 300
/** Before, between and after the parts of a TSIG record's data whose length is told. */
const timeBytes = 6
const fixedBytes = timeBytes + 2 + 2 + 2 + 2 + 2

/** A secret that two servers share. Its name is in small letters. */
export interface TsigKey {
  readonly name: string
  readonly algorithm: TsigAlgorithm
  readonly secret: Uint8Array
}

/** What a message's signature says (RFC 8945 §4.2). Times in seconds since 1970. */
export interface Tsig {
  /** In small letters, both. */
  readonly name: string
  readonly algorithm: string
  readonly time: number
  readonly fudge: number
  readonly mac: Uint8Array
  readonly originalId: number
  /** Where its record begins in the message. */
  readonly at: number
}

/** Errors that a signature has of its own (RFC 8945 §3). */
export const tsigErrors = { signature: 16, key: 17, time: 18, truncation: 22 } as const
export type TsigError = keyof typeof tsigErrors

/**
 * The signature of a message, which is its last record.
 *
 * @returns undefined where there is none; `malformed` where there is one in another place, more than one, or one that cannot be read
 */
export function readTsig(message: Message): Tsig | 'malformed' | undefined {
  const { answers, authorities, additionals } = message
  const last = additionals.at(-1)
  const all = [...answers, ...authorities, ...additionals]
  if (!all.some(({ type }) => type === types.tsig)) return undefined
  if (last?.type !== types.tsig || last.class !== classes.any || last.ttl !== 0) return 'malformed'
  if (all.filter(({ type }) => type === types.tsig).length > 1) return 'malformed'
  const { data } = last
  const algorithm = readName(data, 0)
  if (!algorithm || algorithm.next + fixedBytes > data.length) return 'malformed'
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const at = algorithm.next
  const macBytes = view.getUint16(at + 8)
  const after = at + 10 + macBytes
  if (after + 6 > data.length || after + 6 + view.getUint16(after + 4) !== data.length) return 'malformed'
  return {
    name: lowerName(last.name),
    algorithm: lowerName(algorithm.name),
    time: view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2),
    fudge: view.getUint16(at + 6),
    mac: new Uint8Array(data.subarray(at + 10, after)),
    originalId: view.getUint16(after),
    at: last.at,
  }
}

/**
 * Holds a request's signature against the key that it names (RFC 8945 §5.2).
 *
 * @param bytes the whole message that `tsig` was read from
 * @returns what is wrong, in the order of §5.2: key, signature, time; undefined where nothing is
 */
export function checkTsig(
  bytes: Uint8Array,
  tsig: Tsig,
  key: TsigKey | undefined,
  nowSeconds: number,
): TsigError | undefined {
  if (!key || key.name !== tsig.name || key.algorithm !== tsig.algorithm) return 'key'
  const unsigned = new Uint8Array(bytes.subarray(0, tsig.at))
  const view = new DataView(unsigned.buffer)
  view.setUint16(0, tsig.originalId)
  view.setUint16(10, view.getUint16(10) - 1)
  const mac = createHmac(key.algorithm.slice(5), key.secret)
    .update(unsigned)
    .update(variables(key, tsig.time, tsig.fudge, 0, nothing))
    .digest()
  if (mac.length !== tsig.mac.length)
    return mac.subarray(0, tsig.mac.length).equals(tsig.mac) && tsig.mac.length >= mac.length / 2
      ? 'truncation'
      : 'signature'
  if (!timingSafeEqual(mac, tsig.mac)) return 'signature'
  return Math.abs(nowSeconds - tsig.time) > tsig.fudge ? 'time' : undefined
}

/** Signs the messages of one answer, or one request, each depending on those before (RFC 8945 §5.3). */
export class TsigSigner {
  readonly #key: TsigKey
  #prior: Uint8Array | undefined
  #first = true

  /** @param requestMac the signature of the request that is answered */
  constructor(key: TsigKey, requestMac?: Uint8Array) {
    this.#key = key
    this.#prior = requestMac
  }

  /** Bytes that a signature needs behind a message. */
  get room(): number {
    const { name, algorithm } = this.#key
    return tsigRoom(name, algorithm) + tsigAlgorithms[algorithm]
  }

  /** The message with its signature. */
  sign(message: Uint8Array, nowSeconds: number): Uint8Array {
    return this.#sign(message, nowSeconds, 0, nothing)
  }

  /** The message with its signature, saying that the clocks are apart: the time is the request's, ours is told beside it. */
  signBadTime(message: Uint8Array, requestSeconds: number, nowSeconds: number): Uint8Array {
    return this.#sign(message, requestSeconds, tsigErrors.time, time48(nowSeconds))
  }

  #sign(message: Uint8Array, time: number, error: number, other: Uint8Array): Uint8Array {
    const key = this.#key
    const hmac = createHmac(key.algorithm.slice(5), key.secret)
    if (this.#prior) hmac.update(word(this.#prior.length)).update(this.#prior)
    hmac.update(message)
    hmac.update(this.#first ? variables(key, time, fudgeSeconds, error, other) : timers(time, fudgeSeconds))
    const mac = hmac.digest()
    this.#prior = mac
    this.#first = false
    return withTsig(message, key.name, key.algorithm, time, mac, error, other)
  }
}

/** The message with a record that says why a signature was not believed, not signed itself (RFC 8945 §5.3.2). */
export function withTsigError(
  message: Uint8Array,
  { name, algorithm, time }: Tsig,
  error: TsigError,
): Uint8Array {
  return withTsig(message, name, algorithm, time, nothing, tsigErrors[error], nothing)
}

const nothing = new Uint8Array()

function tsigRoom(name: string, algorithm: string): number {
  return wire(name).length + 10 + wire(algorithm).length + fixedBytes
}

function withTsig(
  message: Uint8Array,
  name: string,
  algorithm: string,
  time: number,
  mac: Uint8Array,
  error: number,
  other: Uint8Array,
): Uint8Array {
  const algorithmWire = wire(algorithm)
  const dataBytes = algorithmWire.length + fixedBytes + mac.length + other.length
  const out = Buffer.concat([
    message,
    wire(name),
    word(types.tsig),
    word(classes.any),
    word(0),
    word(0),
    word(dataBytes),
    algorithmWire,
    time48(time),
    word(fudgeSeconds),
    word(mac.length),
    mac,
    message.subarray(0, 2),
    word(error),
    word(other.length),
    other,
  ])
  out.writeUInt16BE(out.readUInt16BE(10) + 1, 10)
  return out
}

/** RFC 8945 §4.3.3. */
function variables(
  { name, algorithm }: TsigKey,
  time: number,
  fudge: number,
  error: number,
  other: Uint8Array,
): Uint8Array {
  return Buffer.concat([
    wire(name),
    word(classes.any),
    word(0),
    word(0),
    wire(algorithm),
    timers(time, fudge),
    word(error),
    word(other.length),
    other,
  ])
}

function timers(time: number, fudge: number): Uint8Array {
  return Buffer.concat([time48(time), word(fudge)])
}

function time48(seconds: number): Uint8Array {
  const out = Buffer.alloc(timeBytes)
  out.writeUIntBE(seconds, 0, timeBytes)
  return out
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 255)
}

function wire(name: string): Uint8Array {
  return encodeName(name) ?? nothing
}
