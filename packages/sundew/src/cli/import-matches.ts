import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Geo } from '../collectors/flow/geo.ts'
import type { FlowMatch } from '../collectors/flow/match-event.ts'
import { number64 } from '../collectors/flow/match-event.ts'
import type { PairMatcherParts } from '../collectors/flow/pair-matcher.ts'
import type { Config } from '../config.ts'
import { explain } from '../core/log.ts'
import type { Layout } from '../core/layout.ts'
import type { ByteString } from '../event/bytes.ts'
import { setFile } from '../hub/intel/set-files.ts'
import { StateFile } from '../hub/intel/state.ts'
import type { FoundEvent } from '../importers/importer.ts'
import { AddressSet } from '../match/address-set.ts'
import { note } from './output.ts'

/** Matches of one file that are told, about 1 KB each; what is more is counted. */
const mostOfAFile = 20_000

/** Rows that are looked at. */
interface LookedAt {
  readonly rows: number
  cells(name: 'time'): Uint32Array
}

/** Part of `PairMatcher`. */
interface Matcher<C> {
  use(set: AddressSet): void
  match(columns: C, from: number, to: number): void
  tick(nowMs: number): void
  close(): void
}

type MatcherParts = PairMatcherParts & { readonly emit: (match: FlowMatch) => void }

interface LookParts<C> {
  readonly geo?: Geo | undefined
  readonly set?: AddressSet | undefined
  readonly matcher: (parts: MatcherParts) => Matcher<C>
  readonly fill: (geo: Geo, columns: C) => void
  readonly networks: readonly string[]
  readonly windowMs: number
}

/**
 * Looks at imported rows as the collectors look at those that arrive: country and autonomous system, and whether an
 * address is on a list. Time is the rows' own: by it windows end, and matches have it.
 */
export class ImportLook<C extends LookedAt> {
  readonly #parts: LookParts<C>
  readonly #matcher: Matcher<C>
  #found: { readonly ms: number; readonly match: FlowMatch }[] = []
  #nowMs = 0
  #told = 0
  /** Matches of the file at hand that are too many to be told. */
  untold = 0

  constructor(parts: LookParts<C>) {
    this.#parts = parts
    this.#matcher = parts.matcher({
      networks: parts.networks,
      windowMs: parts.windowMs,
      eventsPerSecond: Infinity,
      emit: (match) => {
        if (this.#told >= mostOfAFile) return void this.untold++
        this.#told++
        this.#found.push({ ms: this.#nowMs, match })
      },
    })
    if (parts.set) this.#matcher.use(parts.set)
  }

  /** With the lists in force, and the settings of the collectors. */
  static async open<C extends LookedAt>(
    { networks, collectors: { flow } }: Config,
    layout: Layout,
    parts: Pick<LookParts<C>, 'matcher' | 'fill'> & { readonly things: string },
  ): Promise<ImportLook<C>> {
    return new ImportLook({
      ...parts,
      geo: flow.geo ? await geoOf(layout) : undefined,
      set: await setInForce(layout.intel, parts.things),
      networks,
      windowMs: flow.window_seconds * 1_000,
    })
  }

  /** Looks at all rows of a batch, and fills in what it finds. */
  readonly look = (columns: C): void => {
    const { geo, set, fill } = this.#parts
    if (geo) fill(geo, columns)
    if (!set) return
    const time = columns.cells('time')
    for (let from = 0, to = 0; from < columns.rows; from = to) {
      this.#nowMs = number64(time, from)
      while (to < columns.rows && number64(time, to) === this.#nowMs) to++
      this.#matcher.tick(this.#nowMs)
      this.#matcher.match(columns, from, to)
    }
  }

  /** What is known by `identity` was read to its end: what was found in it, for the journal. */
  end(file: ByteString, identity: string): FoundEvent<'intel.match'>[] {
    this.#matcher.close()
    const found = this.#found
    this.#found = []
    this.#nowMs = 0
    return found.map(({ ms, match: { fields, ...context } }) => ({
      found: 'event',
      kind: 'intel.match',
      ms,
      fields,
      context,
      file,
      offset: 0,
      identity: identityOf(identity, ms, context, fields.matched_ip, fields.matched, fields.summary),
    }))
  }

  /** Another file begins: what was found in one that was given up is forgotten. */
  begin(): void {
    this.#matcher.close()
    this.#found = []
    this.#nowMs = this.#told = this.untold = 0
  }
}

function identityOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Undefined where there are no lists, or none yet. */
async function setInForce(folder: string, things: string): Promise<AddressSet | undefined> {
  const state = new StateFile(folder)
  // The hub removes sets that are out of force: where it did so just now, there is a newer one.
  for (let last = 0; ;) {
    const { version } = await state.read()
    if (version === last) return undefined
    try {
      return AddressSet.from(await readFile(setFile(folder, version)))
    } catch (error) {
      last = version
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      note(`${things} are not matched: the listed addresses in ${folder} cannot be read (${explain(error)})`)
      return undefined
    }
  }
}

async function geoOf(layout: Layout): Promise<Geo | undefined> {
  try {
    return await Geo.load(join(layout.collectorState, 'geo.bin'))
  } catch (error) {
    note(`countries and autonomous systems are not looked up: ${explain(error)}`)
    return undefined
  }
}
