/** One part's head (RFC 7578 §4): bytes as one character (U+0000-U+00FF) each. */
export interface PartHead {
  /** The form field's name. */
  readonly name: string
  /** As sent; undefined for a field that is no file. */
  readonly fileName: string | undefined
  readonly contentType: string
}

/** Where the parts go. Every byte of the body is given once, in order, to `data` or to `outside`. */
export interface PartSink {
  begin(head: PartHead): void
  data(bytes: Buffer): void
  end(): void
  /** Bytes of no part's data: delimiters and heads, what stands before the first and after the last. */
  outside(bytes: Buffer): void
}

/** Why a multipart body is not read further: its parts so far are whole. */
export type MultipartFault = 'part-head-too-long' | 'too-many-parts'

/** Bytes of one part's head. */
const maxPartHead = 16 * 1024
const maxParts = 1_000
/** RFC 2046 §5.1.1 says 70; some send more. */
const maxBoundary = 200

/** The boundary a content type names; undefined where it is no multipart/form-data or has none. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/[\w.+-]+\s*(;|$)/i.test(contentType)) return undefined
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(contentType)
  const text = boundary?.[1] ?? boundary?.[2] ?? ''
  return text === '' || text.length > maxBoundary ? undefined : text
}

/** Takes a multipart body apart as it comes, every byte of every part exact. */
export class MultipartReader {
  readonly #sink: PartSink
  readonly #delimiter: Buffer
  /** What may yet turn out to be the beginning of a delimiter, or a head still on its way. */
  #held: Buffer
  #state: 'preamble' | 'after' | 'head' | 'body' | 'over' = 'preamble'
  #parts = 0
  /** Bytes at the beginning of `#held` that nobody sent. */
  #ours = 2
  /** True once the closing delimiter was seen. */
  closed = false
  fault: MultipartFault | undefined

  constructor(boundary: string, sink: PartSink) {
    this.#sink = sink
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    // The first delimiter may stand at the very beginning.
    this.#held = Buffer.from('\r\n')
  }

  feed(chunk: Buffer): void {
    if (this.#state === 'over') return this.#outside(chunk)
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = Buffer.alloc(0)
    for (;;) {
      const rest = this.#step(bytes)
      if (rest === undefined) return
      bytes = rest
    }
  }

  /** No more comes: a part left open ends here. */
  finish(): void {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    if (this.#state === 'body') {
      if (held.length > 0) this.#sink.data(held)
      this.#sink.end()
    } else this.#outside(held)
    this.#state = 'over'
  }

  /** What is left after a step; undefined where it has to wait for more. */
  #step(bytes: Buffer): Buffer | undefined {
    switch (this.#state) {
      case 'preamble':
      case 'body':
        return this.#toDelimiter(bytes)
      case 'after':
        return this.#afterDelimiter(bytes)
      case 'head':
        return this.#partHead(bytes)
      case 'over':
        return undefined
    }
  }

  #toDelimiter(bytes: Buffer): Buffer | undefined {
    const found = bytes.indexOf(this.#delimiter)
    const end = found < 0 ? bytes.length - couldBegin(bytes, this.#delimiter) : found
    if (this.#state === 'preamble') this.#outside(bytes.subarray(0, end))
    else if (end > 0) this.#sink.data(bytes.subarray(0, end))
    if (found < 0) {
      this.#held = bytes.subarray(end)
      return undefined
    }
    if (this.#state === 'body') this.#sink.end()
    this.#state = 'after'
    return this.#past(bytes.subarray(end), this.#delimiter.length)
  }

  /** `--` ends the body; else blanks and a line end go before the next head. */
  #afterDelimiter(bytes: Buffer): Buffer | undefined {
    const line = bytes.indexOf(10)
    if (bytes.length >= 2 && bytes[0] === 45 && bytes[1] === 45) {
      this.closed = true
      return this.#over(bytes)
    }
    if (line < 0) return this.#wait(bytes)
    if (++this.#parts > maxParts) return this.#give('too-many-parts', bytes)
    this.#state = 'head'
    return this.#past(bytes, line + 1)
  }

  #partHead(bytes: Buffer): Buffer | undefined {
    // A head without fields is an empty line alone.
    const empty = bytes[0] === 13 && bytes[1] === 10
    const end = empty ? 0 : bytes.indexOf('\r\n\r\n')
    if (end < 0) return this.#wait(bytes)
    if (end > maxPartHead) return this.#give('part-head-too-long', bytes)
    const rest = this.#past(bytes, empty ? 2 : end + 4)
    this.#sink.begin(readPartHead(bytes.toString('latin1', 0, end)))
    this.#state = 'body'
    return rest
  }

  #wait(bytes: Buffer): undefined {
    if (bytes.length > maxPartHead) return this.#give('part-head-too-long', bytes)
    this.#held = bytes
    return undefined
  }

  #give(fault: MultipartFault, bytes: Buffer): undefined {
    this.fault = fault
    return this.#over(bytes)
  }

  /** Nothing is looked at any more. */
  #over(bytes: Buffer): undefined {
    this.#state = 'over'
    this.#outside(bytes)
    return undefined
  }

  /** The bytes after the first `length`, which belong to no part's data. */
  #past(bytes: Buffer, length: number): Buffer {
    this.#outside(bytes.subarray(0, length))
    return bytes.subarray(length)
  }

  #outside(bytes: Buffer): void {
    const ours = Math.min(this.#ours, bytes.length)
    this.#ours -= ours
    if (bytes.length > ours) this.#sink.outside(bytes.subarray(ours))
  }
}

/** How many bytes at the end of `bytes` could be the beginning of `delimiter`. */
function couldBegin(bytes: Buffer, delimiter: Buffer): number {
  for (let length = Math.min(delimiter.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(delimiter.subarray(0, length))) return length
  }
  return 0
}

function readPartHead(text: string): PartHead {
  let disposition = ''
  let contentType = ''
  for (const line of text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    if (name === 'content-disposition') disposition = line.slice(colon + 1).trim()
    if (name === 'content-type') contentType = line.slice(colon + 1).trim()
  }
  return {
    name: parameter(disposition, 'name') ?? '',
    fileName: parameter(disposition, 'filename') ?? parameter(disposition, 'filename*'),
    contentType,
  }
}

/** A parameter's value. Browsers write `"` inside as `%22` and never escape a backslash (WHATWG HTML, multipart/form-data). */
function parameter(disposition: string, name: string): string | undefined {
  const form = new RegExp(
    `;\\s*${name.replace('*', '\\*')}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.|\\\\$)*)"|([^;\\s]*))`,
    'i',
  )
  const found = form.exec(disposition)
  return found?.[1]?.replaceAll('\\"', '"') ?? found?.[2]
}
