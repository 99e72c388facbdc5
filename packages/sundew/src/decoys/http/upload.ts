import { createHash } from 'node:crypto'
import type { Capture } from '../../core/capture.ts'

/** Keeps bytes that came in a capture, and sees to it that the disk is waited for. */
export type Keep = (capture: Capture, data: Buffer) => void

/** A file somebody brought. Bytes of its name are one character (U+0000-U+00FF) each. */
export class Upload {
  readonly name: string
  /** The media type claimed, as sent. */
  readonly type: string
  readonly via: 'put' | 'post' | 'multipart'
  readonly capture: Capture
  /** Where its bytes stood in what is kept of the body. */
  readonly offset: number
  /** The body ended before the file did. */
  partial = false
  readonly #hash = createHash('sha256')
  #sha256 = ''

  constructor(about: Pick<Upload, 'name' | 'type' | 'via' | 'capture'> & { readonly offset?: number }) {
    this.name = about.name
    this.type = about.type
    this.via = about.via
    this.capture = about.capture
    this.offset = about.offset ?? 0
  }

  take(data: Buffer, keep: Keep): void {
    this.#hash.update(data)
    keep(this.capture, data)
  }

  /** Of all its bytes: ask once the last has come. */
  get sha256(): string {
    return (this.#sha256 ||= this.#hash.digest('hex'))
  }
}
