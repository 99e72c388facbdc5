/** Why bytes are not a chunked body (RFC 9112 §7.1). */
export type ChunkFault = 'bad-size' | 'size-too-long' | 'no-line-end' | 'trailers-too-long'

/** Bytes of one chunk-size line, its extensions included. */
const maxSizeLine = 1024
/** Bytes of all trailers together. */
const maxTrailers = 8 * 1024
/** Hexadecimal digits of a chunk size: 2^52 - 1 at most. */
const sizeForm = /^([0-9A-Fa-f]{1,13})[ \t]*(;.*)?$/

/** Takes a chunked body apart as it comes. */
export class ChunkedReader {
  readonly #take: (data: Buffer) => void
  #state: 'size' | 'data' | 'data-end' | 'trailers' = 'size'
  #line = ''
  #left = 0
  #trailers = 0
  done = false
  fault: ChunkFault | undefined

  /** `take` gets each piece of the body; pieces are views of the chunks fed. */
  constructor(take: (data: Buffer) => void) {
    this.#take = take
  }

  /** Reads `chunk` from `at`; returns where it stopped: past the body once {@link done}, else the end or the fault. */
  feed(chunk: Buffer, at: number): number {
    while (!this.done && this.fault === undefined && at < chunk.length) {
      if (this.#state === 'data') {
        const end = Math.min(chunk.length, at + this.#left)
        this.#take(chunk.subarray(at, end))
        this.#left -= end - at
        at = end
        if (this.#left === 0) this.#state = 'data-end'
      } else {
        at = this.#readLine(chunk, at)
      }
    }
    return at
  }

  #readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(10, at)
    const limit = this.#state === 'size' ? maxSizeLine : this.#state === 'data-end' ? 1 : maxTrailers
    const stop = end < 0 ? chunk.length : end
    if (this.#line.length + stop - at > limit) {
      this.fault =
        this.#state === 'size'
          ? 'size-too-long'
          : this.#state === 'data-end'
            ? 'no-line-end'
            : 'trailers-too-long'
      return at
    }
    this.#line += chunk.toString('latin1', at, stop)
    if (this.#state === 'data-end' && this.#line !== '' && this.#line !== '\r') {
      this.fault = 'no-line-end'
      return at
    }
    if (end < 0) return stop
    const line = this.#line
    this.#line = ''
    // Apache wants CR LF here, and so a bare LF is a way to make two servers disagree.
    if (!line.endsWith('\r')) this.fault = 'no-line-end'
    else this.#whole(line.slice(0, -1))
    return this.fault === undefined ? end + 1 : at
  }

  #whole(line: string): void {
    if (this.#state === 'data-end') {
      if (line === '') this.#state = 'size'
      else this.fault = 'no-line-end'
    } else if (this.#state === 'size') {
      const size = sizeForm.exec(line)
      if (!size) {
        this.fault = 'bad-size'
        return
      }
      this.#left = parseInt(size[1]!, 16)
      this.#state = this.#left === 0 ? 'trailers' : 'data'
    } else if (line === '') {
      this.done = true
    } else {
      this.#trailers += line.length
      if (this.#trailers > maxTrailers) this.fault = 'trailers-too-long'
    }
  }
}
