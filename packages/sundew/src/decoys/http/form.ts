import { createHash } from 'node:crypto'
import type { Capture } from '../../core/capture.ts'
import type { Session } from '../../core/session.ts'
import { MultipartReader, type PartHead, type PartSink } from '../../wire/http/multipart.ts'
import type { HeldText } from './held-text.ts'
import { Upload, type Keep } from './upload.ts'

/** Files of one request that are kept one by one; further ones stay in the rest. */
const maxFiles = 200
const maxFields = 200

/**
 * A multipart body on its way in. Every byte is kept once: those of files as files, all others (delimiters, part heads,
 * fields, what stands before and after) in the {@link rest}, in the order they came.
 */
export class Form implements PartSink {
  readonly #session: Session
  readonly #keep: Keep
  readonly #text: HeldText
  readonly #reader: MultipartReader
  readonly #restHash = createHash('sha256')
  #restSha256 = ''
  #name = ''
  #file: Upload | undefined
  #field: Buffer[] = []
  readonly rest: Capture
  readonly fields = new Map<string, string>()
  readonly uploads: Upload[] = []

  constructor(session: Session, boundary: string, keep: Keep, text: HeldText) {
    this.#session = session
    this.#keep = keep
    this.#text = text
    this.rest = session.capture()
    this.#reader = new MultipartReader(boundary, this)
  }

  take(data: Buffer): void {
    this.#reader.feed(data)
  }

  /** No more comes. Where that is too early, the file that was coming is kept as far as it came. */
  finish(tooEarly: boolean): void {
    const last = this.#file
    this.#reader.finish()
    if (last && this.uploads.includes(last)) last.partial = tooEarly
  }

  async discard(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await this.rest.discard()
    await file?.capture.discard()
    for (const { capture } of this.uploads.splice(0)) await capture.discard()
  }

  /** SHA-256 of the rest: ask once the last byte has come. */
  get restSha256(): string {
    return (this.#restSha256 ||= this.#restHash.digest('hex'))
  }

  begin({ name, fileName, contentType }: PartHead): void {
    this.#name = name
    this.#field = []
    if (fileName === undefined || this.uploads.length >= maxFiles) return
    const capture = this.#session.capture()
    const offset = this.rest.bytes
    this.#file = new Upload({ name: fileName, type: contentType, via: 'multipart', capture, offset })
  }

  data(bytes: Buffer): void {
    if (this.#file) {
      this.#file.take(bytes, this.#keep)
      return
    }
    this.outside(bytes)
    if (this.#text.hold(bytes.length)) this.#field.push(bytes)
  }

  outside(bytes: Buffer): void {
    this.#restHash.update(bytes)
    this.#keep(this.rest, bytes)
  }

  end(): void {
    const file = this.#file
    this.#file = undefined
    // A file field that was left empty has an empty name.
    if (file?.name === '' && file.capture.bytes === 0) void file.capture.discard()
    else if (file) this.uploads.push(file)
    else if (this.fields.size < maxFields)
      this.fields.set(this.#name, Buffer.concat(this.#field).toString('latin1'))
    this.#field = []
  }
}
