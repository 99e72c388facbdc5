import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { explain, type Log } from '../../core/log.ts'
import type { Publication } from '../../intel/answers.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import type { Blocklist } from '../../intel/publish/blocklist.ts'
import { publishers } from '../../intel/publish/index.ts'
import type { Publisher } from '../../intel/publish/publisher.ts'
import { Changes, countEntries, countRendered, type EntryOf, everyLine } from './publishing-changes.ts'
import { runAfter, runChecks } from './publishing-check.ts'
import type { Agreed, PublicationSection, Published, Publishing } from './publishing-contract.ts'
import { PublishedFiles } from './publishing-files.ts'
import {
  expectedOf,
  keptShare,
  PublicationsFile,
  type PublicationState,
  unpublished,
} from './publishing-state.ts'
import { carriedBy, isBlocked } from './publishing-where.ts'

export interface PublishingOptions {
  readonly sections: readonly PublicationSection[]
  /** `intel` in the data directory: what is remembered lies here, and paths that are not absolute begin in `published`. */
  readonly folder: string
  /** Sundew's own. */
  readonly version: string
  readonly log: Log
  readonly trouble: (code: string, message: string, cause?: unknown) => void
  /** Told of each writing that changed something or went wrong, also of those that were due later than `publish` was called. */
  readonly told: (published: Published) => void
  readonly targets?: readonly Publisher<never>[]
  readonly now?: () => number
}

/** From so many entries on the loss of more than half is held back, and for how long at most, milliseconds. */
const guardFrom = 100
const heldMs = 86_400_000
/** What could not be written, or is held back, is looked at again after so long, milliseconds. */
const againMs = 600_000

/** One of `intel.publish`, and how it stands. */
interface Target {
  readonly section: PublicationSection
  readonly publisher: Publisher<unknown>
  readonly path: string
  readonly entryOf: EntryOf
  state: PublicationState
  /** It was looked at since the start: before, files may be gone and settings others. */
  looked: boolean
  /** The last list of the owner's changes alone, until another comes: what it would have is counted then. */
  agreed: Blocklist | undefined
  /** The last version that was told. */
  told: number
  /** Stamps of the files as they lie there since it was last written or found to be right. */
  stamps: ReadonlyMap<string, string>
}

/** What came of one writing, before it is told. */
type Outcome = Omit<Published, 'publication' | 'target' | 'path' | 'version' | 'ms'>

/** Where a publication lies whose section names this path. */
export function publishedPath(folder: string, path: string): string {
  return resolve(folder, 'published', path)
}

/**
 * Keeps what is configured under `intel.publish` written: whole, checked by the target's own tool, in its place at once. One
 * that fails stays as it last was, and holds up no other.
 */
export class PublishingRunner implements Publishing, AsyncDisposable {
  readonly #options: PublishingOptions
  readonly #file: PublicationsFile
  readonly #targets: readonly Target[]
  readonly #now: () => number
  readonly #end = new AbortController()
  #queue: Promise<unknown> = Promise.resolve()
  #latest: Blocklist | undefined
  /** Counts of the list that was told last. */
  #heard: Blocklist['counts'] | undefined
  #timer: NodeJS.Timeout | undefined

  private constructor(
    options: PublishingOptions,
    states: readonly PublicationState[],
    file: PublicationsFile,
  ) {
    this.#options = options
    this.#file = file
    this.#now = options.now ?? Date.now
    const known = new Map((options.targets ?? publishers).map((one) => [one.target, one]))
    this.#targets = options.sections.map((section) => {
      const { name, target } = section
      const publisher = known.get(target) as unknown as Publisher<unknown> | undefined
      if (!publisher) throw new TypeError(`intel.publish: there is no target ${target}`)
      const path = publishedPath(options.folder, section.path)
      const before = states.find((one) => one.name === name && one.target === target && one.path === path)
      const state = before ?? { ...unpublished, name, target, path }
      const entryOf: EntryOf = publisher.entry?.bind(publisher) ?? everyLine
      return {
        section,
        publisher,
        path,
        entryOf,
        state,
        looked: false,
        agreed: undefined,
        told: 0,
        stamps: new Map(),
      }
    })
  }

  static async open(options: PublishingOptions): Promise<PublishingRunner> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    const file = new PublicationsFile(options.folder)
    return new PublishingRunner(options, await file.read(), file)
  }

  get publications(): readonly Publication[] {
    return this.#targets.map(told)
  }

  where(indicator: Indicator, list: Blocklist | undefined): readonly Publication[] {
    if (list && !isBlocked(indicator, list)) return []
    return this.#targets
      .filter(
        ({ state, publisher, section }) =>
          state.published > 0 && carriedBy(indicator, publisher, section.settings),
      )
      .map(told)
  }

  /** @throws RangeError where a name is none of the configuration's */
  publish(list: Blocklist, names?: readonly string[], agreed: Agreed = 0): Promise<readonly Published[]> {
    const unknown = names?.find((name) => !this.#targets.some(({ section }) => section.name === name))
    if (unknown !== undefined) throw new RangeError(`There is no publication ${unknown}`)
    this.#latest = list
    const work = this.#queue.then(async () => {
      if (!names) await this.#hear(list, agreed)
      return await this.#publish(list, names)
    })
    this.#queue = work.catch(() => {})
    return work
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort()
    clearTimeout(this.#timer)
    await this.#queue
  }

  /** Notes what of a list the owner wants, also where it is not written for a while. */
  async #hear(list: Blocklist, agreed: Agreed): Promise<void> {
    let noted = false
    const former = this.#heard
    this.#heard = list.counts
    for (const target of this.#targets) {
      const { state, section, told: before } = target
      target.told = list.version
      if (list.version === before || !section.guard || state.entries < guardFrom) continue
      if (list.version === state.agreed || (agreed === 'all' && !state.others)) {
        target.agreed = list
        target.state = { ...state, agreed: list.version }
      } else {
        const wanted = target.agreed ? this.#countOf(target, target.agreed) : expectedOf(state)
        // What was lost before is not agreed to by what the owner changes now.
        const left = agreed === 'all' ? Math.floor(wanted * keptShare(former, list.counts)) : wanted - agreed
        target.agreed = undefined
        target.state = { ...state, expected: Math.max(0, left), agreed: 0, others: true }
      }
      noted ||=
        state.agreed !== target.state.agreed ||
        state.others !== target.state.others ||
        expectedOf(state) !== expectedOf(target.state)
    }
    if (noted) await this.#file.write(this.#targets.map(({ state }) => state))
  }

  /** The entries that a publication would have. */
  #countOf({ section, publisher, path, entryOf, state }: Target, list: Blocklist): number {
    try {
      const host = {
        leaveOut: () => {},
        former: () => undefined,
        folder: path,
        version: this.#options.version,
      }
      let count = 0
      for (const { name, pieces } of publisher.render(list, section.settings, host))
        count += countRendered(name, pieces, entryOf)
      return Math.min(count, expectedOf(state))
    } catch {
      // What cannot be rendered will be told when it is to be written.
      return expectedOf(state)
    }
  }

  async #publish(list: Blocklist, names: readonly string[] | undefined): Promise<readonly Published[]> {
    const done: Published[] = []
    let next = Infinity
    for (const target of this.#targets) {
      if (this.#end.signal.aborted) break
      const { section, state } = target
      const asked = names?.includes(section.name) === true
      if (names && !asked) continue
      const due = state.written + section.every_seconds * 1_000
      if (!asked && target.looked && state.version === list.version && state.trouble === '') continue
      if (!asked && due > this.#now()) next = Math.min(next, due)
      else {
        const published = await this.#write(target, list, asked)
        done.push(published)
        if (published.trouble !== '') next = Math.min(next, this.#now() + againMs)
      }
    }
    this.#wakeAt(next)
    return done
  }

  /** What was not due yet is written when it is, of the list that there is then. */
  #wakeAt(due: number): void {
    if (due === Infinity || this.#end.signal.aborted) return
    clearTimeout(this.#timer)
    const wake = () => {
      if (this.#latest) this.publish(this.#latest).catch((error: unknown) => this.#fault(error))
    }
    this.#timer = setTimeout(wake, Math.max(0, due - this.#now())).unref()
  }

  #fault(error: unknown): void {
    this.#options.trouble('SUNDEW_INTEL_PUBLISH', 'what is published could not be written', error)
  }

  async #write(target: Target, list: Blocklist, asked: boolean): Promise<Published> {
    const { section, path, state } = target
    target.looked = true
    const began = performance.now()
    let outcome: Outcome
    try {
      outcome = await this.#written(target, list, asked)
    } catch (error) {
      outcome = { ...nothing, outcome: 'failed', entries: state.entries, trouble: explain(error) }
    }
    const { name, target: kind } = section
    const ms = Math.round(performance.now() - began)
    const published = { publication: name, target: kind, path, version: list.version, ...outcome, ms }
    this.#say(target, published)
    target.state = { ...target.state, trouble: outcome.trouble }
    await this.#file.write(this.#targets.map((one) => one.state))
    return published
  }

  async #written(target: Target, list: Blocklist, asked: boolean): Promise<Outcome> {
    const { section, publisher, path, entryOf, state } = target
    const files = await PublishedFiles.at(path)
    const leftOut: Record<string, number> = {}
    try {
      const there = files.stamps(state.files)
      await files.write(
        publisher.render(list, section.settings, {
          leaveOut: (reason) => {
            leftOut[reason] = (leftOut[reason] ?? 0) + 1
          },
          former: (name) => files.former(name),
          kept: (name) => files.kept(name, state.files, target.stamps.get(name), state.version),
          folder: path,
          version: this.#options.version,
        }),
      )
      const changes = await compare(files, state.files, entryOf)
      const entries =
        state.published > 0 && !changes.anew
          ? state.entries + changes.told.added - changes.told.removed
          : count(files, entryOf)
      const { added, removed, examples, differs } = changes.told
      const outcome = { ...nothing, entries, added, removed, examples, leftOut }
      if (!differs) {
        this.#stands(target, list, entries, files.names)
        target.stamps = there
        return { ...outcome, outcome: 'unchanged' }
      }
      const held = asked ? '' : this.#held(target, entries, list)
      if (held !== '') return { ...outcome, outcome: 'held', entries: state.entries, trouble: held }
      const { tools, trouble } = await runChecks(
        publisher.check?.(files.part, section.settings) ?? [],
        files.part,
        this.#end.signal,
      )
      const checked = tools.join(', ')
      if (trouble !== '') return { ...outcome, outcome: 'refused', entries: state.entries, checked, trouble }
      await files.take(state.files)
      this.#stands(target, list, entries, files.names)
      target.state = { ...target.state, written: this.#now() }
      target.stamps = files.stamps(files.names)
      const after = section.after.length === 0 ? '' : await runAfter(section.after, this.#end.signal)
      return { ...outcome, outcome: 'written', checked, trouble: after }
    } finally {
      await files.drop()
    }
  }

  /** What lies there is as the list has it. */
  #stands(target: Target, list: Blocklist, entries: number, files: readonly string[]): void {
    const { state } = target
    target.state = {
      ...state,
      published: this.#now(),
      version: list.version,
      entries,
      files: [...files],
      held: 0,
      expected: undefined,
      agreed: 0,
      others: false,
    }
    target.agreed = undefined
  }

  /** Why it is held back; '' where it is not. */
  #held(target: Target, entries: number, list: Blocklist): string {
    const { section, state } = target
    const lost = state.entries >= guardFrom && entries < expectedOf(state) / 2
    if (!section.guard || !lost || target.agreed === list) return ''
    const since = state.held === 0 ? this.#now() : state.held
    target.state = { ...state, held: since }
    if (this.#now() - since >= heldMs) return ''
    return `it would have ${entries} entries instead of ${state.entries} and is held back for a day; "sundew intel publish ${section.name}" writes it now`
  }

  #say(target: Target, published: Published): void {
    const { log, trouble, told: tell } = this.#options
    const {
      publication: name,
      outcome,
      entries,
      added,
      removed,
      examples,
      ms,
      trouble: why,
      leftOut,
    } = published
    if (outcome === 'unchanged') return
    const left = Object.entries(leftOut).map(([reason, number]) => `${number} ${reason}`)
    log.info(
      `publication ${name}: ${outcome}, ${entries} entries, ${added} new, ${removed} gone${examples.length > 0 ? ` (${examples.join(' ')})` : ''}${left.length > 0 ? `, left out: ${left.join('; ')}` : ''}, ${ms} ms`,
    )
    // Trouble is told once, not after every build that meets it again.
    if (outcome !== 'written' && target.state.trouble !== '') return
    if (why !== '') trouble('SUNDEW_INTEL_PUBLISH', `publication ${name} (${published.path}): ${why}`)
    tell(published)
  }
}

const nothing = {
  outcome: 'failed',
  entries: 0,
  added: 0,
  removed: 0,
  examples: [],
  leftOut: {},
  trouble: '',
  checked: '',
} as const satisfies Outcome

function told({ section: { name, target }, path, state }: Target): Publication {
  return {
    name,
    target,
    path,
    published: state.published === 0 ? null : new Date(state.published).toISOString(),
  }
}

/** What the new files differ by from those that lie there. `anew`: none of them does. */
async function compare(
  files: PublishedFiles,
  former: readonly string[],
  entryOf: EntryOf,
): Promise<{ readonly told: Changes; readonly anew: boolean }> {
  const told = new Changes(entryOf)
  let anew = true
  const { names } = files
  for (const name of new Set([...names, ...former])) {
    const there = await existing(files.place(name, former.length === 0 ? names : former))
    if (there !== undefined) anew = false
    told.compare(name, there, names.includes(name) ? join(files.part, name) : undefined)
  }
  return { told, anew }
}

function count(files: PublishedFiles, entryOf: EntryOf): number {
  return files.names.reduce((sum, name) => sum + countEntries(name, join(files.part, name), entryOf), 0)
}

async function existing(path: string): Promise<string | undefined> {
  return await stat(path).then(
    (it) => (it.isFile() ? path : undefined),
    () => undefined,
  )
}
