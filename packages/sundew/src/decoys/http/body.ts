import { createHash, type Hash } from 'node:crypto'
import type { Capture } from '../../core/capture.ts'
import type { Session } from '../../core/session.ts'
import { fieldOf } from '../../wire/http/head.ts'
import { boundaryOf, MultipartReader, type PartHead } from '../../wire/http/multipart.ts'
import { formFields, type HttpRequest } from './request.ts'

/** Bytes of a form, or of anything else that is looked into, held in memory: of one body, and of all together. */
const maxTextBytes = 256 * 1024
const maxTextBytesOfAll = 64 * 1024 * 1024
let textBytesOfAll = 0
/** Files of one request that are kept one by one; the body as a whole is kept anyway. */
const maxFiles = 200

/** A file somebody brought. Bytes of its name are one character (U+0000-U+00FF) each. */
export interface Upload {
  readonly name: string
  readonly type: string
  readonly via: 'put' | 'post' | 'multipart'
  readonly hash: Hash
  readonly capture: Capture
}

/**
 * The body of one request on its way in: kept up to a limit, and taken apart where it is a form. Begin, `take` every
 * piece (and wait where it says so), then `finish`; or `discard`.
 */
export class Body {
  readonly #session: Session
  readonly #keptBytes: number
  readonly #multipart: MultipartReader | undefined
  readonly #hash = createHash('sha256')
  readonly #text: Buffer[] = []
  readonly #type: string
  readonly #fields = new Map<string, string>()
  #capture: Capture | undefined
  #textBytes = 0
  #waiting: Promise<void> | undefined
  #part: { head: PartHead; file: Upload | undefined; text: Buffer[]; bytes: number } | undefined
  #sha256 = ''
  readonly #isUpload: boolean
  readonly uploads: Upload[] = []
  /** Bytes that came. */
  bytes = 0
  /** More came than is kept. */
  truncated = false
  /** There is no room for it, or the disk refused. */
  lost = false

  constructor(session: Session, request: HttpRequest, keptBytes: number) {
    this.#session = session
    this.#keptBytes = keptBytes
    this.#type = fieldOf(request.head, 'content-type') ?? ''
    this.lost = session.room() !== 'room'
    const boundary = request.method === 'PUT' ? undefined : boundaryOf(this.#type)
    this.#isUpload = request.method === 'PUT' || boundary !== undefined || isFile(this.#type)
    if (boundary !== undefined) {
      this.#multipart = new MultipartReader(boundary, {
        begin: (head) => this.#beginPart(head),
        data: (data) => this.#partData(data),
        end: () => this.#endPart(),
      })
    }
    if (this.lost) return
    const via =
      request.method === 'PUT' ? 'put' : boundary === undefined && isFile(this.#type) ? 'post' : undefined
    if (via === undefined) {
      this.#capture = session.capture()
    } else {
      // The body is the file: it is kept once.
      const name = (request.path ?? request.head.target).split('/').at(-1) ?? ''
      this.uploads.push({
        name,
        type: this.#type,
        via,
        hash: createHash('sha256'),
        capture: session.capture(),
      })
    }
  }

  /** Whether its sender means it as a file to be kept. */
  get isUpload(): boolean {
    return this.#isUpload
  }

  /** What is kept of the body where it is no single file; give it to `record`, or leave it. */
  get capture(): Capture | undefined {
    return this.#capture
  }

  /** SHA-256 of what is kept; undefined where nothing is. */
  get sha256(): string | undefined {
    if (this.bytes === 0 || this.lost) return undefined
    return (this.#sha256 ||= this.#hash.digest('hex'))
  }

  /** The beginning of the body as text. */
  get text(): string {
    return Buffer.concat(this.#text).toString('latin1')
  }

  /** Fields of a form, whichever way it was sent. */
  get fields(): ReadonlyMap<string, string> {
    if (this.#multipart) return this.#fields
    return /^application\/x-www-form-urlencoded/i.test(this.#type) || this.#type === ''
      ? formFields(this.text)
      : new Map()
  }

  /** One piece. Returns a promise where the caller should stop reading until the disk has caught up. */
  take(data: Buffer): Promise<void> | undefined {
    this.bytes += data.length
    if (!this.#multipart && !this.#isUpload) {
      const part = data.subarray(0, maxTextBytes - this.#textBytes)
      if (this.#hold(part.length)) this.#text.push(part)
    }
    if (this.bytes > this.#keptBytes && !this.truncated) this.#truncate()
    const kept = this.truncated
      ? data.subarray(0, Math.max(0, data.length - (this.bytes - this.#keptBytes)))
      : data
    if (kept.length > 0 && !this.lost) {
      this.#hash.update(kept)
      const whole = this.uploads[0]
      if (this.#capture) this.#append(this.#capture, kept)
      else if (whole && whole.via !== 'multipart') {
        whole.hash.update(kept)
        this.#append(whole.capture, kept)
      }
      if (!this.truncated) this.#multipart?.feed(kept)
    }
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }

  /** Everything came: what was kept is in memory or durably in its file. */
  async finish(): Promise<void> {
    if (!this.truncated && !this.lost && this.#multipart) {
      this.#multipart.finish()
    }
    try {
      await this.#capture?.finish()
      for (const upload of this.uploads) await upload.capture.finish()
    } catch {
      this.lost = true
    }
    if (this.lost) await this.discard()
  }

  /** No more comes, and it is not whole: what came stays with the body, and no file does. */
  abandon(): void {
    if (!this.truncated) this.#truncate()
  }

  /** Forgets everything. */
  async discard(): Promise<void> {
    this.lost = true
    await this.#capture?.discard()
    this.#capture = undefined
    for (const upload of this.uploads.splice(0)) await upload.capture.discard()
    await this.#part?.file?.capture.discard()
    this.#part = undefined
  }

  /** Lets go of what was looked into; call it once the request is over. */
  release(): void {
    textBytesOfAll -= this.#textBytes
    this.#textBytes = 0
    this.#text.length = 0
    this.#fields.clear()
  }

  #hold(bytes: number): boolean {
    if (bytes === 0 || textBytesOfAll + bytes > maxTextBytesOfAll) return false
    textBytesOfAll += bytes
    this.#textBytes += bytes
    return true
  }

  /** A file that is not whole is not an upload: its beginning stays with the body. */
  #truncate(): void {
    this.truncated = true
    const whole = this.uploads[0]
    if (whole && whole.via !== 'multipart') this.#capture = whole.capture
    for (const upload of this.uploads.splice(0))
      if (upload.capture !== this.#capture) void upload.capture.discard()
    void this.#part?.file?.capture.discard()
    this.#part = undefined
  }

  #append(capture: Capture, data: Buffer): void {
    const wait = capture.append(data)
    if (!wait) return
    const safe = wait.catch(() => {
      this.lost = true
    })
    this.#waiting = this.#waiting ? Promise.all([this.#waiting, safe]).then(() => {}) : safe
  }

  #beginPart(head: PartHead): void {
    let file: Upload | undefined
    // A file field that was left empty has an empty name.
    if (head.fileName !== undefined && this.uploads.length < maxFiles) {
      const capture = this.#session.capture()
      file = {
        name: head.fileName,
        type: head.contentType,
        via: 'multipart',
        hash: createHash('sha256'),
        capture,
      }
    }
    this.#part = { head, file, text: [], bytes: 0 }
  }

  #partData(data: Buffer): void {
    const part = this.#part
    if (!part) return
    part.bytes += data.length
    if (part.file) {
      part.file.hash.update(data)
      this.#append(part.file.capture, data)
    } else if (this.#textBytes + data.length <= maxTextBytes && this.#hold(data.length)) part.text.push(data)
  }

  #endPart(): void {
    const part = this.#part
    this.#part = undefined
    if (!part) return
    if (!part.file) {
      if (this.#fields.size < 200)
        this.#fields.set(part.head.name, Buffer.concat(part.text).toString('latin1'))
    } else if (part.bytes === 0 && part.file.name === '') void part.file.capture.discard()
    else this.uploads.push(part.file)
  }
}

/** Whether a body of this type is a file by itself: what forms and programs exchange is not. */
function isFile(type: string): boolean {
  return (
    type !== '' &&
    !/^(application\/(x-www-form-urlencoded|json|xml|[\w.-]+\+(json|xml))|text\/(xml|plain)|multipart\/)/i.test(
      type,
    )
  )
}
