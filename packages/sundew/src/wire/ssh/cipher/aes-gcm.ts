import { createCipheriv, createDecipheriv, type CipherGCMTypes } from 'node:crypto'
import { readLength, type Opener, type Sealer } from './protection.ts'

/**
 * AES-GCM as OpenSSH has it (RFC 5647 §7, aes128-gcm@openssh.com and aes256-gcm@openssh.com): the length field goes in the clear, and
 * is under the tag; the nonce is four fixed bytes and a counter of eight that starts where the key derivation left it.
 */
export class AesGcm implements Sealer, Opener {
  readonly blockBytes = 16
  readonly lengthApart = true
  readonly headBytes = 4
  readonly tagBytes = 16
  readonly tagFirst = true
  readonly #type: CipherGCMTypes
  readonly #key: Uint8Array
  readonly #nonce: Buffer

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#type = key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
    this.#key = Buffer.from(key)
    this.#nonce = Buffer.from(iv.subarray(0, 12))
  }

  seal(packet: Uint8Array): Uint8Array {
    const cipher = createCipheriv(this.#type, this.#key, this.#nonce)
    const head = packet.subarray(0, 4)
    cipher.setAAD(head)
    const sealed = cipher.update(packet.subarray(4))
    cipher.final()
    this.#count()
    return Buffer.concat([head, sealed, cipher.getAuthTag()])
  }

  length(head: Uint8Array): number {
    return readLength(head)
  }

  open(whole: Uint8Array): Uint8Array | undefined {
    const decipher = createDecipheriv(this.#type, this.#key, this.#nonce, { authTagLength: 16 })
    const head = whole.subarray(0, 4)
    decipher.setAAD(head)
    decipher.setAuthTag(whole.subarray(whole.length - 16))
    const opened = decipher.update(whole.subarray(4, whole.length - 16))
    try {
      decipher.final()
    } catch {
      // The only thing that final() can find wrong is the tag.
      return undefined
    }
    this.#count()
    return Buffer.concat([head, opened])
  }

  #count(): void {
    this.#nonce.writeBigUInt64BE((this.#nonce.readBigUInt64BE(4) + 1n) & 0xffff_ffff_ffff_ffffn, 4)
  }
}
