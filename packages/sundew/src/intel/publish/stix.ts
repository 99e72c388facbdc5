import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { keyHash, linesOf, rememberedHash } from './keys.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { carriedByStix, identity, indicatorLine, patternOf, patterns, readIndicator } from './stix-objects.ts'
import { inPieces } from './text.ts'
import { uuid5 } from './uuid5.ts'

const file = 'sundew.stix.json'

/**
 * A STIX 2.1 bundle of indicators, an object a line. Ids come of the patterns, and the times of an indicator from when it
 * was first in the bundle, and last said otherwise: read back from the former bundle.
 */
export const stix: Publisher<Readonly<Record<never, never>>> = {
  target: 'stix',
  summary: 'A STIX 2.1 bundle of indicators.',
  config: z.strictObject({}),
  render: (list, _, host) => [{ name: file, pieces: inPieces(lines(list, host)) }],
  carries: carriedByStix,
  entry(line) {
    const read = readIndicator(line.replace(/,$/, ''))
    return read && patternOf(read)
  },
}

function* lines(list: Blocklist, host: RenderHost): Generator<string> {
  const saidHash = rememberedHash()
  const former = formerTimes(host, saidHash)
  const now = new Date(list.made).toISOString()
  yield `{"type":"bundle","id":"bundle--${uuid5('bundle Sundew')}","objects":[\n${identity}`
  for (const its of patterns(list, host)) {
    const before = former.get(its.pattern)
    const created = before === undefined ? now : new Date(before.created).toISOString()
    const same = before !== undefined && before.said === saidHash(its.said)
    // A clock that went back makes nothing older than it was.
    const modified = same ? new Date(before.modified).toISOString() : created > now ? created : now
    yield `,\n${indicatorLine(uuid5(its.pattern), { created, modified }, its)}`
  }
  yield '\n]}\n'
}

/** What the former bundle says of times. */
function formerTimes(host: RenderHost, saidHash: (said: string) => number): Former {
  const former = new Former()
  for (const line of linesOf(host.former(file))) {
    const read = readIndicator(line.endsWith(',') ? line.slice(0, -1) : line)
    if (read)
      former.add(read.pattern, Date.parse(read.created), Date.parse(read.modified), saidHash(read.said))
  }
  return former
}

/** Three numbers for each pattern, side by side: a million of them in some 80 MB. */
class Former {
  readonly #places = new Map<number, number>()
  #numbers = new Float64Array(3 * 1_024)

  add(pattern: string, ...numbers: readonly [created: number, modified: number, said: number]): void {
    const at = this.#places.size * 3
    this.#places.set(keyHash(pattern), at)
    if (at + 3 > this.#numbers.length) {
      const more = new Float64Array(this.#numbers.length * 2)
      more.set(this.#numbers)
      this.#numbers = more
    }
    this.#numbers.set(numbers, at)
  }

  get(
    pattern: string,
  ): { readonly created: number; readonly modified: number; readonly said: number } | undefined {
    const at = this.#places.get(keyHash(pattern))
    if (at === undefined) return undefined
    const [created = 0, modified = 0, said = 0] = this.#numbers.subarray(at, at + 3)
    return { created, modified, said }
  }
}
