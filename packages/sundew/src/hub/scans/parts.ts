import { randomInt } from 'node:crypto'
import { ApiError } from '../api/errors.ts'

/**
 * A part of all sources, by a hash of their addresses that nobody can foresee: who forges sources cannot choose which part is
 * left out.
 */
export interface Part {
  readonly part: number
  readonly parts: number
  /** Of the hash, another one each time. */
  readonly key: number
}

/** Of a part that is still too much so many are made. */
const smaller = 4
/** A part is no smaller than this share. */
const mostParts = 256
/** Codes of ClickHouse: too slow, out of time, a set too large, too many rows, out of memory. */
const tooMuch = new Set(['158', '159', '160', '191', '241', '307', '396'])

/** Rows of this part; parameters as of {@link Part}. */
export const inPart = (parts: number): string =>
  parts === 1
    ? 'true'
    : 'sipHash64Keyed(({key:UInt64}, toUInt64(0)), source_ip) % {parts:UInt32} = {part:UInt32}'

/**
 * Asks about all sources; where that is too much for the store, about parts of them, and of small parts about some only.
 * Whatever came, it ends.
 *
 * @param most questions at most, of a part each
 * @returns the answers, and which share of all sources they are about: 0 to 1
 */
export async function inParts<T>(
  most: number,
  question: (part: Part) => Promise<T>,
): Promise<{ answers: T[]; share: number }> {
  const key = randomInt(2 ** 47)
  for (let parts = 1; parts <= mostParts; parts *= smaller) {
    const answers: T[] = []
    try {
      while (answers.length < Math.min(parts, most))
        answers.push(await question({ part: answers.length, parts, key }))
      return { answers, share: answers.length / parts }
    } catch (error) {
      if (!isTooMuch(error)) throw error
    }
  }
  return { answers: [], share: 0 }
}

/** Whether it is the question that is too much for the store, rather than that there is none. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof ApiError && error.store !== undefined && tooMuch.has(String(error.store.code))
}

/** `25 %`, `none`: for people. */
export function shareText(share: number): string {
  return share === 0 ? 'none' : `${Math.max(1, Math.round(share * 100))} %`
}
