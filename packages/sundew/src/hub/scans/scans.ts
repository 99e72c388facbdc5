import type { ClickHouseClient } from '@clickhouse/client'
import { now, rfc3339 } from '../../core/clock.ts'
import { uuidv7 } from '../../core/id.ts'
import type { JournalWriter } from '../../core/journal/writer.ts'
import { localContext, type SundewEvent } from '../../event/event.ts'
import { networksOf } from '../../intel/ours.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { parseAddress } from '../../match/parse-address.ts'
import { periods } from '../../match/scan/periods.ts'
import { transportName } from '../../match/services.ts'
import { pause } from '../connection.ts'
import { ask } from './ask.ts'
import { candidates, mostCandidates, type Span } from './candidates.ts'
import { type Asked, details, mostAsked } from './details.ts'
import { judge, leastOf } from './judge.ts'
import { hasDoubled, type Known, knownOf, KnownScans } from './known.ts'
import type { Scan } from './scan.ts'
import type { ScansSection } from './section.ts'

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
/** A source that asks for nothing for so long has ended: the slowest of nmap's paces is a port in five minutes, a day is slower than any use. */
const quietMs = dayMs
/** A scan at its height is told when it pauses, so that it is told whole; but it does not wait longer than that. */
const height = { pauseMs: 60_000, longestMs: 600_000 } as const
/** Rows may come so much later than others that were received after them: batches wait for the store. */
const overlapMs = 600_000
/** Events of one look. Who forges sources makes as many scans as they like. */
const mostTold = 500
/** Sources that were looked into and did not make a scan are looked into again when they have sent a quarter more. */
const again = 1.25
/** Sources remembered as looked into. */
const mostLooked = 100_000

/** Looks for scans in what firewalls told, again and again, and tells each once. */
export class Scans {
  readonly #options: ScansOptions
  readonly #ours: AddressSet
  readonly #looked = new Map<string, number>()
  #state: KnownScans | undefined
  #looking: Promise<Look> | undefined

  constructor(options: ScansOptions) {
    this.#options = options
    this.#ours = networksOf(options.networks)
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

  async #look(signal: AbortSignal): Promise<Look> {
    const state = (this.#state ??= await KnownScans.open(this.#options.file))
    await this.#finish(state, signal)
    const moment = (this.#options.clock ?? Date.now)()
    const received = await this.#newest(moment, signal)
    const span: Span = {
      from: moment - this.#options.section.days * dayMs,
      // Clocks of firewalls are a little ahead at times.
      before: moment + dayMs,
      received: state.received,
    }
    const found = await this.#ofSources(state, span, moment, signal)
    const telling = found.scans.slice(0, mostTold)
    const left = found.scans.length - telling.length
    if (left > 0)
      this.#options.trouble(
        'SUNDEW_SCANS_MANY',
        `${left} scans more than the ${mostTold} told at once are not told`,
      )
    const overlap = Math.max(overlapMs, 2 * this.#options.section.every_minutes * 60_000)
    await this.#tell(state, telling, Math.max(state.received, received - overlap), moment)
    return { candidates: found.candidates, told: telling.length }
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

  async #ofSources(
    state: KnownScans,
    span: Span,
    moment: number,
    signal: AbortSignal,
  ): Promise<{ candidates: number; scans: Told[] }> {
    const { store, section, trouble } = this.#options
    const found = await candidates(store, span, leastOf(section), signal)
    if (found.length === mostCandidates)
      trouble(
        'SUNDEW_SCANS_MANY',
        `of more than ${mostCandidates} sources that could be scanners those of most ports are looked into`,
      )
    const known = new Map<string, Known[]>()
    for (const scan of state.known)
      if (scan.pattern !== 'rising')
        for (const member of scan.members) known.set(member, [...(known.get(member) ?? []), scan])
    const asked: (Asked & { readonly before: number; readonly known: Known | undefined })[] = []
    for (const { source, ports, targets, probes, hours } of found) {
      const words = parseAddress(source)
      if (!words || this.#ours.find(words) >= 0) continue
      const parts = periods(hours, quietMs)
      for (const period of parts) {
        const before = known
          .get(source)
          ?.find((scan) => scan.last + quietMs >= period.from && scan.first - quietMs <= period.before)
        // Counts are of all periods: where there is one, they say whether it is worth a closer look.
        if (parts.length === 1 && before && ports < 1.9 * before.ports && targets < 1.9 * before.targets)
          continue
        const key = `${source} ${period.from}`
        if (!before && probes < again * (this.#looked.get(key) ?? 0)) continue
        this.#looked.delete(key)
        this.#looked.set(key, probes)
        if (this.#looked.size > mostLooked) this.#looked.delete(this.#looked.keys().next().value!)
        asked.push({ source, ...period, known: before })
      }
    }
    const scans: Told[] = []
    for (let at = 0; at < asked.length; at += mostAsked) {
      const some = asked.slice(at, at + mostAsked)
      const answers = await details(store, some, section.sweep_targets, signal)
      for (const [n, { source, from, known: before }] of some.entries()) {
        const scan = answers[n] && judge(source, answers[n], section)
        if (!scan || (before && !hasDoubled(before, scan))) continue
        if (!before && atItsHeight(scan, moment)) {
          this.#looked.delete(`${source} ${from}`)
          continue
        }
        scans.push({ scan, members: [source], before })
      }
    }
    return { candidates: found.length, scans }
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

  async #tell(state: KnownScans, scans: readonly Told[], received: number, moment: number): Promise<void> {
    const { section, journal } = this.#options
    const forgotten = moment - section.days * dayMs - quietMs
    const known = new Map(
      state.known.filter(({ last }) => last >= forgotten).map((scan) => [scan.scan, scan]),
    )
    const telling = scans.map(({ scan, members, before }) => {
      const at = now()
      const id = uuidv7(at)
      const name = before?.scan ?? uuidv7(at)
      known.set(name, knownOf(name, scan, members))
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

/** A scan that is to be told: for the first time, or again where it was known before. */
interface Told {
  readonly scan: Scan
  readonly members: readonly string[]
  readonly before: Known | undefined
}

function atItsHeight({ pattern, first, last }: Scan, moment: number): boolean {
  return (
    (pattern === 'fast' || pattern === 'sweep') &&
    moment - last < height.pauseMs &&
    moment - first < height.longestMs
  )
}
