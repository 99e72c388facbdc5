import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { hash53, linesOf } from './keys.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import { carriedByStix, identity, indicatorLine, patterns, readIndicator } from './stix-objects.ts'
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
  entry: (line) => readIndicator(line.replace(/,$/, ''))?.pattern,
}

function* lines(list: Blocklist, host: RenderHost): Generator<string> {
  const former = formerTimes(host)
  const now = new Date(list.made).toISOString()
  yield `{"type":"bundle","id":"bundle--${uuid5('bundle Sundew')}","objects":[\n${identity}`
  for (const { pattern, fields } of patterns(list, host)) {
    const before = former.get(hash53(pattern))
    const created = before === undefined ? now : new Date(before[0]).toISOString()
    const same = before !== undefined && before[2] === hash53(fields)
    // A clock that went back makes nothing older than it was.
    const modified = same ? new Date(before[1]).toISOString() : created > now ? created : now
    yield `,\n${indicatorLine(`indicator--${uuid5(pattern)}`, { created, modified }, fields)}`
  }
  yield '\n]}\n'
}

/** Of the former bundle, by its pattern's hash: created, modified, and the hash of all else. */
function formerTimes(host: RenderHost): ReadonlyMap<number, readonly [number, number, number]> {
  const times = new Map<number, readonly [number, number, number]>()
  for (const line of linesOf(host.former(file))) {
    const read = readIndicator(line.endsWith(',') ? line.slice(0, -1) : line)
    if (read)
      times.set(hash53(read.pattern), [
        Date.parse(read.created),
        Date.parse(read.modified),
        hash53(read.fields),
      ])
  }
  return times
}
