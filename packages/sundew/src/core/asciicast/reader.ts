import { textBytes } from './byte-text.ts'

export interface AsciicastHeader {
  readonly type: 'header'
  readonly width: number
  readonly height: number
  /** Milliseconds since the Unix epoch; 0 where it does not say. */
  readonly startedMs: number
}

/** Times are milliseconds since the start and never go back. */
export type AsciicastEvent =
  | { readonly type: 'output' | 'input'; readonly ms: number; readonly bytes: Uint8Array }
  | { readonly type: 'resize'; readonly ms: number; readonly width: number; readonly height: number }
  | { readonly type: 'marker'; readonly ms: number; readonly label: string }

export const asciicastLimits = {
  lineBytes: 256 * 1024,
  events: 5_000_000,
  /** 30 days. */
  ms: 30 * 86_400_000,
  /** Columns or lines. */
  cells: 1000,
} as const

const lf = 0x0a

/**
 * Reads asciicasts, version 2, one or several on end, as bytes come. Lines that are none, or too long, are passed over
 * and counted; so are events of other kinds, as the format asks.
 */
export class AsciicastReader {
  #rest: Uint8Array[] = []
  #restBytes = 0
  #skipping = false
  #lastMs = 0
  #events = 0
  /** Lines that were no part of a recording. */
  malformed = 0;

  *feed(chunk: Uint8Array): Generator<AsciicastHeader | AsciicastEvent> {
    for (let at = 0; at < chunk.length;) {
      const end = chunk.indexOf(lf, at)
      this.#add(chunk.subarray(at, end < 0 ? chunk.length : end))
      if (end < 0) return
      at = end + 1
      yield* this.end()
    }
  }

  /** The last line, where no line feed ended it. */
  *end(): Generator<AsciicastHeader | AsciicastEvent> {
    const line = Buffer.concat(this.#rest).toString('utf8')
    const skipped = this.#skipping
    this.#rest = []
    this.#restBytes = 0
    this.#skipping = false
    if (line.trim() === '' && !skipped) return
    const found = skipped ? undefined : this.#line(line)
    if (found === undefined) this.malformed++
    else if (found !== 'other') yield found
  }

  #add(piece: Uint8Array): void {
    this.#restBytes += piece.length
    if (this.#restBytes > asciicastLimits.lineBytes) {
      this.#skipping = true
      this.#rest = []
    }
    if (!this.#skipping && piece.length > 0) this.#rest.push(piece.slice())
  }

  #line(line: string): AsciicastHeader | AsciicastEvent | 'other' | undefined {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      return undefined
    }
    if (Array.isArray(value)) return this.#event(value as unknown[])
    if (typeof value !== 'object' || value === null) return undefined
    const { version, width, height, timestamp } = value as Record<string, unknown>
    const columns = cells(width)
    const lines = cells(height)
    if (version !== 2 || columns === undefined || lines === undefined) return undefined
    const startedMs =
      typeof timestamp === 'number' && timestamp >= 0 && timestamp < 1e11 ? timestamp * 1000 : 0
    return { type: 'header', width: columns, height: lines, startedMs }
  }

  #event([time, code, data]: readonly unknown[]): AsciicastEvent | 'other' | undefined {
    if (typeof time !== 'number' || typeof code !== 'string' || typeof data !== 'string') return undefined
    const ms = time * 1000
    if (!(ms >= 0 && ms <= asciicastLimits.ms) || ++this.#events > asciicastLimits.events) return undefined
    this.#lastMs = Math.max(this.#lastMs, ms)
    const at = this.#lastMs
    switch (code) {
      case 'o':
        return { type: 'output', ms: at, bytes: textBytes(data) }
      case 'i':
        return { type: 'input', ms: at, bytes: textBytes(data) }
      case 'm':
        return { type: 'marker', ms: at, label: data }
      case 'r': {
        const size = /^(\d{1,9})x(\d{1,9})$/.exec(data)
        const width = cells(Number(size?.[1]))
        const height = cells(Number(size?.[2]))
        return width === undefined || height === undefined
          ? undefined
          : { type: 'resize', ms: at, width, height }
      }
      default:
        return 'other'
    }
  }
}

function cells(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= asciicastLimits.cells
    ? value
    : undefined
}
