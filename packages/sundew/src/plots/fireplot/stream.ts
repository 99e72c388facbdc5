import type { Points } from './points.ts'

/** What comes before the events when the store tells them (`POST /plots/firewall`), as one line of JSON. */
export interface StreamHead {
  /** ms since 1970; the end is not included. */
  readonly from: number
  readonly to: number
  /** A unit of the events' time, ms. */
  readonly stepMs: number
  /** How many there are, where that was asked for. */
  readonly events?: number
  /** Each event has its source, and they come in the order of time. */
  readonly named: boolean
  /** Countries that have colours, the first one's first; of the scheme `country`. */
  readonly countries: readonly string[]
  /** Ports that were asked to be hidden: the busiest. */
  readonly busiest: readonly number[]
  /** Sources that have colours of their own, and how many more would, where those of told scans were asked for. */
  readonly scanners?: { readonly alone: number; readonly together: number; readonly missing: number }
}

/** The longest head: a thousand ports. */
const longestHead = 65_536
/** The largest block; the store's have 65,536 rows. */
const mostRows = 4_000_000
const lf = 0x0a

/** The columns of events, as ClickHouse names their types, and bytes a row. */
export const streamColumns = [
  { name: 'at', type: 'UInt32', bytes: 4 },
  { name: 'place', type: 'UInt32', bytes: 4 },
  { name: 'colour', type: 'UInt8', bytes: 1 },
] as const
export const sourceColumn = { name: 'source', type: 'IPv6', bytes: 16 } as const

/**
 * Reads the answer: a line of JSON, then blocks of ClickHouse's format Native.
 *
 * @param begin called with the head before any events
 * @param take called with each block's events: arrays of their own, and four words of each source where there are some
 * @throws Error where it is something else, or breaks off
 */
export async function readStream(
  pieces: AsyncIterable<Uint8Array>,
  begin: (head: StreamHead) => void,
  take: (points: Points, sources: Uint32Array | undefined) => void,
): Promise<void> {
  let head: StreamHead | undefined
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 20)
  let [start, end] = [0, 0]
  for await (const piece of pieces) {
    if (end + piece.length > bytes.length) {
      const larger = end - start + piece.length > bytes.length / 2
      const next = larger ? new Uint8Array(2 * (end - start + piece.length)) : bytes
      next.set(bytes.subarray(start, end))
      ;[bytes, end, start] = [next, end - start, 0]
    }
    bytes.set(piece, end)
    end += piece.length
    if (!head) {
      const line = bytes.subarray(start, end).indexOf(lf)
      if (line < 0 && end < longestHead) continue
      head = JSON.parse(
        new TextDecoder().decode(bytes.subarray(start, start + Math.max(0, line))),
      ) as StreamHead
      start += line + 1
      begin(head)
    }
    start = readBlocks(bytes, start, end, head, take)
  }
  if (head && bytes[start] === exceptionMark && start < end)
    throw new Error(exceptionText(bytes.subarray(start, end)))
  if (!head || start !== end) throw new Error('the answer broke off')
}

/** A store that fails on the way says so in place of a block, between two such lines. */
const exceptionMark = 0x0d
const exceptionLine = '__exception__'

function exceptionText(bytes: Uint8Array): string {
  const [, text = ''] = new TextDecoder().decode(bytes.subarray(0, 4096)).split(exceptionLine)
  return text.trim().split('\r\n').at(1) ?? 'the store failed'
}

/** Reads whole blocks; where the first that is not whole begins. */
function readBlocks(
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
  end: number,
  head: StreamHead,
  take: (points: Points, sources: Uint32Array | undefined) => void,
): number {
  for (let start = from; ;) {
    if (start < end && bytes[start] === exceptionMark) return start
    const reader = new Reader(bytes, start, end)
    const columns = reader.number()
    const length = reader.number()
    if (columns === undefined || length === undefined) return start
    const wanted = head.named ? [...streamColumns, sourceColumn] : streamColumns
    if (columns !== wanted.length || length > mostRows) throw new Error('the answer is not made of events')
    const arrays: ArrayBuffer[] = []
    for (const { name, type, bytes: size } of wanted) {
      const told = reader.text()
      // What is not whole is not read on from.
      const typed = told === undefined ? undefined : reader.text()
      if (typed === undefined) return start
      if (told !== name || typed !== type) throw new Error('the answer is not made of events')
      const cells = reader.take(length * size)
      if (cells === undefined) return start
      arrays.push(cells)
    }
    const [time, place, colour, source] = arrays
    take(
      {
        length,
        origin: head.from,
        stepMs: head.stepMs,
        time: new Uint32Array(time!),
        place: new Uint32Array(place!),
        colour: new Uint8Array(colour!),
      },
      source && new Uint32Array(source),
    )
    start = reader.at
  }
}

/** Reads what is there; undefined where more is needed. */
class Reader {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #end: number
  at: number

  constructor(bytes: Uint8Array<ArrayBuffer>, at: number, end: number) {
    this.#bytes = bytes
    this.at = at
    this.#end = end
  }

  /** Seven bits a byte, the lowest first (LEB128); five bytes at most. */
  number(): number | undefined {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.at >= this.#end) return undefined
      const byte = this.#bytes[this.at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw new Error('the answer is not made of events')
  }

  text(): string | undefined {
    const length = this.number()
    if (length === undefined) return undefined
    if (length > 64) throw new Error('the answer is not made of events')
    if (this.at + length > this.#end) return undefined
    const text = String.fromCharCode(...this.#bytes.subarray(this.at, this.at + length))
    this.at += length
    return text
  }

  /** A copy, which begins where a word may. */
  take(length: number): ArrayBuffer | undefined {
    if (this.at + length > this.#end) return undefined
    const copy = this.#bytes.buffer.slice(this.at, this.at + length)
    this.at += length
    return copy
  }
}
