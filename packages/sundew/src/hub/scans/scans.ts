import type { ClickHouseClient } from '@clickhouse/client'
import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import { localContext, type SundewEvent } from '../../event/event.ts'
import { networksOf } from '../../intel/ours.ts'
import { transportName } from '../../match/services.ts'
import { pause } from '../connection.ts'
import { ask } from './ask.ts'
import { type Known, knownOf, KnownScans } from './known.ts'
import { companyOf } from './in-company.ts'
import { ofCompanies } from './of-companies.ts'
import { ofPorts } from './of-ports.ts'
import { type Asking, OfSources, quietMs } from './of-sources.ts'
import type { Scan } from './scan.ts'
import type { ScansSection } from './section.ts'
import type { Told } from './told.ts'

export interface ScansOptions {
  readonly section: ScansSection
  /** Where it is remembered what was told. */
  readonly file: string
  /** As the user who may write; see `ask.ts`. */
  readonly store: ClickHouseClient
  readonly journal: JournalWriter
  readonly sensor: string
  /** Addresses that are ours: what they send is no scan. */
  readonly networks: readonly string[]
  /** Bytes of events that are not in the store yet. */
  readonly waiting: () => Promise<number>
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  /** The time, ms since 1970; the machine's where not given. */
  readonly clock?: () => number
}

/** What one look came to. */
export interface Look {
  /** Sources that could have been scanners. */
  readonly candidates: number
  /** Events told. */
  readonly told: number
}

const dayMs = 86_400_000
/** Rows may come so much later than others that were received after them: batches wait for the store. */
const overlapMs = 600_000
/** Events of one look. Who forges sources makes as many scans as they like. */
const mostTold = 500
/** Looks for scans in what firewalls told, again and again, and tells each once. */
export class Scans {
  readonly #options: ScansOptions
  readonly #asked: Asking
  readonly #sources: OfSources
  #state: KnownScans | undefined
  #looking: Promise<Look> | undefined

  constructor(options: ScansOptions) {
    this.#options = options
    const { section, store, networks, trouble } = options
    const tooMany = (what: string) => trouble('SUNDEW_SCANS_MANY', what)
    this.#asked = { section, store, ours: networksOf(networks), tooMany }
    this.#sources = new OfSources(this.#asked)
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { section, trouble } = this.#options
    if (!section.enabled) return
    while (!signal.aborted) {
      try {
        await this.look(signal)
      } catch (error) {
        if (!signal.aborted)
          trouble('SUNDEW_SCANS', 'the store could not be asked about scans; it is asked again', error)
      }
      await pause(section.every_minutes * 60_000, signal)
    }
  }

  /** One look, now; where one is under way, that one. */
  look(signal: AbortSignal): Promise<Look> {
    this.#looking ??= this.#look(signal).finally(() => (this.#looking = undefined))
    return this.#looking
  }

  /** Sources of scans that are remembered; of a port that rises, the port. */
  async members(scans: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly string[]>> {
    return (this.#state ?? (await KnownScans.open(this.#options.file))).members(scans)
  }

  async #look(signal: AbortSignal): Promise<Look> {
    const { section, trouble, clock = Date.now } = this.#options
    const state = (this.#state ??= await KnownScans.open(this.#options.file))
    await this.#finish(state, signal)
    const moment = clock()
    const received = await this.#newest(moment, signal)
    // Clocks of firewalls are a little ahead at times.
    const span = { from: moment - section.days * dayMs, before: moment + dayMs, received: state.received }
    const { known } = state
    // Where one of them cannot be asked about, the others are told all the same.
    const faults: unknown[] = []
    const orNone = async <T>(asked: Promise<T>): Promise<T | undefined> => {
      try {
        return await asked
      } catch (error) {
        signal.throwIfAborted()
        faults.push(error)
        return undefined
      }
    }
    const companies = await orNone(ofCompanies(this.#asked, span.before, known, moment, signal))
    const before = known.filter(({ pattern }) => pattern === 'synchronised')
    // Whoever is of a company is not told alone.
    const inCompany = companyOf([...(companies?.all ?? []), ...before], section.slow_ports)
    const sources = await orNone(this.#sources.look(span, known, inCompany, moment, signal))
    const ports = await orNone(ofPorts(this.#asked, known, moment, signal))
    const seen = new Map([companies, sources, ports].flatMap((part) => [...(part?.seen ?? [])]))
    const now = known.map((scan) => ({ ...scan, seen: Math.max(scan.seen, seen.get(scan.scan) ?? 0) }))
    // What could not be asked about may still go on.
    const over = faults.length > 0 ? [] : now.filter(({ ended, seen }) => !ended && seen + quietMs < moment)
    const alone = over.filter(({ sourceCount, pattern }) => sourceCount === 1 && pattern !== 'rising')
    const ended = await orNone(this.#sources.ended(alone, signal))
    if (ended) for (const scan of over) scan.ended = true
    const found = [companies, ports, sources].flatMap((part) => part?.scans ?? []).concat(ended ?? [])
    const telling = found.slice(0, mostTold)
    if (telling.length < found.length)
      trouble(
        'SUNDEW_SCANS_MANY',
        `${found.length - telling.length} scans more than the ${mostTold} told at once are not told`,
      )
    const kept = now.filter((scan) => scan.seen >= span.from - quietMs)
    const overlap = Math.max(overlapMs, 2 * section.every_minutes * 60_000)
    // Sources that could not be asked about are asked about again.
    const looked = sources ? Math.max(state.received, received - overlap) : state.received
    await this.#tell(state, telling, kept, looked)
    if (faults.length > 0) throw faults[0]
    return { candidates: sources!.candidates, told: telling.length }
  }

  /** When the last row was received; forged times in the future do not count. */
  async #newest(moment: number, signal: AbortSignal): Promise<number> {
    const [row] = await ask<{ newest: number | string }>(
      this.#options.store,
      "SELECT toUnixTimestamp64Milli(max(received)) AS newest FROM firewall WHERE received <= fromUnixTimestamp64Milli({moment:Int64}, 'UTC')",
      { moment },
      signal,
    )
    return Number(row?.newest ?? 0)
  }

  /** What a former hub was about to tell when it ended: told now, where it is not in the store. */
  async #finish(state: KnownScans, signal: AbortSignal): Promise<void> {
    const { store, waiting, journal } = this.#options
    if (state.telling.length === 0) return
    while ((await waiting()) > 0) {
      await pause(200, signal)
      signal.throwIfAborted()
    }
    const rows = await ask<{ id: string }>(
      store,
      "SELECT toString(id) AS id FROM events WHERE kind = 'scan.detected' AND id IN (SELECT toUUID(arrayJoin({ids:Array(String)})))",
      { ids: state.telling.map(({ id }) => id) },
      signal,
    )
    const there = new Set(rows.map(({ id }) => id))
    for (const { id, event } of state.telling) if (!there.has(id)) await journal.appendJson(event)
    await state.told()
  }

  async #tell(
    state: KnownScans,
    scans: readonly Told[],
    before: readonly Known[],
    received: number,
  ): Promise<void> {
    const { journal } = this.#options
    const known = new Map(before.map((scan) => [scan.scan, scan]))
    const telling = scans.map(({ scan, members, before }) => {
      const at = now()
      const id = uuidv7(at)
      const name = before?.scan ?? id
      const ended = known.get(name)?.ended ?? false
      const told = knownOf(name, scan, members)
      // Of a company the last days are counted: it began when it was told first.
      known.set(name, { ...told, first: Math.min(told.first, before?.first ?? Infinity), ended })
      return { id, event: JSON.stringify(this.#event(id, rfc3339(at), name, scan)) }
    })
    await state.tell(telling, [...known.values()], received)
    for (const { event } of telling) await journal.appendJson(event)
    await state.told()
  }

  #event(id: string, time: string, name: string, scan: Scan): SundewEvent<'scan.detected'> {
    const text = (ms: number) => new Date(ms).toISOString()
    return {
      ...localContext(this.#options.sensor, 'scans'),
      transport: transportName(scan.protocol),
      ...(scan.sourceCount === 1 && { source_ip: scan.sources[0]! }),
      id,
      time,
      kind: 'scan.detected',
      fields: {
        scan: name,
        pattern: scan.pattern,
        sources: scan.sources,
        source_count: scan.sourceCount,
        ports: scan.ports,
        port_count: scan.portCount,
        targets: scan.targets,
        probes: scan.probes,
        first_seen: text(scan.first),
        last_seen: text(scan.last),
        ...(scan.order !== undefined && { order: scan.order }),
        ...(scan.perHour !== undefined && { per_hour: scan.perHour }),
        ...(scan.fit !== undefined && { fit: scan.fit }),
        evidence: scan.evidence,
      },
    }
  }
}
