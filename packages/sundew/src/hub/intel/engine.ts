import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ToCollectors } from '../../core/collector-messages.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { KindFields } from '../../event/event.ts'
import { explain } from '../../core/log.ts'
import type { AllowAction } from '../../intel/allow/decision.ts'
import type {
  ChangeAnswer,
  PullAnswer,
  SearchAnswer,
  SourceAnswer,
  StatsAnswer,
  WhyAnswer,
} from '../../intel/answers.ts'
import { Book } from '../../intel/book/book.ts'
import { searchBook } from '../../intel/book/history.ts'
import { BookIntake } from '../../intel/book/intake.ts'
import { liveOf } from '../../intel/book/live.ts'
import type { SourceState } from '../../intel/book/source-state.ts'
import type { Attacker } from '../../intel/feeds/feed.ts'
import { type Indicator, indicatorTypes } from '../../intel/indicator/indicator.ts'
import { parseIndicator } from '../../intel/indicator/parse.ts'
import { refusals } from '../../intel/indicator/refusal.ts'
import type { Blocklist } from '../../intel/publish/blocklist.ts'
import type { About } from '../../intel/sighting.ts'
import type { AddressSet } from '../../match/address-set.ts'
import { NameSetBuilder } from '../../match/name-set-builder.ts'
import type { NameSet } from '../../match/name-set.ts'
import { pause } from '../connection.ts'
import { type Telling, timeText, toldSighting, toldSource } from './answers.ts'
import { build, type Built } from './build.ts'
import type { IntelDesk, OwnEntry, SearchQuery } from './desk.ts'
import type { Doubt, DoubtMaker } from './doubt.ts'
import { listOf } from './list-section.ts'
import { LocalFiles } from './local-files.ts'
import type { Published, Publishing } from './publishing-contract.ts'
import { type Pulled, type PullParts, told } from './pull.ts'
import { keeps, Pulls } from './pulls.ts'
import { Sets } from './sets.ts'
import { ownSource, secondLookSource, type Source } from './sources.ts'
import { Troubles } from './troubles.ts'
import { type Scales, weigh } from './weigh.ts'
import { why } from './why.ts'

/** What the engine tells whoever runs it. */
export interface EngineHost {
  readonly set: (message: ToCollectors) => void
  readonly event: <K extends EventKind>(kind: K, fields: KindFields<K>) => void
  readonly trouble: (code: string, message: string) => void
  readonly info: (message: string) => void
}

export interface EngineParts {
  readonly folder: string
  readonly sources: readonly Source[]
  readonly doubt: DoubtMaker
  readonly fetch: (source: Source) => PullParts['fetch']
  readonly attackers: (since: number) => Promise<readonly Attacker[]>
  readonly host: EngineHost
  /** Where lists are published; undefined where nowhere. */
  readonly publishing?: Publishing
  /** The list that publishers are given. */
  readonly blocklist?: (sets: BlocklistParts) => Blocklist
  /** What else than sources and what is allowed the sets depend on. */
  readonly basis?: string
  readonly now?: () => number
  readonly pollMs?: number
  /** How long what is gone is kept, days. */
  readonly keepDays?: number
}

export interface BlocklistParts {
  readonly addresses: AddressSet
  readonly names: NameSet | undefined
  readonly doubt: Doubt
  readonly version: number
  /** ms since 1970. */
  readonly made: number
}

/** How often files are looked at and what is due is begun, milliseconds. */
const usualPollMs = 5_000
const usualKeepDays = 400
const dayMs = 24 * 3_600_000
/** While pulls are at work, sets are not made anew more often, milliseconds. */
const gatherMs = 30_000
/** What ends is taken out so long after it has ended at the latest, milliseconds. */
const leastRestMs = 300_000

/**
 * Threat intelligence: pulls sources into the book, weighs what they say, makes the sets of it that all is matched against
 * and lists that are published, and answers why. One thread has it.
 */
export class IntelEngine implements IntelDesk {
  readonly #parts: EngineParts
  readonly #now: () => number
  readonly #sets: Sets
  readonly #troubles: Troubles
  readonly #book: Book
  readonly #files: LocalFiles
  readonly #stop = new AbortController()
  readonly #pulls: Pulls
  /** Sources that count, by their row in the book. */
  #sources = new Map<number, Source>()
  #doubt: Doubt
  #stamp: string
  #wake: () => void = () => {}
  #changedAt: number | undefined
  #urgent = false
  #built: Pick<Built, 'types' | 'inForce' | 'decided' | 'ended'> | undefined
  #forgotAt = 0
  #publishing: Promise<unknown> = Promise.resolve()

  /** @throws where the book can't be opened */
  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    const path = join(parts.folder, 'book.db')
    this.#book = Book.open(path)
    this.#sets = new Sets(parts.folder, parts.host.set)
    this.#troubles = new Troubles((message) => parts.host.trouble('SUNDEW_INTEL_LIST', message))
    this.#files = new LocalFiles(parts.sources, this.#book, this.#now)
    this.#syncSources()
    this.#stamp = parts.doubt.stamp()
    this.#doubt = this.#makeDoubt()
    this.#pulls = new Pulls({
      book: this.#book,
      sources: parts.sources,
      fetch: parts.fetch,
      attackers: parts.attackers,
      now: this.#now,
      troubles: this.#troubles,
      signal: this.#stop.signal,
      done: (source, pulled) => this.#pulled(source, pulled),
    })
  }

  /** Runs until the signal aborts, then closes the book. */
  async run(signal: AbortSignal): Promise<void> {
    const { pollMs = usualPollMs } = this.#parts
    signal.addEventListener('abort', () => this.#stop.abort(signal.reason), { once: true })
    if (signal.aborted) this.#stop.abort(signal.reason)
    this.#sets.takeUp()
    try {
      while (!signal.aborted) {
        const rest = this.#rest(pollMs, signal)
        await this.#turn(signal)
        await rest
      }
    } finally {
      await this.#pulls.idle()
      await this.#publishing
      this.#book.close()
    }
  }

  async why(value: string): Promise<Omit<WhyAnswer, 'met'>> {
    const addresses = this.#sets.there ? this.#sets.load().addresses : undefined
    const answer = why(value, { ...this.#telling(), book: this.#book, addresses })
    const { publishing } = this.#parts
    const published = publishing && answer.indicator ? publishing.where(answer.indicator, this.#list()) : []
    return { ...answer, published }
  }

  async search({ text, type, source, gone, limit }: SearchQuery): Promise<SearchAnswer> {
    const row = source === undefined ? undefined : this.#book.sourceNamed(source)?.id
    if (source !== undefined && row === undefined) return { found: [], more: false }
    const found = searchBook(this.#book, { text, type, source: row, gone, limit: limit + 1 })
    const telling = this.#telling()
    const shown = found.map((one) => toldSighting(one, telling)).filter((one) => gone || one.in_force)
    return { found: shown.slice(0, limit), more: found.length > limit }
  }

  async stats(): Promise<StatsAnswer> {
    const built = this.#built ?? this.#kept()
    return {
      version: this.#sets.state.version,
      made: timeText(this.#sets.state.made || null),
      by_type: indicatorTypes.map((type) => {
        const { inForce = 0, block = 0, alert = 0, none = 0 } = built?.types[type] ?? {}
        return { type, in_force: inForce, block, alert, none }
      }),
      by_source: await this.sources(),
      allowed: this.#doubt.lists.map(({ list, action, entries }) => ({
        list,
        action,
        entries,
        decided: built?.decided.get(list) ?? 0,
      })),
      publications: this.#parts.publishing?.publications ?? [],
    }
  }

  async sources(): Promise<readonly SourceAnswer[]> {
    const states = this.#states()
    const reports = new Map(
      this.#book.database
        .rows('SELECT source, count(*) FROM reports WHERE gone IS NULL GROUP BY source')
        .map(([source, count]) => [source as number, count as number]),
    )
    const inForce = (this.#built ?? this.#kept())?.inForce
    return this.#all().map((source) => {
      const state = states.find(({ name }) => name === source.name)
      return toldSource(source, {
        state,
        reports: (state && reports.get(state.id)) ?? 0,
        inForce: (state && inForce?.get(state.id)) ?? 0,
        next: this.#pulls.next(source),
      })
    })
  }

  async pull(names?: readonly string[]): Promise<readonly PullAnswer[]> {
    const wanted = this.#parts.sources.filter(({ name, enabled }) => names?.includes(name) ?? enabled)
    const unknown = names?.filter((name) => !this.#parts.sources.some((source) => source.name === name)) ?? []
    const answers = await Promise.all(
      wanted.map(async (source) => {
        if (!source.file)
          return source.enabled ? await this.#pulls.now(source) : notPulled(source.name, 'it is not enabled')
        const pulled = await this.#files.read(source)
        this.#fileRead(source, pulled)
        return pulled.answer
      }),
    )
    this.#hurry()
    return [...answers, ...unknown.map((name) => notPulled(name, 'there is no source of that name'))]
  }

  async add({ value, reason, until, by }: OwnEntry): Promise<ChangeAnswer> {
    return await this.sight(ownSource, value, {
      title: reason,
      author: by,
      ...(until !== undefined && { expires: until }),
    })
  }

  /** Says of an indicator what a source that is not pulled says of it. */
  async sight(source: Source, value: string, about: About): Promise<ChangeAnswer> {
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refusedChange(refusals[indicator.reason])
    this.#book.source(source.name, source.type)
    this.#syncSources()
    const intake = new BookIntake({
      book: this.#book,
      source: source.name,
      habits: { mayBeEmpty: true, mayGrow: true },
      now: this.#now,
    })
    await told(source, intake, { book: this.#book, now: this.#now }, () => {
      intake.take(indicator.value, about, indicator.type)
      intake.commit()
    })
    if (intake.commits === 0) return refusedChange('the book could not be written')
    if (intake.changes.any) this.#changed(true)
    return this.#comesTo(indicator)
  }

  /** What others say of an indicator that was met. */
  async secondLook(value: string, about: About): Promise<ChangeAnswer> {
    return await this.sight(secondLookSource, value, about)
  }

  async remove(value: string): Promise<ChangeAnswer> {
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refusedChange(refusals[indicator.reason])
    const own = this.#book.sourceNamed(ownSource.name)
    if (!own || !this.#book.takeBack(own, indicator, this.#now()))
      return {
        ...refusedChange('it is not listed by hand: what a source lists is allowed instead'),
        indicator,
      }
    this.#changed(true)
    return this.#comesTo(indicator)
  }

  async allow(entry: OwnEntry & { readonly action: AllowAction }): Promise<ChangeAnswer> {
    const indicator = parseIndicator(entry.value)
    if (indicator.type === 'refused') return refusedChange(refusals[indicator.reason])
    const { reason, action, until, by } = entry
    this.#book.allow(
      { value: indicator.value, reason, action, by, ...(until !== undefined && { until }) },
      this.#now(),
    )
    return this.#allowedAnew(indicator)
  }

  async disallow(value: string): Promise<ChangeAnswer> {
    const indicator = parseIndicator(value)
    if (indicator.type === 'refused') return refusedChange(refusals[indicator.reason])
    if (!this.#book.disallow(indicator.value))
      return { ...refusedChange('it was not allowed by command'), indicator }
    return this.#allowedAnew(indicator)
  }

  async publish(names?: readonly string[]): Promise<readonly Published[]> {
    const { publishing } = this.#parts
    if (!publishing) return []
    if (this.#mustBuild(true)) this.#build()
    const list = this.#list()
    if (!list) return []
    const work = this.#publishing.then(() =>
      publishing.publish(list, names ?? publishing.publications.map(({ name }) => name)),
    )
    this.#publishing = work.catch(() => {})
    return await work
  }

  async #turn(signal: AbortSignal): Promise<void> {
    for (const { source, pulled } of await this.#files.look()) this.#fileRead(source, pulled)
    if (signal.aborted) return
    this.#pulls.begin()
    this.#pulls.watch()
    this.#lookAtDoubt()
    if (this.#mustBuild(false)) this.#build()
    this.#troubles.flush()
    this.#publishDue()
    this.#forget()
  }

  #fileRead(source: Source, pulled: Pulled): void {
    const { trouble, in_force: live, outcome } = pulled.answer
    const { path } = listOf(source.file!).spec
    const failed = outcome === 'failed' || outcome === 'refused'
    this.#troubles.set(
      source.name,
      trouble === null
        ? undefined
        : `${source.name} (${path}): ${trouble}${failed ? keeps(live) : `; ${live} entries are in force`}`,
      failed,
    )
    this.#pulled(source, pulled)
  }

  #pulled(source: Source, { answer, changes }: Pulled): void {
    const { outcome, added, removed, in_force, bad, trouble, ms } = answer
    const state = this.#book.sourceNamed(source.name)
    if (changes.any || (state && this.#built?.ended.has(state.id))) this.#changed(source.file !== undefined)
    if (outcome === 'unchanged') return
    this.#parts.host.info(
      `${source.name}: ${outcome}, ${added} more and ${removed} fewer, ${in_force} in all${bad > 0 ? `; ${bad} could not be read (${state?.examples.join('; ') ?? ''})` : ''}${trouble === null ? '' : `: ${trouble}`}`,
    )
    this.#parts.host.event('intel.pulled', {
      source: source.name,
      feed_type: source.type,
      outcome,
      added,
      removed,
      in_force,
      bad,
      ...(trouble !== null && { trouble }),
      duration_ms: ms,
    })
  }

  #allowedAnew(indicator: Indicator): ChangeAnswer {
    this.#doubt = this.#makeDoubt()
    this.#changed(true)
    return this.#comesTo(indicator)
  }

  #comesTo(indicator: Indicator): ChangeAnswer {
    const weighed = weigh(
      indicator.type,
      indicator.value,
      liveOf(this.#book, indicator),
      this.#scales(),
      true,
    )
    const verdict = weighed?.verdict ?? {
      action: 'none' as const,
      confidence: 0,
      reasons: ['No source lists it now'],
    }
    return { indicator, refused: null, verdict }
  }

  #makeDoubt(): Doubt {
    const doubt = this.#parts.doubt.make(this.#book.allowed, this.#now())
    this.#troubles.set(
      'allow',
      doubt.troubles.length > 0 ? `what is allowed: ${doubt.troubles.join('; ')}` : undefined,
    )
    return doubt
  }

  #lookAtDoubt(): void {
    const stamp = this.#parts.doubt.stamp()
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    this.#doubt = this.#makeDoubt()
    this.#changed(false)
  }

  /** Something that the sets are made of is other than it was. */
  #changed(urgent: boolean): void {
    this.#changedAt ??= this.#now()
    if (urgent) this.#hurry()
  }

  #hurry(): void {
    this.#urgent = true
    this.#wake()
  }

  #mustBuild(atOnce: boolean): boolean {
    const { version, basis, until, made } = this.#sets.state
    const now = this.#now()
    const nothing = version === 0 && this.#parts.sources.length === 0 && this.#book.revision === 0
    if (nothing) return false
    const ended = until !== null && now >= Math.max(until, made + leastRestMs)
    if (basis === this.#basis() && this.#changedAt === undefined && !ended) return false
    if (atOnce || this.#urgent || ended || version === 0 || this.#pulls.active === 0) return true
    return now - (this.#changedAt ?? now) > gatherMs
  }

  #build(): void {
    const { trouble, info } = this.#parts.host
    this.#changedAt = undefined
    this.#urgent = false
    try {
      const began = performance.now()
      this.#syncSources()
      const made = this.#now()
      const built = build(this.#book, this.#scales(), new NameSetBuilder())
      this.#sets.put(built, { made, basis: this.#basis(), lists: this.#lists() })
      this.#built = built
      this.#keep(built)
      info(
        `${built.entries} listed entries are in force (version ${this.#sets.state.version}, made in ${Math.round(performance.now() - began)} ms)`,
      )
    } catch (error) {
      // Not tried again at once: with the next change, or when the hub starts.
      trouble(
        'SUNDEW_INTEL_SET',
        `the set of what is listed could not be made; the former stays in force: ${explain(error)}`,
      )
    }
  }

  #publishDue(): void {
    const { publishing, host } = this.#parts
    if (!publishing || !this.#sets.there) return
    this.#publishing = this.#publishing.then(async () => {
      const list = this.#list()
      if (!list) return
      try {
        await publishing.publish(list)
      } catch (error) {
        host.trouble('SUNDEW_INTEL_PUBLISH', `lists could not be published: ${explain(error)}`)
      }
    })
  }

  #lastList: Blocklist | undefined

  #list(): Blocklist | undefined {
    const { blocklist } = this.#parts
    if (!blocklist || !this.#sets.there) return undefined
    const { version, made } = this.#sets.state
    if (this.#lastList?.version !== version)
      this.#lastList = blocklist({ ...this.#sets.load(), doubt: this.#doubt, version, made })
    return this.#lastList
  }

  #scales(): Scales {
    return { doubt: this.#doubt, sources: this.#sources, now: this.#now() }
  }

  #telling(): Telling {
    return { ...this.#scales(), states: new Map(this.#states().map((state) => [state.id, state])) }
  }

  #states(): readonly SourceState[] {
    return this.#book.sources
  }

  #all(): readonly Source[] {
    const names = new Set(this.#states().map(({ name }) => name))
    return [...this.#parts.sources, ...[ownSource, secondLookSource].filter(({ name }) => names.has(name))]
  }

  /** Which sources of the book count: those of the configuration that are enabled, and what was said by hand. */
  #syncSources(): void {
    const { sources } = this.#parts
    for (const { name, type } of sources) this.#book.source(name, type)
    const all = [...sources, ownSource, secondLookSource]
    for (const state of this.#states()) {
      const there = all.some(({ name }) => name === state.name)
      if (!there && state.removed === undefined) this.#book.change(state, { removed: this.#now() })
    }
    this.#sources = new Map(
      this.#states().flatMap((state) => {
        const source = all.find(({ name, enabled }) => name === state.name && enabled)
        return source ? [[state.id, source]] : []
      }),
    )
  }

  #basis(): string {
    const settings = this.#parts.sources.map(
      ({ name, type, enabled, weight, ceiling, lifetimeDays, file }) => [
        name,
        type,
        enabled,
        weight,
        ceiling,
        lifetimeDays,
        file && listOf(file).key,
      ],
    )
    return createHash('sha256')
      .update(JSON.stringify([settings, this.#parts.basis ?? '', this.#stamp, this.#book.revision]))
      .digest('hex')
      .slice(0, 32)
  }

  #lists() {
    const states = this.#states()
    return this.#parts.sources.flatMap(({ name, file }) => {
      const state = states.find((one) => one.name === name)
      return file
        ? [
            {
              key: listOf(file).key,
              entries: state?.live ?? 0,
              bad: state?.bad ?? 0,
              troubled: state?.trouble !== undefined,
            },
          ]
        : []
    })
  }

  /** Counts of the last build outlive a restart. */
  #keep({ types, inForce, decided, ended }: Built): void {
    this.#book.keepNote(
      'built',
      JSON.stringify({ types, inForce: [...inForce], decided: [...decided], ended: [...ended] }),
    )
  }

  #kept(): Pick<Built, 'types' | 'inForce' | 'decided' | 'ended'> | undefined {
    const note = this.#book.note('built')
    if (note === undefined) return undefined
    const { types, inForce, decided, ended } = JSON.parse(note) as {
      types: Built['types']
      inForce: [number, number][]
      decided: [string, number][]
      ended: number[]
    }
    this.#built = { types, inForce: new Map(inForce), decided: new Map(decided), ended: new Set(ended) }
    return this.#built
  }

  #forget(): void {
    const now = this.#now()
    if (now - this.#forgotAt < dayMs) return
    this.#forgotAt = now
    this.#book.forget(now - (this.#parts.keepDays ?? usualKeepDays) * dayMs)
  }

  /** Settles after so long, when something is urgent, or the signal aborts. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve))
    await Promise.race([woken, pause(ms, signal)])
  }
}

function refusedChange(refused: string): ChangeAnswer {
  return { indicator: null, refused, verdict: null }
}

function notPulled(source: string, trouble: string): PullAnswer {
  return { source, outcome: 'failed', added: 0, removed: 0, in_force: 0, bad: 0, trouble, ms: 0 }
}
