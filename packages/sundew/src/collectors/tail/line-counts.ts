/** What became of a log's lines since the collectors began. */
export interface LineCounts {
  lines: number
  /** Told something that can be listed. */
  told: number
  malformed: number
  /** Longer than is read; left out. */
  tooLong: number
  /** Came before the log's format was known. */
  unrecognised: number
}

/** Malformed lines of a log that are shown. */
const mostSamples = 3
/** Bytes of each. */
const longestSample = 200

/** Counts a log's lines, and keeps some of those that could not be read. */
export class LineTally implements LineCounts {
  lines = 0
  told = 0
  malformed = 0
  tooLong = 0
  unrecognised = 0
  /** One character a byte: readable only where a person reads it. */
  readonly samples: string[] = []

  sample(line: Uint8Array, from: number, to: number): void {
    if (this.samples.length === mostSamples) return
    const length = Math.min(to - from, longestSample)
    this.samples.push(Buffer.from(line.buffer, line.byteOffset + from, length).toString('latin1'))
  }
}
