import { createHash } from 'node:crypto'
import type { Capture } from '../../core/capture.ts'
import { headerLimits } from '../../wire/mail/headers.ts'

/** A larger message is left out, bytes: the hub takes none apart that is longer. */
export const maxMessageBytes = 64 * 1024 * 1024

/** One message being read: its body, its first bytes, and the hash that makes it known again. */
export class Draft {
  readonly capture: Capture
  readonly offset: number
  /** The line before it in an mbox; empty elsewhere. */
  readonly separator: string
  readonly #hash = createHash('sha256')
  readonly #head: Uint8Array[] = []
  #headBytes = 0
  tooLarge = false

  constructor(capture: Capture, offset: number, separator: string) {
    this.capture = capture
    this.offset = offset
    this.separator = separator
    this.#hash.update(separator, 'latin1').update('\n')
  }

  async append(bytes: Uint8Array): Promise<void> {
    if (this.tooLarge) return
    if (this.capture.bytes + bytes.length > maxMessageBytes) {
      this.tooLarge = true
      await this.capture.discard()
      return
    }
    this.#hash.update(bytes)
    if (this.#headBytes < headerLimits.bytes) {
      this.#head.push(bytes)
      this.#headBytes += bytes.length
    }
    await this.capture.append(bytes)
  }

  /** The first bytes, as many as a header block may have. */
  get head(): Buffer {
    return Buffer.concat(this.#head).subarray(0, headerLimits.bytes)
  }

  /** Call once, at the end. */
  identity(): string {
    return this.#hash.digest('hex').slice(0, 32)
  }
}
