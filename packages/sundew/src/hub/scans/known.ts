import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { patterns, type Scan } from './scan.ts'

/** Scans remembered; the longest ended are forgotten first. */
const mostKnown = 20_000
/** Sources of one scan by which it is known again. */
const mostMembers = 5_000

const knownSchema = z.object({
  scan: z.string(),
  pattern: z.enum(patterns),
  /** Whose it is: sources, or for a rising port the port. */
  members: z.array(z.string()).max(mostMembers),
  first: z.number(),
  last: z.number(),
  /** Its sources were still there then; not known more exactly than to the hour. */
  seen: z.number(),
  ports: z.number(),
  targets: z.number(),
  probes: z.number(),
  sourceCount: z.number(),
  /** Ports that each source of many asked for, on average. */
  each: z.number().default(0),
  /** It was told that it is over. */
  ended: z.boolean(),
})
/** A scan that was told, as it was then. */
export type Known = z.output<typeof knownSchema>

const tellingSchema = z.object({ id: z.string(), event: z.string() })
const stateSchema = z.object({
  /** Rows received until then were looked at, ms since 1970. */
  received: z.number(),
  known: z.array(knownSchema),
  /** Events that are being written to the journal: of these it is not known whether they are in it. */
  telling: z.array(tellingSchema),
})
type State = z.output<typeof stateSchema>
export type Telling = z.output<typeof tellingSchema>

/** Which scans were told, on disk: a restart tells nothing again, and forgets nothing. */
export class KnownScans {
  readonly #file: string
  #state: State

  private constructor(file: string, state: State) {
    this.#file = file
    this.#state = state
  }

  /** What a former hub left; begins anew where that is damaged. */
  static async open(file: string): Promise<KnownScans> {
    const none: State = { received: 0, known: [], telling: [] }
    try {
      return new KnownScans(file, stateSchema.parse(JSON.parse(await readFile(file, 'utf8'))))
    } catch {
      return new KnownScans(file, none)
    }
  }

  get received(): number {
    return this.#state.received
  }

  get known(): readonly Known[] {
    return this.#state.known
  }

  get telling(): readonly Telling[] {
    return this.#state.telling
  }

  /** Whose these scans are, of those that are known. */
  members(scans: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
    const { known } = this.#state
    return new Map(known.filter(({ scan }) => scans.has(scan)).map(({ scan, members }) => [scan, members]))
  }

  /** Writes what is being told, before it is, and what will be known by then. */
  async tell(telling: readonly Telling[], known: readonly Known[], received: number): Promise<void> {
    const kept =
      known.length <= mostKnown ? [...known] : known.toSorted((a, b) => b.last - a.last).slice(0, mostKnown)
    await this.#write({ received, known: kept, telling: [...telling] })
  }

  /** It is told. */
  async told(): Promise<void> {
    if (this.#state.telling.length > 0) await this.#write({ ...this.#state, telling: [] })
  }

  async #write(state: State): Promise<void> {
    await writeFile(`${this.#file}.next`, `${JSON.stringify(state)}\n`, { mode: 0o600 })
    await rename(`${this.#file}.next`, this.#file)
    this.#state = state
  }
}

/** A scan as it will be known once it is told. */
export function knownOf(scan: string, found: Scan, members: readonly string[]): Known {
  return {
    scan,
    pattern: found.pattern,
    members: members.slice(0, mostMembers),
    first: found.first,
    last: found.last,
    seen: found.last,
    ports: found.portCount,
    targets: found.targets,
    probes: found.probes,
    sourceCount: found.sourceCount,
    each: found.each ?? 0,
    ended: false,
  }
}

/** Whether a scan is worth telling again: it has twice the ports, the addresses or the sources. A port that rises, twice the packets. */
export function hasDoubled(before: Known, now: Scan): boolean {
  if (now.pattern === 'rising') return now.probes >= 2 * before.probes
  return (
    now.portCount >= 2 * before.ports ||
    now.targets >= 2 * before.targets ||
    now.sourceCount >= 2 * before.sourceCount
  )
}
