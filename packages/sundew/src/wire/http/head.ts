/**
 * The head of an HTTP/1 request (RFC 9112 §2-5), read as bytes come. Bytes are held as one character (U+0000-U+00FF)
 * each. Nothing is refused here: what is odd is flagged, because servers differ in what they bear, and every oddity is
 * worth knowing.
 */
export interface RequestHead {
  readonly method: string
  readonly target: string
  /** `undefined` for HTTP/0.9, which sends a method and a target alone. */
  readonly version: HttpVersion | undefined
  /** Fields in the order and case they came; a folded one is joined with a space. */
  readonly fields: readonly Field[]
  /** Every line as it came, without its end of line; the request line first. */
  readonly lines: readonly string[]
  readonly oddities: ReadonlySet<Oddity>
}

export interface HttpVersion {
  readonly major: number
  readonly minor: number
}

export interface Field {
  readonly name: string
  readonly value: string
}

/** What is odd about a head. The last four are limits of ours: reading ended there. */
export type Oddity =
  | 'bad-request-line'
  | 'extra-blanks'
  | 'bad-method'
  | 'bad-target'
  | 'bad-version'
  | 'bare-lf'
  | 'bare-cr'
  | 'nul'
  | 'no-colon'
  | 'leading-blank'
  | 'blank-before-colon'
  | 'bad-name'
  | 'bad-value'
  | 'folded'
  | 'request-line-too-long'
  | 'field-too-long'
  | 'too-many-fields'
  | 'too-many-blank-lines'

export interface HeadLimits {
  /** Bytes of the request line. Apache: LimitRequestLine. */
  readonly requestLine: number
  /** Bytes of one field, its folds included. Apache: LimitRequestFieldSize. */
  readonly field: number
  /** Apache: LimitRequestFields. */
  readonly fields: number
  /** Bytes of the request line and all fields together, all of which are held and recorded. nginx: large_client_header_buffers. */
  readonly head: number
  /** Empty lines before the request line. */
  readonly blankLines: number
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// RFC 9112 §3.2: visible ASCII; bytes above it are borne everywhere.
const targetForm = /^[\x21\x22\x24-\x7e\x80-\xff]+$/
const requestLineForm = /^([^ \t]+)([ \t]+)([^ \t]+)(?:([ \t]+)(HTTP\/[^ \t]*)([ \t]*))?$/
const versionForm = /^HTTP\/([0-9])\.([0-9])$/
/** A folded line counts so much more against the head, since any number of fields may be of lines of one blank. */
const foldBytes = 64
const carriageReturn = 13
const lineFeed = 10

/** Reads one head. Make a new one for the next. */
export class HeadReader {
  readonly #limits: HeadLimits
  readonly #lines: string[] = []
  readonly #fields: { name: string; value: string }[] = []
  readonly #oddities = new Set<Oddity>()
  #partial = ''
  #bytes = 0
  #blank = 0
  #method = ''
  #target = ''
  #version: HttpVersion | undefined
  /** True once the head is whole, or a limit ended it. */
  done = false

  constructor(limits: HeadLimits) {
    this.#limits = limits
  }

  /** Whether a byte of a request line has come. */
  get begun(): boolean {
    return this.#lines.length > 0 || this.#partial !== ''
  }

  /** What there is so far; all of it once {@link done}. */
  get head(): RequestHead {
    return {
      method: this.#method,
      target: this.#target,
      version: this.#version,
      fields: this.#fields,
      lines: this.#partial === '' ? this.#lines : [...this.#lines, this.#partial],
      oddities: this.#oddities,
    }
  }

  /** Reads `chunk` from `at`; returns where it stopped: past the head once {@link done}, else the chunk's end. */
  feed(chunk: Buffer, at: number): number {
    while (!this.done && at < chunk.length) {
      const end = chunk.indexOf(lineFeed, at)
      const limit = this.#lines.length === 0 ? this.#limits.requestLine : this.#limits.field
      if (end < 0 || end - at + this.#partial.length > limit + 1) {
        const stop = Math.min(end < 0 ? chunk.length : end, at + limit + 2 - this.#partial.length)
        this.#partial += chunk.toString('latin1', at, stop)
        if (this.#partial.length > limit + 1) {
          this.#stop(this.#lines.length === 0 ? 'request-line-too-long' : 'field-too-long')
        }
        at = stop
        continue
      }
      const whole = this.#partial + chunk.toString('latin1', at, end)
      this.#partial = ''
      at = end + 1
      const bare = whole.charCodeAt(whole.length - 1) !== carriageReturn
      const line = bare ? whole : whole.slice(0, -1)
      if (bare && (line !== '' || this.#lines.length > 0)) this.#oddities.add('bare-lf')
      if (line.length <= limit) {
        this.#take(line)
      } else {
        this.#partial = line
        this.#stop(this.#lines.length === 0 ? 'request-line-too-long' : 'field-too-long')
      }
    }
    return at
  }

  #stop(why: Oddity): void {
    this.#oddities.add(why)
    this.done = true
  }

  #take(line: string): void {
    if (line.includes('\r')) this.#oddities.add('bare-cr')
    if (line.includes('\0')) this.#oddities.add('nul')
    if (this.#lines.length > 0) this.#field(line)
    else if (line !== '') this.#requestLine(line)
    else if (++this.#blank > this.#limits.blankLines) this.#stop('too-many-blank-lines')
  }

  #requestLine(line: string): void {
    this.#lines.push(line)
    this.#bytes += line.length
    const parts = requestLineForm.exec(line)
    if (!parts) {
      this.#oddities.add('bad-request-line')
      const [method = '', target = ''] = line.split(/[ \t]+/)
      this.#method = method
      this.#target = target
      // Without a version there are no fields to wait for.
      if (!/[ \t]HTTP\/\d/.test(line)) this.done = true
      return
    }
    const [, method = '', gap, target = '', gap2, version, tail] = parts
    this.#method = method
    this.#target = target
    if (gap !== ' ' || (version !== undefined && (gap2 !== ' ' || tail !== '')))
      this.#oddities.add('extra-blanks')
    if (!token.test(method)) this.#oddities.add('bad-method')
    if (!targetForm.test(target)) this.#oddities.add('bad-target')
    if (version === undefined) {
      this.done = true
      return
    }
    const digits = versionForm.exec(version)
    if (digits) this.#version = { major: Number(digits[1]), minor: Number(digits[2]) }
    else this.#oddities.add('bad-version')
  }

  #field(line: string): void {
    if (line === '') {
      this.done = true
      return
    }
    const first = line.charCodeAt(0)
    const folds = first === 32 || first === 9
    this.#bytes += line.length + (folds ? foldBytes : 0)
    if (this.#bytes > this.#limits.head) {
      this.#stop('field-too-long')
      return
    }
    this.#lines.push(line)
    if (folds) {
      this.#fold(line)
      return
    }
    if (this.#fields.length >= this.#limits.fields) {
      this.#stop('too-many-fields')
      return
    }
    const colon = line.indexOf(':')
    if (colon < 0) {
      this.#oddities.add('no-colon')
      this.#fields.push({ name: line, value: '' })
      return
    }
    const name = line.slice(0, colon)
    if (!token.test(name)) {
      this.#oddities.add(/^[^ \t]+[ \t]+$/.test(name) ? 'blank-before-colon' : 'bad-name')
    }
    const value = trimmed(line, colon + 1)
    if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) this.#oddities.add('bad-value')
    this.#fields.push({ name, value })
  }

  /** A line that goes on with the field before it (RFC 9112 §5.2). */
  #fold(line: string): void {
    const last = this.#fields.at(-1)
    this.#oddities.add(last ? 'folded' : 'leading-blank')
    if (!last) return
    last.value = `${last.value} ${trimmed(line, 0)}`
    if (last.name.length + last.value.length > this.#limits.field) this.#stop('field-too-long')
  }
}

function trimmed(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isBlank(line.charCodeAt(start))) start++
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--
  return line.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

/** The value of the first field of that name (given in lower case); undefined where there is none. */
export function fieldOf(head: RequestHead, name: string): string | undefined {
  for (const field of head.fields) {
    if (field.name.length === name.length && field.name.toLowerCase() === name) return field.value
  }
  return undefined
}

/** The values of all fields of that name (given in lower case). */
export function fieldsOf(head: RequestHead, name: string): string[] {
  const values: string[] = []
  for (const field of head.fields) {
    if (field.name.length === name.length && field.name.toLowerCase() === name) values.push(field.value)
  }
  return values
}
