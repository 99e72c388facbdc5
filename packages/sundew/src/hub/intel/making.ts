import { createHash } from 'node:crypto'
import { explain } from '../../core/log.ts'
import type { Book } from '../../intel/book/book.ts'
import type { Indicator } from '../../intel/indicator/indicator.ts'
import type { Blocklist } from '../../intel/publish/blocklist.ts'
import { SetBlocklist } from '../../intel/publish/blocklist-of-sets.ts'
import { build, type Counted, countedText, readCounted } from './build.ts'
import type { Doubt, DoubtMaker } from './doubt.ts'
import { mostPatched, patch } from './patch.ts'
import type { Agreed } from './publishing-contract.ts'
import type { Roster } from './roster.ts'
import type { Sets } from './sets.ts'
import type { Scales } from './weigh.ts'

export interface MakingParts {
  readonly book: Book
  readonly roster: Roster
  readonly sets: Sets
  readonly doubt: DoubtMaker
  /** What else than sources, and what is allowed by command, the sets depend on. */
  readonly basis: string
  readonly now: () => number
  /** Pulls are at work, or due: more is told soon. */
  readonly busy: () => boolean
  readonly trouble: (code: string, message: string) => void
  readonly info: (message: string) => void
  /** Hears what of the lists of what is allowed could not be read; undefined where all was. */
  readonly doubtful: (trouble: string | undefined) => void
}

/** While pulls are at work, sets are not made anew more often, milliseconds. */
const gatherMs = 30_000
/** What second looks allow is gathered for so long, milliseconds. */
const secondLooksMs = 300_000
/** Sets that were only changed are made anew with the next change after so long, milliseconds. */
const thoroughMs = 3_600_000
/** What ends by itself is taken out so long after the last time at the earliest, milliseconds. */
const leastRestMs = 300_000
/** Where they could not be made though nothing has changed since, they are tried again after so long, milliseconds. */
const againMs = 600_000

interface History {
  /** The version then. */
  readonly from: number
  /** By the version that has them. */
  readonly changes: Map<number, readonly Indicator[]>
}

/** Makes the sets in force of what the book has and what is allowed: when something has changed, as little anew as may be. */
export class Making {
  readonly #parts: MakingParts
  #doubt: Doubt
  #stamp: string
  /** Whether the sets in force were decided on by what is allowed now. */
  #decided = false
  #counted: Counted | undefined
  #list: Blocklist | undefined
  #changedAt: number | undefined
  /** Of which something else is said than when the sets were made; undefined where that is too much to tell. */
  #touched: readonly Indicator[] | undefined
  #thoroughAt = -Infinity
  #urgent = false
  /** Nothing but second looks has changed: they come one by one, and each makes all sets anew. */
  #waits = false
  /** What the next sets lose, the owner took out: by the configuration, or by what is allowed. */
  #byOwner = false
  /** Indicators that the owner listed or took back by hand, and whether anything else has changed. */
  #byHand = 0
  #byOthers = false
  #agreed: Agreed = 0
  #failed: { readonly basis: string; readonly at: number } | undefined
  /** What was changed bit by bit since the sets were made anew or taken up; undefined where more may be otherwise. */
  #history: History | undefined

  constructor(parts: MakingParts) {
    this.#parts = parts
    this.#stamp = parts.doubt.stamp()
    this.#doubt = this.#makeDoubt()
    const counted = parts.book.note('built')
    this.#counted = counted === undefined ? undefined : readCounted(counted)
  }

  get scales(): Scales {
    return { doubt: this.#doubt, sources: this.#parts.roster.byRow, now: this.#parts.now() }
  }

  /** What was counted when the sets were made; undefined before the first. */
  get counted(): Counted | undefined {
    return this.#counted
  }

  /** Puts in force what was when the hub last ended. */
  takeUp(): void {
    const { sets } = this.#parts
    if (!sets.takeUp()) return
    if (sets.state.basis !== this.#basis()) {
      this.#byOwner = true
      return
    }
    this.#touched = []
    this.#decided = true
    this.#history = { from: sets.state.version, changes: new Map() }
    this.#thoroughAt = sets.state.made
  }

  /**
   * Something that the sets are made of is other than it was.
   *
   * @param indicators all of which something else is said; undefined where it may be any
   * @param urgent at once, and not when pulls have ended
   * @param byHand the owner said so by command
   */
  changed(indicators: readonly Indicator[] | undefined, urgent: boolean, byHand = false): void {
    if (byHand) this.#byHand += indicators?.length ?? 0
    else this.#byOthers = true
    const now = this.#parts.now()
    this.#changedAt ??= now
    const touched = indicators && this.#touched && [...this.#touched, ...indicators]
    // Made anew now and then: counts of what was changed bit by bit are only near the truth.
    const thorough = now - this.#thoroughAt > thoroughMs
    this.#touched = thorough || (touched && touched.length > mostPatched) ? undefined : touched
    if (urgent) this.#urgent = true
    this.#waits = false
  }

  /**
   * Other things are allowed than before.
   *
   * @param byOwner at once, and what is lost by it was wanted; else with the next sets, or after a while
   */
  allowed(byOwner: boolean): void {
    this.#doubt = this.#makeDoubt()
    const waits = this.#changedAt === undefined || this.#waits
    this.changed(undefined, byOwner, byOwner)
    if (byOwner) this.#byOwner = true
    else this.#waits = waits
  }

  /** Looks whether files of what is allowed have changed, or entries of the owner have ended. */
  lookAtDoubt(): void {
    const stamp = this.#parts.doubt.stamp()
    if (stamp === this.#stamp && this.#parts.now() < this.#doubt.nextEnd) return
    this.#stamp = stamp
    this.#doubt = this.#makeDoubt()
    this.changed(undefined, false)
  }

  /** Makes the sets where that is due; `atOnce` where anything has changed. */
  make(atOnce = false): void {
    if (!this.#isDue(atOnce)) return
    const { sets, trouble, info } = this.#parts
    const touched = this.#touched
    this.#changedAt = undefined
    this.#touched = []
    this.#urgent = false
    this.#waits = false
    const agreed = this.#agreement()
    const began = performance.now()
    try {
      if (!touched || !this.#patch(touched)) this.#buildAll()
      this.#failed = undefined
      this.#agreed = agreed
      this.#byOwner = false
      this.#byHand = 0
      this.#byOthers = false
    } catch (error) {
      trouble(
        'SUNDEW_INTEL_SET',
        `the set of what is listed could not be made; the former stays in force: ${explain(error)}`,
      )
      this.#touched = undefined
      this.#changedAt = this.#parts.now()
      this.#failed = { basis: this.#basis(), at: this.#parts.now() }
      return
    }
    this.#list = undefined
    const { entries, version } = sets.state
    const ms = Math.round(performance.now() - began)
    info(`${entries} listed entries are in force (version ${version}, made in ${ms} ms)`)
  }

  /** What the sets in force have fewer than the former because the owner wanted it so: it need not be held back. */
  get agreed(): Agreed {
    return this.#agreed
  }

  #agreement(): Agreed {
    if (this.#byOwner || (this.#byHand > 0 && !this.#byOthers)) return 'all'
    return this.#byHand
  }

  /** What is published of the sets in force; undefined before the first. */
  get blocklist(): Blocklist | undefined {
    const { sets } = this.#parts
    if (!sets.there) return undefined
    const { version, made } = sets.state
    this.#list ??= new SetBlocklist({
      ...sets.load(),
      allow: this.#doubt.book,
      decided: this.#decided,
      version,
      made,
      changedSince: changedSince(this.#history),
    })
    return this.#list
  }

  #isDue(atOnce: boolean): boolean {
    const { sets, roster, book, busy } = this.#parts
    const { version, basis, until, made } = sets.state
    if (version === 0 && roster.configured.length === 0 && book.revision === 0) return false
    const now = this.#parts.now()
    const ended = until !== null && now >= Math.max(until, made + leastRestMs)
    if (ended) {
      this.#touched = undefined
      this.#byOthers = true
    }
    const wanted = this.#basis()
    if (basis === wanted && this.#changedAt === undefined && !ended) return false
    if (this.#failed?.basis === wanted && now - this.#failed.at < againMs) return false
    if (atOnce || this.#urgent || ended) return true
    if (this.#waits && now - (this.#changedAt ?? now) < secondLooksMs) return false
    if (!busy()) return true
    this.#changedAt ??= now
    return now - this.#changedAt > gatherMs
  }

  #buildAll(): void {
    const { book, sets, roster, now } = this.#parts
    const made = now()
    const built = build(book, this.scales)
    // What is allowed until then is listed again after it, also where nobody runs when it ends.
    const until = endOf(built.until, this.#doubt.nextEnd)
    sets.put(built, { entries: built.entries, until, made, basis: this.#basis(), lists: roster.lists })
    this.#decided = true
    this.#counted = built
    this.#history = { from: sets.state.version, changes: new Map() }
    this.#thoroughAt = made
    book.keepNote('built', countedText(built))
  }

  /** Changes the sets in force by what is said otherwise of a few indicators; false where all is to be made anew. */
  #patch(touched: readonly Indicator[]): boolean {
    const { book, sets, roster, now } = this.#parts
    if (touched.length === 0 || !sets.there || !this.#counted) return false
    const patched = patch(book, this.scales, sets.load(), touched)
    if (!patched) return false
    const { entries, until } = sets.state
    sets.put(patched, {
      entries: entries + patched.more,
      until: endOf(until ?? Infinity, patched.until),
      made: now(),
      basis: this.#basis(),
      lists: roster.lists,
    })
    for (const { type, change } of patched.counts) {
      const counts = this.#counted.types[type]
      for (const key of ['inForce', 'block', 'alert', 'none'] as const) counts[key] += change[key] ?? 0
    }
    book.keepNote('built', countedText(this.#counted))
    this.#history?.changes.set(sets.state.version, touched)
    return true
  }

  #makeDoubt(): Doubt {
    const { doubt: maker, book, now, doubtful } = this.#parts
    const doubt = maker.make(book.allowed, now())
    doubtful(doubt.troubles.length > 0 ? `what is allowed: ${doubt.troubles.join('; ')}` : undefined)
    this.#decided = false
    this.#history = undefined
    this.#list = undefined
    return doubt
  }

  #basis(): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#parts.roster.basis, this.#parts.basis, this.#stamp]))
      .digest('hex')
      .slice(0, 32)
  }
}

/** All that the sets have otherwise than those of a version had; undefined where they were made anew since. */
function changedSince(history: History | undefined) {
  if (!history) return () => undefined
  const { from } = history
  // As it is now: later changes are of later lists.
  const changes = [...history.changes]
  return (since: number): readonly Indicator[] | undefined =>
    since < from ? undefined : changes.flatMap(([version, touched]) => (version > since ? touched : []))
}

/** The earlier of two ends, ms since 1970; null where nothing ends. */
function endOf(one: number, other: number): number | null {
  const first = Math.min(one, other)
  return Number.isFinite(first) ? first : null
}
