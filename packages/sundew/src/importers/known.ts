import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'

/** One line of `imports.jsonl`: what was imported together. */
const line = z.object({
  /** When, RFC 3339. */
  time: z.string(),
  format: z.string(),
  /** `<identity>:<which of equal ones, from 1>`. */
  keys: z.array(z.string().regex(/^[0-9a-f]{32}:[1-9]\d{0,9}$/)),
})

/**
 * What was imported already. Of things with the same bytes the first, second … are told apart by their order under one
 * path of the command line, so that what was really there twice is kept twice, and importing it again adds nothing.
 */
export class KnownImports {
  readonly #handle: FileHandle
  /** By identity: how many of it. */
  readonly #counts: Map<string, number>

  private constructor(handle: FileHandle, counts: Map<string, number>) {
    this.#handle = handle
    this.#counts = counts
  }

  /** Reads what earlier imports noted; a line that a kill cut short counts for nothing. */
  static async open(file: string): Promise<KnownImports> {
    const handle = await open(file, 'a', 0o600)
    const known = new KnownImports(handle, new Map())
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      for (const key of keysOf(text)) known.#count(key)
    }
    // After such a line the next begins on its own; an empty one means nothing.
    await handle.appendFile('\n')
    return known
  }

  has(identity: string, nth: number): boolean {
    return this.count(identity) >= nth
  }

  /** How many of it are known. */
  count(identity: string): number {
    return this.#counts.get(identity) ?? 0
  }

  /** Knows it from now on; the disk does after {@link add}. */
  expect(key: string): void {
    this.#count(key)
  }

  /** Notes them, on the disk when the promise settles. */
  async add(format: string, time: string, keys: readonly string[]): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify({ time, format, keys })}\n`)
    await this.#handle.datasync()
    for (const key of keys) this.#count(key)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  #count(key: string): void {
    const identity = key.slice(0, 32)
    const nth = Number(key.slice(33))
    if (nth > this.count(identity)) this.#counts.set(identity, nth)
  }
}

function keysOf(text: string): string[] {
  try {
    return line.parse(JSON.parse(text)).keys
  } catch {
    return []
  }
}
