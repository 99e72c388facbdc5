import { explain } from '../../core/log.ts'
import type { ToCollectors } from '../../core/collector-messages.ts'
import type { EventKind } from '../../event/catalogue.ts'
import type { KindFields } from '../../event/event.ts'
import type { AllowAction } from '../../intel/allow/decision.ts'
import type {
  ChangeAnswer,
  PullAnswer,
  SearchAnswer,
  SourceAnswer,
  StatsAnswer,
  WhyAnswer,
} from '../../intel/answers.ts'
import type { Book } from '../../intel/book/book.ts'
import type { Attacker } from '../../intel/feeds/feed.ts'
import { pause } from '../connection.ts'
import { Asking } from './asking.ts'
import type { IntelDesk, IntelNotes, NotedEntry, OwnEntry, SearchQuery } from './desk.ts'
import type { DoubtMaker } from './doubt.ts'
import { ByHand } from './hand.ts'
import { listOf } from './list-section.ts'
import { LocalFiles } from './local-files.ts'
import { Making } from './making.ts'
import type { Agreed, Published, Publishing } from './publishing-contract.ts'
import type { Pulled, PullParts } from './pull.ts'
import { keeps, Pulls } from './pulls.ts'
import { Roster } from './roster.ts'
import { sweepLeftovers } from './set-files.ts'
import { Sets } from './sets.ts'
import type { Source } from './sources.ts'
import { Troubles } from './troubles.ts'

/** What the engine tells whoever runs it. */
export interface EngineHost {
  readonly set: (message: ToCollectors) => void
  readonly event: <K extends EventKind>(kind: K, fields: KindFields<K>) => void
  readonly trouble: (code: string, message: string) => void
  readonly info: (message: string) => void
}

export interface EngineParts {
  readonly folder: string
  /** Closed by whoever opened it. */
  readonly book: Book
  readonly sources: readonly Source[]
  readonly doubt: DoubtMaker
  readonly fetch: (source: Source) => PullParts['fetch']
  readonly attackers: (since: number) => Promise<readonly Attacker[]>
  readonly host: EngineHost
  /** Where lists are published; undefined where nowhere. */
  readonly publishing?: Publishing
  /** What else than sources, and what is allowed by command, the sets depend on. */
  readonly basis?: string
  readonly now?: () => number
  readonly pollMs?: number
}

/** How often files are looked at and what is due is begun, milliseconds. */
const usualPollMs = 5_000
/** How long what is gone is kept, days. */
const keepDays = 400
const dayMs = 24 * 3_600_000

/**
 * Threat intelligence: pulls sources into the book, weighs what they say, makes of it the sets that all is matched against and
 * the list that is published, and answers why. One thread has it.
 */
export class IntelEngine implements IntelDesk, IntelNotes {
  readonly #parts: EngineParts
  readonly #now: () => number
  readonly #sets: Sets
  readonly #troubles: Troubles
  readonly #roster: Roster
  readonly #files: LocalFiles
  readonly #pulls: Pulls
  readonly #making: Making
  readonly #hand: ByHand
  readonly #asking: Asking
  readonly #stop = new AbortController()
  #wake: () => void = () => {}
  #forgotAt = 0
  #publishing: Promise<unknown> = Promise.resolve()
  #published = 0

  constructor(parts: EngineParts) {
    const { book, host, folder, sources, doubt, fetch, attackers } = parts
    this.#parts = parts
    this.#now = parts.now ?? Date.now
    const now = this.#now
    this.#sets = new Sets(folder, host.set)
    this.#troubles = new Troubles((message) => host.trouble('SUNDEW_INTEL_LIST', message))
    this.#roster = new Roster(sources, book, now)
    this.#files = new LocalFiles(sources, book, now)
    this.#pulls = new Pulls({
      book,
      sources,
      fetch,
      attackers,
      now,
      troubles: this.#troubles,
      signal: this.#stop.signal,
      done: (source, pulled) => this.#pulled(source, pulled),
    })
    this.#making = new Making({
      book,
      roster: this.#roster,
      sets: this.#sets,
      doubt,
      basis: parts.basis ?? '',
      now,
      busy: () => this.#pulls.busy,
      trouble: host.trouble,
      info: host.info,
      doubtful: (trouble) => this.#troubles.set('what is allowed', trouble),
    })
    const scales = () => this.#making.scales
    this.#hand = new ByHand({
      book,
      roster: this.#roster,
      now,
      scales,
      changed: (indicators, byOwner) => {
        this.#making.changed(indicators, true, byOwner)
        this.#wake()
      },
      allowed: (_, byOwner) => {
        this.#making.allowed(byOwner)
        this.#wake()
      },
    })
    this.#asking = new Asking({
      book,
      roster: this.#roster,
      sets: this.#sets,
      scales,
      counted: () => this.#making.counted,
      next: (source) => this.#pulls.next(source),
    })
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { pollMs = usualPollMs } = this.#parts
    signal.addEventListener('abort', () => this.#stop.abort(signal.reason), { once: true })
    if (signal.aborted) this.#stop.abort(signal.reason)
    // Before the first pull: they lie here while they are read.
    sweepLeftovers(this.#parts.folder)
    this.#making.takeUp()
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve))
      const rest = Promise.race([woken, pause(pollMs, signal)])
      await this.#turn(signal)
      await rest
    }
    await this.#pulls.idle()
    await this.#publishing
  }

  /** What of the sets in force is fewer than before because the owner wanted it so. */
  get agreed(): Agreed {
    return this.#making.agreed
  }

  async why(value: string): Promise<Omit<WhyAnswer, 'met'>> {
    const answer = this.#asking.why(value)
    const { publishing } = this.#parts
    const published =
      answer.indicator && publishing ? publishing.where(answer.indicator, this.#making.blocklist) : []
    return { ...answer, published }
  }

  async search(query: SearchQuery): Promise<SearchAnswer> {
    return this.#asking.search(query)
  }

  async sources(): Promise<readonly SourceAnswer[]> {
    return this.#asking.sources()
  }

  async stats(): Promise<StatsAnswer> {
    return { ...this.#asking.stats(), publications: this.#parts.publishing?.publications ?? [] }
  }

  async pull(names?: readonly string[]): Promise<readonly PullAnswer[]> {
    const { configured } = this.#roster
    const unknown = (names ?? []).filter((name) => !configured.some((source) => source.name === name))
    const answers = await Promise.all(
      configured
        .filter(({ name, enabled }) => names?.includes(name) ?? enabled)
        .map((source) => this.#pullNow(source)),
    )
    this.#wake()
    return [...answers, ...unknown.map((name) => notPulled(name, 'there is no source of that name'))]
  }

  async add(entry: OwnEntry): Promise<ChangeAnswer> {
    return await this.#hand.add(entry)
  }

  async remove(value: string): Promise<ChangeAnswer> {
    return this.#hand.remove(value)
  }

  async allow(entry: OwnEntry & { readonly action: AllowAction }): Promise<ChangeAnswer> {
    return this.#hand.allow(entry)
  }

  async disallow(value: string): Promise<ChangeAnswer> {
    return this.#hand.disallow(value)
  }

  async note(entry: NotedEntry): Promise<ChangeAnswer> {
    return await this.#hand.note(entry)
  }

  async publish(names?: readonly string[]): Promise<readonly Published[]> {
    const { publishing } = this.#parts
    if (!publishing || publishing.publications.length === 0) return []
    this.#making.make(true)
    const list = this.#making.blocklist
    if (!list) return []
    const wanted = names ?? publishing.publications.map(({ name }) => name)
    const work = this.#publishing.then(() => publishing.publish(list, wanted))
    this.#publishing = work.catch(() => {})
    return await work
  }

  async #turn(signal: AbortSignal): Promise<void> {
    for (const { source, pulled } of await this.#files.look()) this.#fileRead(source, pulled)
    if (signal.aborted) return
    this.#pulls.begin()
    this.#pulls.watch()
    this.#making.lookAtDoubt()
    this.#making.make()
    this.#troubles.flush()
    this.#publish()
    this.#forget()
  }

  async #pullNow(source: Source): Promise<PullAnswer> {
    if (!source.enabled) return notPulled(source.name, 'it is not enabled')
    if (!source.file) return await this.#pulls.now(source)
    const pulled = await this.#files.read(source)
    this.#fileRead(source, pulled)
    return pulled.answer
  }

  #fileRead(source: Source, pulled: Pulled): void {
    const { trouble, in_force: live, outcome } = pulled.answer
    const failed = outcome === 'failed' || outcome === 'refused'
    const text = `${source.name} (${listOf(source.file!).spec.path}): ${trouble}${failed ? keeps(live) : `; ${live} entries are in force`}`
    this.#troubles.set(source.name, trouble === null ? undefined : text, failed)
    this.#pulled(source, pulled)
  }

  #pulled(source: Source, { answer, changes }: Pulled): void {
    const { book, host } = this.#parts
    const { outcome, added, removed, in_force, bad, trouble, ms } = answer
    const state = book.sourceNamed(source.name)
    const again = state !== undefined && this.#making.counted?.ended.has(state.id) === true
    if (changes.any || again)
      this.#making.changed(again ? undefined : changes.indicators, source.file !== undefined)
    // The next may begin, and what was told be put in force.
    this.#wake()
    if (outcome === 'unchanged') return
    const examples = bad > 0 ? `; ${bad} could not be read (${state?.examples.join('; ') ?? ''})` : ''
    host.info(
      `${source.name}: ${outcome}, ${added} more and ${removed} fewer, ${in_force} in all${examples}${trouble === null ? '' : `: ${trouble}`}`,
    )
    host.event('intel.pulled', {
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

  /** Hands the list on once for each version; when it is due is the publications' own matter. */
  #publish(): void {
    const { publishing, host } = this.#parts
    if (!publishing || publishing.publications.length === 0) return
    if (this.#published === this.#sets.state.version) return
    const list = this.#making.blocklist
    if (!list) return
    this.#published = list.version
    const { agreed } = this.#making
    this.#publishing = this.#publishing.then(async () => {
      try {
        await publishing.publish(list, undefined, agreed)
      } catch (error) {
        host.trouble('SUNDEW_INTEL_PUBLISH', `lists could not be published: ${explain(error)}`)
      }
    })
  }

  #forget(): void {
    const now = this.#now()
    if (now - this.#forgotAt < dayMs) return
    this.#forgotAt = now
    this.#parts.book.forget(now - keepDays * dayMs)
  }
}

function notPulled(source: string, trouble: string): PullAnswer {
  return { source, outcome: 'failed', added: 0, removed: 0, in_force: 0, bad: 0, trouble, ms: 0 }
}
