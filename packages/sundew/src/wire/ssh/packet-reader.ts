import { plain, type Opener } from './cipher/protection.ts'
import type { Inflater, InflateFault } from './compression/inflater.ts'
import { openSshPacketLimits, type PacketLimits } from './packet-limits.ts'

/**
 * Why bytes are no packet: `bad-length` has a length field outside the limits, `bad-block` one that is no multiple of the cipher's
 * block, `bad-mac` a wrong tag (`late` where the tag is over what was enciphered only after it was deciphered), `bad-padding` fewer than four
 * bytes of padding, `long-padding` more padding than packet, `bad-compression` what can't be expanded, `empty` no message, `bad-type` a message number out of range.
 */
export type PacketFault =
  | { readonly reason: 'bad-length'; readonly length: number }
  | { readonly reason: 'bad-block'; readonly length: number }
  | { readonly reason: 'bad-mac'; readonly late: boolean }
  | { readonly reason: 'bad-padding'; readonly padding: number }
  | { readonly reason: 'long-padding'; readonly padding: number }
  | { readonly reason: 'bad-compression'; readonly cause: InflateFault }
  | { readonly reason: 'empty' }
  | { readonly reason: 'bad-type'; readonly type: number }

/** `payload` begins with the message's number, and stays as it is; `sequence` is the packet's number. */
export type PacketResult =
  | { readonly state: 'packet'; readonly payload: Uint8Array; readonly sequence: number }
  | { readonly state: 'more' }
  | { readonly state: 'malformed'; readonly fault: PacketFault }

/**
 * Reads packets (RFC 4253 §6) out of what a peer sent, cut anywhere. Ask for one at a time: the keys may change after each. What is
 * malformed stays so, as nobody knows where the next packet begins. Holds a packet of `limits.maxPacketBytes` at most, and what
 * was last pushed.
 */
export class PacketReader {
  readonly #limits: PacketLimits
  #opener: Opener = plain
  #inflater: Inflater | undefined
  #sequence = 0
  /** Packets and blocks under the keys in use: RFC 4344 §3 limits both. */
  packets = 0
  blocks = 0
  #buffer: Uint8Array = new Uint8Array()
  #start = 0
  #end = 0
  /** The length field of the packet that is coming in, or -1 where it isn't known yet. */
  #length = -1
  #broken: PacketResult | undefined

  constructor(limits: PacketLimits = openSshPacketLimits) {
    this.#limits = limits
  }

  /** The next packet's number. */
  get sequence(): number {
    return this.#sequence
  }

  /** Bytes that have come in and are not read yet; after a fault those behind what it was found in. */
  get pendingBytes(): number {
    return this.#end - this.#start
  }

  /** What comes after this packet is protected by `opener`; `strict` starts numbers again at 0 (OpenSSH's strict key exchange). */
  protect(opener: Opener, strict: boolean): void {
    this.#opener = opener
    this.packets = 0
    this.blocks = 0
    if (strict) this.#sequence = 0
  }

  /** What comes after this packet is compressed; undefined: no longer. */
  expand(inflater: Inflater | undefined): void {
    this.#inflater = inflater
  }

  /** Takes in what was received. Before anything else is pushed, `next` is to be called until it wants more. */
  push(chunk: Uint8Array): void {
    const held = this.pendingBytes
    if (held === 0) {
      this.#buffer = chunk
      this.#start = 0
      this.#end = chunk.length
      return
    }
    if (this.#start + held + chunk.length > this.#buffer.length || this.#shared()) {
      const larger = new Uint8Array(Math.max(2 * held, held + chunk.length))
      larger.set(this.#buffer.subarray(this.#start, this.#end))
      this.#buffer = larger
      this.#own = larger
      this.#start = 0
      this.#end = held
    }
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  next(): PacketResult {
    if (this.#broken) return this.#broken
    const opener = this.#opener
    if (this.#length < 0) {
      if (this.pendingBytes < opener.headBytes) return more
      const fault = this.#readLength(opener)
      if (fault) {
        this.#start += opener.headBytes
        return this.#break(fault)
      }
    }
    const whole = 4 + this.#length + opener.tagBytes
    if (this.pendingBytes < whole) return more
    const packet = opener.open(this.#buffer.subarray(this.#start, this.#start + whole), this.#sequence)
    this.packets++
    this.blocks += Math.floor((4 + this.#length) / opener.blockBytes)
    this.#start += whole
    this.#length = -1
    if (!packet) return this.#break({ reason: 'bad-mac', late: !opener.tagFirst })
    const sequence = this.#sequence
    this.#sequence = (sequence + 1) >>> 0
    return this.#unpad(packet, sequence)
  }

  /** The buffer that was made here, and so may be written to; a chunk that was pushed is its sender's. */
  #own: Uint8Array | undefined

  #shared(): boolean {
    return this.#buffer !== this.#own
  }

  #readLength(opener: Opener): PacketFault | undefined {
    const head = this.#buffer.subarray(this.#start, this.#start + opener.headBytes)
    const length = opener.length(head, this.#sequence)
    if (length < this.#limits.minPacketBytes || length > this.#limits.maxPacketBytes)
      return { reason: 'bad-length', length }
    if ((length + (opener.lengthApart ? 0 : 4)) % opener.blockBytes !== 0)
      return { reason: 'bad-block', length }
    this.#length = length
    return undefined
  }

  #unpad(packet: Uint8Array, sequence: number): PacketResult {
    const padding = packet[4]!
    if (padding < this.#limits.minPaddingBytes) return this.#break({ reason: 'bad-padding', padding })
    const end = packet.length - padding
    if (end < 5) return this.#break({ reason: 'long-padding', padding })
    const sent = packet.subarray(5, end)
    const payload = this.#inflater ? this.#inflater.expand(sent) : new Uint8Array(sent)
    if (typeof payload === 'string') return this.#break({ reason: 'bad-compression', cause: payload })
    const type = payload[0]
    if (type === undefined) return this.#break({ reason: 'empty' })
    if (type === 0 || type > this.#limits.maxType) return this.#break({ reason: 'bad-type', type })
    return { state: 'packet', payload, sequence }
  }

  #break(fault: PacketFault): PacketResult {
    this.#broken = { state: 'malformed', fault }
    return this.#broken
  }
}

const more: PacketResult = { state: 'more' }
