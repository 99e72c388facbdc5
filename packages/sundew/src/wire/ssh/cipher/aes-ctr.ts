import { createCipheriv, timingSafeEqual } from 'node:crypto'
import type { Mac } from './macs.ts'
import { readLength, type Opener, type Sealer } from './protection.ts'

/** AES in counter mode (RFC 4344 §4) with a tag over the packet before it is enciphered (RFC 4253 §6.4). */
export class CtrAndMac implements Sealer, Opener {
  readonly blockBytes = 16
  readonly lengthApart = false
  readonly headBytes = 16
  readonly tagBytes: number
  readonly tagFirst = false
  readonly #cipher
  readonly #mac: Mac
  #head: Uint8Array = new Uint8Array(16)

  constructor(key: Uint8Array, iv: Uint8Array, mac: Mac) {
    this.#cipher = ctr(key, iv)
    this.#mac = mac
    this.tagBytes = mac.tagBytes
  }

  seal(packet: Uint8Array, sequence: number): Uint8Array {
    const tag = this.#mac.tag(sequence, packet)
    return Buffer.concat([this.#cipher.update(packet), tag])
  }

  length(head: Uint8Array): number {
    this.#head = this.#cipher.update(head.subarray(0, 16))
    return readLength(this.#head)
  }

  open(whole: Uint8Array, sequence: number): Uint8Array | undefined {
    const end = whole.length - this.tagBytes
    const packet = Buffer.concat([this.#head, this.#cipher.update(whole.subarray(16, end))])
    return timingSafeEqual(this.#mac.tag(sequence, packet), whole.subarray(end)) ? packet : undefined
  }
}

/** The same with the tag over what is enciphered, and the length field in the clear (`-etm@openssh.com`, OpenSSH's PROTOCOL §1.6). */
export class CtrThenMac implements Sealer, Opener {
  readonly blockBytes = 16
  readonly lengthApart = true
  readonly headBytes = 4
  readonly tagBytes: number
  readonly tagFirst = true
  readonly #cipher
  readonly #mac: Mac

  constructor(key: Uint8Array, iv: Uint8Array, mac: Mac) {
    this.#cipher = ctr(key, iv)
    this.#mac = mac
    this.tagBytes = mac.tagBytes
  }

  seal(packet: Uint8Array, sequence: number): Uint8Array {
    const sealed = this.#cipher.update(packet.subarray(4))
    packet.set(sealed, 4)
    return Buffer.concat([packet, this.#mac.tag(sequence, packet)])
  }

  length(head: Uint8Array): number {
    return readLength(head)
  }

  open(whole: Uint8Array, sequence: number): Uint8Array | undefined {
    const sealed = whole.subarray(0, whole.length - this.tagBytes)
    if (!timingSafeEqual(this.#mac.tag(sequence, sealed), whole.subarray(sealed.length))) return undefined
    return Buffer.concat([sealed.subarray(0, 4), this.#cipher.update(sealed.subarray(4))])
  }
}

/** In counter mode enciphering and deciphering are the same. */
function ctr(key: Uint8Array, iv: Uint8Array) {
  return createCipheriv(`aes-${key.length * 8}-ctr`, key, iv.subarray(0, 16))
}
