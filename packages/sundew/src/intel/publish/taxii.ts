import { z } from 'zod'
import type { Blocklist } from './blocklist.ts'
import { keyHash, linesOf, rememberedHash } from './keys.ts'
import type { Publisher, RenderHost } from './publisher.ts'
import {
  carriedByStix,
  identity,
  indicatorLine,
  patternOf,
  patterns,
  readIndicator,
  type ReadIndicator,
} from './stix-objects.ts'
import { inPieces } from './text.ts'
import { uuid5 } from './uuid5.ts'

interface TaxiiConfig {
  readonly revoked_days: number
}

/** The file that the TAXII server reads: `date added`, a tab, and the object, in the order they were added. */
export const collectionFile = 'objects.jsonl'

const dayMs = 86_400_000

/**
 * A collection of our TAXII 2.1 server (`hub/taxii`): STIX indicators with when they were added, in that order, so that a
 * client asks for what is new alone. What is gone is told as revoked, for some days; what comes back is a new object, since
 * a revoked one is never taken back (STIX 2.1 §3.6).
 */
export const taxii: Publisher<TaxiiConfig> = {
  target: 'taxii',
  summary: 'A collection of the TAXII 2.1 server.',
  config: z.strictObject({
    revoked_days: z
      .int()
      .min(1)
      .max(3_650)
      .default(90)
      .describe('For how many days clients are told that something is gone.'),
  }),
  render: (list, config, host) => [{ name: collectionFile, pieces: inPieces(lines(list, config, host)) }],
  carries: carriedByStix,
  entry(line) {
    const read = readIndicator(line.slice(line.indexOf('\t') + 1))
    return read?.revoked === false ? patternOf(read) : undefined
  },
}

/** A line of the file, taken apart. @returns undefined where it is none */
export function readAdded(line: string): { readonly added: string; readonly object: string } | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t\{/.test(line)
    ? { added: line.slice(0, 24), object: line.slice(25) }
    : undefined
}

function* lines(list: Blocklist, config: TaxiiConfig, host: RenderHost): Generator<string> {
  /** What is listed, by hash of its pattern: hash of what is said of it. What the former has as it is, is taken out. */
  const wanted = new Map<number, number>()
  const saidHash = rememberedHash()
  for (const { pattern, said } of patterns(list, host)) wanted.set(keyHash(pattern), saidHash(said))
  let last = ''
  const changed = new Map<number, { readonly id: string; readonly created: string }>()
  const gone: ReadIndicator[] = []
  const oldest = new Date(list.made - config.revoked_days * dayMs).toISOString()
  let whole = false
  for (const line of linesOf(host.former(collectionFile))) {
    const added = readAdded(line)
    if (!added || added.added < last) continue
    if (added.object === identity) {
      whole = true
      yield `${line}\n`
      continue
    }
    const read = readIndicator(added.object)
    if (!read) continue
    last = added.added
    const key = keyHash(read.pattern)
    const said = wanted.get(key)
    if (read.revoked) {
      if (added.added >= oldest) yield `${line}\n`
    } else if (said === undefined) gone.push(read)
    else if (said === saidHash(read.said)) {
      wanted.delete(key)
      yield `${line}\n`
    } else changed.set(key, read)
  }
  const now = after(last, list.made)
  if (!whole) yield `${now}\t${identity}\n`
  for (const its of gone)
    yield `${now}\t${indicatorLine(its.id, { created: its.created, modified: now, revoked: true }, its)}\n`
  if (wanted.size === 0) return
  for (const its of patterns(list, silent)) {
    const key = keyHash(its.pattern)
    if (!wanted.delete(key)) continue
    const { id, created } = changed.get(key) ?? { id: uuid5(`${its.pattern} ${now}`), created: now }
    yield `${now}\t${indicatorLine(id, { created, modified: now }, its)}\n`
  }
}

/** When this is made, or at the least a moment after what was added before. */
function after(last: string, made: number): string {
  return new Date(last === '' ? made : Math.max(made, Date.parse(last) + 1)).toISOString()
}

const silent = { leaveOut: () => {}, former: () => undefined, version: '' }
