import { randomBytes } from 'node:crypto'
import { plain, type Sealer } from './cipher/protection.ts'
import type { Deflater } from './compression/deflater.ts'
import { minPaddingBytes } from './packet-limits.ts'

/** Makes packets (RFC 4253 §6) of messages, padded as OpenSSH does: as little as may be, zeros until there are keys and random then. */
export class PacketWriter {
  #sealer: Sealer = plain
  #deflater: Deflater | undefined
  #sequence = 0
  /** Packets and blocks under the keys in use: RFC 4344 §3 limits both. */
  packets = 0
  blocks = 0

  /** The next packet's number. */
  get sequence(): number {
    return this.#sequence
  }

  /** What is written after this is protected by `sealer`; `strict` starts numbers again at 0 (OpenSSH's strict key exchange). */
  protect(sealer: Sealer, strict: boolean): void {
    this.#sealer = sealer
    this.packets = 0
    this.blocks = 0
    if (strict) this.#sequence = 0
  }

  /** What is written after this is compressed; undefined: no longer. */
  compress(deflater: Deflater | undefined): void {
    this.#deflater = deflater
  }

  /** The packet of one message, as it goes on the wire. */
  write(message: Uint8Array): Uint8Array {
    const payload = this.#deflater ? this.#deflater.compress(message) : message
    const { blockBytes, lengthApart } = this.#sealer
    const counted = payload.length + (lengthApart ? 1 : 5)
    let padding = blockBytes - (counted % blockBytes)
    if (padding < minPaddingBytes) padding += blockBytes
    const packet = Buffer.alloc(5 + payload.length + padding)
    packet.writeUInt32BE(packet.length - 4)
    packet[4] = padding
    packet.set(payload, 5)
    if (this.#sealer !== plain) packet.set(randomBytes(padding), 5 + payload.length)
    const sealed = this.#sealer.seal(packet, this.#sequence)
    this.#sequence = (this.#sequence + 1) >>> 0
    this.packets++
    this.blocks += Math.floor(packet.length / blockBytes)
    return sealed
  }
}
