import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listSegments, segmentFile, spoolFolder } from './journal/segments.ts'

export interface BacklogLimits {
  /** What the journal may hold that the hub has not taken yet, bytes on the disk. */
  readonly totalBytes: number
  /** What of it one source may have brought, bytes as sent. */
  readonly sourceBytes: number
}

/**
 * What waits in the journal, in all and by source, so that a source that floods us while the hub is away fills only
 * its own part of the waiting room. Counted by segment: the hub removes a segment when it has taken it whole.
 */
export class Backlog {
  readonly #directory: string
  readonly #limits: BacklogLimits
  readonly #bySegment = new Map<number, Map<string, number>>()
  #totalBytes = 0

  constructor(directory: string, limits: BacklogLimits) {
    this.#directory = directory
    this.#limits = limits
  }

  add(segment: number, source: string, bytes: number): void {
    let sources = this.#bySegment.get(segment)
    if (!sources) this.#bySegment.set(segment, (sources = new Map()))
    sources.set(source, (sources.get(source) ?? 0) + bytes)
  }

  /** Looks at what lies on the disk; `taken` is the oldest segment that the hub still needs. */
  async look(): Promise<void> {
    const segments = await listSegments(this.#directory)
    let bytes = 0
    for (const segment of segments) bytes += await size(segmentFile(this.#directory, segment))
    const spool = spoolFolder(this.#directory)
    for (const name of await readdir(spool)) bytes += await size(join(spool, name))
    this.#totalBytes = bytes
    const oldest = segments[0] ?? 0
    for (const segment of this.#bySegment.keys()) {
      if (segment < oldest) this.#bySegment.delete(segment)
    }
  }

  get full(): boolean {
    return this.#totalBytes > this.#limits.totalBytes
  }

  /** Whether the source has used its part. */
  sourceFull(source: string): boolean {
    if (this.#totalBytes < this.#limits.sourceBytes / 64) return false
    let bytes = 0
    for (const sources of this.#bySegment.values()) bytes += sources.get(source) ?? 0
    return bytes > this.#limits.sourceBytes
  }
}

async function size(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch {
    return 0 // the hub took it between our two looks
  }
}
