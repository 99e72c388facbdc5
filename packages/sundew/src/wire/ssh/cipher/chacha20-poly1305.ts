import { createCipheriv, timingSafeEqual } from 'node:crypto'
import { poly1305 } from './poly1305.ts'
import { readLength, type Opener, type Sealer } from './protection.ts'

/**
 * chacha20-poly1305@openssh.com (OpenSSH's PROTOCOL.chacha20poly1305). Of the 64 bytes of key the second half enciphers the length field,
 * the first half the rest; the nonce is the packet's number, and the tag's key the first block of the rest's stream.
 */
export class ChachaPoly implements Sealer, Opener {
  readonly blockBytes = 8
  readonly lengthApart = true
  readonly headBytes = 4
  readonly tagBytes = 16
  readonly tagFirst = true
  readonly #mainKey: Uint8Array
  readonly #lengthKey: Uint8Array
  readonly #nonce = new DataView(new ArrayBuffer(16))

  constructor(key: Uint8Array) {
    this.#mainKey = key.slice(0, 32)
    this.#lengthKey = key.slice(32, 64)
  }

  seal(packet: Uint8Array, sequence: number): Uint8Array {
    const whole = Buffer.allocUnsafe(packet.length + 16)
    whole.set(this.#stream(this.#lengthKey, sequence, packet.subarray(0, 4)))
    const input = Buffer.alloc(streamBlockBytes + packet.length - 4)
    input.set(packet.subarray(4), streamBlockBytes)
    const stream = this.#stream(this.#mainKey, sequence, input)
    whole.set(stream.subarray(streamBlockBytes), 4)
    whole.set(poly1305(stream, whole.subarray(0, packet.length)), packet.length)
    return whole
  }

  length(head: Uint8Array, sequence: number): number {
    return readLength(this.#stream(this.#lengthKey, sequence, head.subarray(0, 4)))
  }

  open(whole: Uint8Array, sequence: number): Uint8Array | undefined {
    const sealed = whole.subarray(0, whole.length - 16)
    const input = Buffer.alloc(streamBlockBytes + sealed.length - 4)
    input.set(sealed.subarray(4), streamBlockBytes)
    const stream = this.#stream(this.#mainKey, sequence, input)
    if (!timingSafeEqual(poly1305(stream, sealed), whole.subarray(sealed.length))) return undefined
    // The first block's last bytes make room for the length field.
    const packet = stream.subarray(streamBlockBytes - 4)
    packet.writeUInt32BE(sealed.length - 4)
    return packet
  }

  #stream(key: Uint8Array, sequence: number, input: Uint8Array): Buffer {
    this.#nonce.setUint32(12, sequence)
    return createCipheriv('chacha20', key, new Uint8Array(this.#nonce.buffer)).update(input)
  }
}

const streamBlockBytes = 64
