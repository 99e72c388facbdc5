import { createHash } from 'node:crypto'
import type { Capture } from '../../core/capture.ts'
import type { Session } from '../../core/session.ts'
import { fieldOf } from '../../wire/http/head.ts'
import { boundaryOf } from '../../wire/http/multipart.ts'
import { Form } from './form.ts'
import { HeldText } from './held-text.ts'
import { formFields, type HttpRequest } from './request.ts'
import { Upload, type Keep } from './upload.ts'

/**
 * The body of one request on its way in: kept up to a limit, and taken apart where it is a form. Begin, `take` every
 * piece (and wait where it says so), then `finish`; or `discard`.
 */
export class Body {
  readonly #keptBytes: number
  readonly #form: Form | undefined
  /** Where the body is a file. */
  #file: Upload | undefined
  #capture: Capture | undefined
  readonly #hash = createHash('sha256')
  #sha256 = ''
  readonly #held = new HeldText()
  readonly #text: Buffer[] = []
  readonly #type: string
  #waiting: Promise<void> | undefined
  /** Whether its sender means it as a file to be kept. */
  readonly isUpload: boolean
  /** Bytes that came. */
  bytes = 0
  /** More came than is kept. */
  truncated = false
  /** There is no room for it, or the disk refused. */
  lost = false

  constructor(session: Session, request: HttpRequest, keptBytes: number) {
    this.#keptBytes = keptBytes
    this.#type = fieldOf(request.head, 'content-type') ?? ''
    this.lost = session.room() !== 'room'
    const isPut = request.method === 'PUT'
    const boundary = isPut ? undefined : boundaryOf(this.#type)
    const isFile = isPut || (boundary === undefined && isFileType(this.#type))
    this.isUpload = isFile || boundary !== undefined
    if (this.lost) return
    if (boundary !== undefined) {
      this.#form = new Form(session, boundary, this.#keep, this.#held)
      this.#capture = this.#form.rest
    } else if (isFile) {
      const name = (request.path ?? request.head.target).split('/').at(-1) ?? ''
      const via = isPut ? 'put' : 'post'
      this.#file = new Upload({ name, type: this.#type, via, capture: session.capture() })
    } else {
      this.#capture = session.capture()
    }
  }

  /** Files that came; the one under way when the body ended too early is the last. */
  get uploads(): readonly Upload[] {
    return this.#file ? [this.#file] : (this.#form?.uploads ?? [])
  }

  /** What is kept of the body beside its {@link uploads}; give it to `record`, or leave it. */
  get capture(): Capture | undefined {
    return this.#capture
  }

  /** SHA-256 of the body as it came, as far as it is kept; undefined where nothing is. */
  get sha256(): string | undefined {
    if (this.bytes === 0 || this.lost) return undefined
    return (this.#sha256 ||= this.#hash.digest('hex'))
  }

  /** SHA-256 of {@link capture} where files were taken out of it. */
  get restSha256(): string | undefined {
    return this.#form && this.#form.uploads.length > 0 ? this.#form.restSha256 : undefined
  }

  /** The beginning of the body as text. */
  get text(): string {
    return Buffer.concat(this.#text).toString('latin1')
  }

  /** Fields of a form, whichever way it was sent. */
  get fields(): ReadonlyMap<string, string> {
    if (this.#form) return this.#form.fields
    return /^application\/x-www-form-urlencoded/i.test(this.#type) || this.#type === ''
      ? formFields(this.text)
      : new Map()
  }

  /** One piece. Returns a promise where the caller should stop reading until the disk has caught up. */
  take(data: Buffer): Promise<void> | undefined {
    this.bytes += data.length
    if (!this.isUpload) {
      const part = data.subarray(0, this.#held.room)
      if (part.length > 0 && this.#held.hold(part.length)) this.#text.push(part)
    }
    const over = Math.max(0, this.bytes - this.#keptBytes)
    if (over > 0) this.abandon()
    const kept = data.subarray(0, Math.max(0, data.length - over))
    if (kept.length > 0 && !this.lost) {
      this.#hash.update(kept)
      if (this.#form) this.#form.take(kept)
      else if (this.#file) this.#file.take(kept, this.#keep)
      else if (this.#capture) this.#keep(this.#capture, kept)
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }

  /** Everything came that will: what was kept is in memory or durably in its file. */
  async finish(): Promise<void> {
    if (!this.lost) this.#form?.finish(this.truncated)
    try {
      await this.#capture?.finish()
      for (const { capture } of this.uploads) await capture.finish()
    } catch {
      this.lost = true
    }
    if (this.lost) await this.discard()
  }

  /** It is not whole. A body that is no form is then no file either: its beginning stays with the request. */
  abandon(): void {
    this.truncated = true
    this.#capture ??= this.#file?.capture
    this.#file = undefined
  }

  /** Forgets everything. */
  async discard(): Promise<void> {
    this.lost = true
    const captures = [this.#capture, this.#file?.capture]
    this.#capture = undefined
    this.#file = undefined
    for (const capture of captures) await capture?.discard()
    await this.#form?.discard()
  }

  /** Lets go of what was looked into; call it once the request is over. */
  release(): void {
    this.#held.release()
    this.#text.length = 0
    this.#form?.fields.clear()
  }

  readonly #keep: Keep = (capture, data) => {
    const wait = capture.append(data)
    if (!wait) return
    const safe = wait.catch(() => {
      this.lost = true
    })
    this.#waiting = this.#waiting ? Promise.all([this.#waiting, safe]).then(() => {}) : safe
  }
}

/** Whether a body of this type is a file by itself: what forms and programs exchange is not. */
function isFileType(type: string): boolean {
  return (
    type !== '' &&
    !/^(application\/(x-www-form-urlencoded|json|xml|[\w.-]+\+(json|xml))|text\/(xml|plain)|multipart\/)/i.test(
      type,
    )
  )
}
