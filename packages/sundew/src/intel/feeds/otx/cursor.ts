import { z } from 'zod'

/** Ids that wait to be asked for by themselves. */
export const mostLater = 500

/** How far the reading of subscribed pulses has come: kept with each page, so that it goes on there. */
const passSchema = z.object({
  /** ms since 1970: when it began. */
  began: z.number(),
  /** Only what was modified since; all where not given. */
  since: z.number().optional(),
  /** All subscribed pulses are read: what is not among them is withdrawn at the end. */
  whole: z.boolean(),
  /** Pulses before the next page, and how many it has. */
  offset: z.int().min(0),
  size: z.int().min(1),
  /** Where OTX said that it is. */
  next: z.string().optional(),
  /** How many pulses the last page said that there are, and how often there were fewer. */
  count: z.int().optional(),
  fewer: z.int().default(0),
  /** Latest `modified` so far. */
  highest: z.number().optional(),
  /** Pulls that ended at this place. */
  stuck: z.int().default(0),
  /** Of a whole reading: {@link SeenIds} so far. */
  seen: z.string().default(''),
})

const cursorSchema = z.object({
  /** Latest `modified` of all pulses read, ms since 1970. */
  modified: z.number().optional(),
  pass: passSchema.optional(),
  /** When the last whole reading that was finished began. */
  wholeAt: z.number().optional(),
  /** One is due before its time: something was subscribed to that is older than what is read. */
  wholeWanted: z.boolean().default(false),
  /** Since when more than half of all pulses are said to be gone. */
  doubtedAt: z.number().optional(),
  /** Events up to here are known. */
  events: z.number().optional(),
  /** Pulses whose indicators could not all be had. */
  later: z.array(z.string()).max(mostLater).default([]),
})

export type OtxPass = z.output<typeof passSchema>
export type OtxCursor = z.output<typeof cursorSchema>

/** The cursor as it was committed; a new one where there is none, or it is of another making. */
export function otxCursor(committed: unknown): OtxCursor {
  const { success, data } = cursorSchema.safeParse(committed)
  return success ? data : cursorSchema.parse({})
}

/** Ids that were seen, four bytes each: one in so many millions is taken for another. */
export class SeenIds {
  readonly #hashes: Set<number>

  constructor(text = '') {
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
    this.#hashes = new Set(new Uint32Array(bytes.buffer, 0, bytes.length >>> 2))
  }

  add(id: string): void {
    this.#hashes.add(hash(id))
  }

  has(id: string): boolean {
    return this.#hashes.has(hash(id))
  }

  get size(): number {
    return this.#hashes.size
  }

  toString(): string {
    return Buffer.from(Uint32Array.from(this.#hashes).buffer).toString('base64')
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
