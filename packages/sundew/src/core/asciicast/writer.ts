import { ByteText } from './byte-text.ts'

export interface AsciicastOptions {
  /** Columns and lines of the terminal; a peer may name any. */
  readonly width: number
  readonly height: number
  /** When it began, milliseconds since the Unix epoch. */
  readonly startedMs: number
  readonly title?: string
  /** What the whole recording may take, bytes of UTF-8. */
  readonly limitBytes: number
}

/** Columns or lines: players make a grid of them. */
const mostCells = 1000
/** Bytes of a peer's in one line of the file: with escapes it stays under {@link asciicastLimits} of the reader. */
const mostEventBytes = 16 * 1024
/** Kept free for the line that says where it was cut. */
const markerBytes = 256

/**
 * Writes an asciicast, version 2 (docs.asciinema.org/manual/asciicast/v2): a header and one event a line, as text to
 * append to a file. Times are milliseconds since the start. Any bytes may come; how those that are no UTF-8 are kept,
 * `byte-text.ts` tells.
 */
export class AsciicastWriter {
  readonly width: number
  readonly height: number
  readonly #options: AsciicastOptions
  readonly #output = new ByteText()
  readonly #input = new ByteText()
  #left: number
  #lastMs = 0
  /** More came than is kept. */
  truncated = false

  constructor(options: AsciicastOptions) {
    this.#options = options
    this.width = cells(options.width, 80)
    this.height = cells(options.height, 24)
    this.#left = options.limitBytes - markerBytes
  }

  /** The first line. Once more it begins another file, whose times go on from the first one's. */
  header(): string {
    const { startedMs, title } = this.#options
    const { width, height } = this
    const timestamp = Math.floor(startedMs / 1000)
    const line = `${escaped({ version: 2, width, height, timestamp, ...(title !== undefined && { title }) })}\n`
    this.#left -= Buffer.byteLength(line)
    return line
  }

  /** What the terminal showed. */
  output(ms: number, bytes: Uint8Array): string {
    return this.#bytes(ms, 'o', this.#output, bytes)
  }

  /** What was typed. */
  input(ms: number, bytes: Uint8Array): string {
    return this.#bytes(ms, 'i', this.#input, bytes)
  }

  resize(ms: number, width: number, height: number): string {
    return this.#event(ms, 'r', `${cells(width, this.width)}x${cells(height, this.height)}`)
  }

  /** Bytes of a character that never came whole. */
  end(ms: number): string {
    return (
      this.#event(ms, 'o', this.truncated ? '' : this.#output.end()) +
      this.#event(ms, 'i', this.truncated ? '' : this.#input.end())
    )
  }

  #bytes(ms: number, code: 'o' | 'i', text: ByteText, bytes: Uint8Array): string {
    let lines = ''
    for (let at = 0; at < bytes.length && !this.truncated; at += mostEventBytes) {
      lines += this.#event(ms, code, text.push(bytes.subarray(at, at + mostEventBytes)))
    }
    return lines
  }

  #event(ms: number, code: 'o' | 'i' | 'r' | 'm', data: string): string {
    if (data === '' || this.truncated) return ''
    this.#lastMs = Math.max(this.#lastMs, ms)
    const line = this.#line(code, data)
    const bytes = Buffer.byteLength(line)
    if (bytes <= this.#left) {
      this.#left -= bytes
      return line
    }
    this.truncated = true
    return this.#line('m', `cut here: a recording may take ${this.#options.limitBytes} bytes`)
  }

  #line(code: string, data: string): string {
    return `[${(this.#lastMs / 1000).toFixed(6)}, "${code}", ${escaped(data)}]\n`
  }
}

/** JSON that neither ends a line for any reader of lines nor acts on a terminal that shows the file itself. */
function escaped(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function cells(count: number, otherwise: number): number {
  if (!(count >= 1)) return otherwise
  return Math.min(mostCells, Math.floor(count))
}
