import { FeedError, type FeedHost } from '../feed.ts'
import type { JsonObject } from '../json-fields.ts'
import { doubtMs, isDoubtful } from '../withdrawals.ts'
import { isTooMuch, type OtxApi, type OtxPage, otxTime } from './api.ts'
import type { OtxConfig } from './section.ts'
import { type OtxCursor, type OtxPass, SeenIds } from './cursor.ts'
import { pulseId } from './pulse.ts'
import type { PulseReader } from './pulse-reader.ts'
import { pageSizes } from './sizes.ts'

/** Pages of one pull; the next goes on. */
const mostPages = 5_000
/** A pulse that OTX cannot give by itself in so many pulls is passed over, where it gives the one after it. */
const mostStuck = 3
/** So often in one reading the number of pulses may become less. */
const mostFewer = 50
const dayMs = 24 * 3_600_000

/** Reads subscribed pulses page by page, from where the last pull ended; each page is committed with the place of the next. */
export class PulsesPass {
  readonly #api: OtxApi
  readonly #host: FeedHost
  readonly #cursor: OtxCursor
  readonly #pulses: PulseReader
  readonly #sizes: readonly number[]
  readonly #pass: OtxPass
  readonly #seen: SeenIds

  constructor(api: OtxApi, config: OtxConfig, host: FeedHost, cursor: OtxCursor, pulses: PulseReader) {
    this.#api = api
    this.#host = host
    this.#cursor = cursor
    this.#pulses = pulses
    this.#sizes = pageSizes(config.page)
    this.#pass = cursor.pass ??= newPass(config, cursor, host.now())
    this.#seen = new SeenIds(this.#pass.seen)
    // The configuration may have changed since.
    if (!this.#sizes.includes(this.#pass.size))
      this.#resize(this.#pass.offset % config.page === 0 ? config.page : 1)
  }

  async run(): Promise<void> {
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await this.#page()
      if (this.#haveMoved(page)) continue
      await this.#take(page)
      if (page.next === undefined) return this.#end()
      this.#pass.offset += this.#pass.size
      this.#pass.next = page.next
      this.#pass.stuck = 0
      this.#grow()
      this.#commit()
    }
  }

  /** Where pulses went meanwhile, those after them have moved to pages that were read: back by as many. */
  #haveMoved({ count }: OtxPage): boolean {
    const pass = this.#pass
    const gone = (pass.count ?? 0) - (count ?? pass.count ?? 0)
    if (count !== undefined) pass.count = count
    if (gone <= 0 || pass.offset === 0 || ++pass.fewer > mostFewer) return false
    pass.offset = Math.max(0, pass.offset - Math.ceil(gone / pass.size) * pass.size)
    delete pass.next
    return true
  }

  async #take({ results, broken }: OtxPage): Promise<void> {
    const { intake } = this.#host
    if (broken > 0) intake.bad('/pulses/subscribed', `${broken} results that are no objects`)
    for (const pulse of results) {
      const id = pulseId(pulse)
      if (id === undefined) intake.bad('/pulses/subscribed', 'a pulse without an id')
      else await this.#takeOne(id, pulse)
    }
  }

  async #takeOne(id: string, pulse: JsonObject): Promise<void> {
    const modified = await this.#pulses.take(id, pulse, { again: this.#pass.whole })
    if (modified === 'left out') return
    this.#seen.add(id)
    if (modified !== undefined) this.#pass.highest = Math.max(this.#pass.highest ?? 0, modified)
  }

  /** The page at the place reached: of fewer pulses where OTX does not manage so many. */
  async #page(): Promise<OtxPage> {
    for (;;) {
      try {
        return await this.#api.page(this.#pass.next ?? this.#url(this.#pass.offset))
      } catch (error) {
        if (this.#isPastEnd(error)) continue
        if (!isTooMuch(error)) throw error
        const smaller = this.#sizes[this.#sizes.indexOf(this.#pass.size) + 1]
        if (smaller !== undefined) this.#resize(smaller)
        else {
          const next = ++this.#pass.stuck < mostStuck ? 'none' : await this.#passOver(error)
          if (next === 'end') return { results: [], broken: 0, count: undefined, next: undefined }
          if (next === 'none') {
            this.#commit()
            throw error
          }
        }
      }
    }
  }

  /** Pages behind the last are not there: back by one, where pulses went since we were told of this one. */
  #isPastEnd(error: unknown): boolean {
    const pass = this.#pass
    if (!(error instanceof FeedError) || error.code !== 'gone' || pass.offset === 0) return false
    if (++pass.fewer > mostFewer) return false
    pass.offset = Math.max(0, pass.offset - pass.size)
    delete pass.next
    return true
  }

  /** Goes past a pulse that OTX does not give, if it gives the one after it, or says that there is none. */
  async #passOver(why: Error): Promise<'next' | 'end' | 'none'> {
    const { offset } = this.#pass
    let next: 'next' | 'end' = 'next'
    try {
      await this.#api.page(this.#url(offset + 1))
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      if (error.code !== 'gone') return 'none'
      next = 'end'
    }
    this.#host.intake.bad(`/pulses/subscribed, pulse ${offset + 1}`, why.message)
    this.#pass.offset++
    this.#pass.stuck = 0
    delete this.#pass.next
    return next
  }

  #url(offset: number): string {
    const { size, since } = this.#pass
    return this.#api.url('/pulses/subscribed', {
      limit: size,
      page: Math.floor(offset / size) + 1,
      modified_since: since === undefined ? undefined : otxTime(since),
    })
  }

  /** Back to larger pages where one may begin here. */
  #grow(): void {
    const larger = this.#sizes[this.#sizes.indexOf(this.#pass.size) - 1]
    if (larger !== undefined && this.#pass.offset % larger === 0) this.#resize(larger)
  }

  #resize(size: number): void {
    this.#pass.size = size
    delete this.#pass.next
  }

  #end(): void {
    const cursor = this.#cursor
    const { whole, began, highest } = this.#pass
    const latest = Math.max(cursor.modified ?? 0, highest ?? 0)
    if (latest > 0) cursor.modified = latest
    delete cursor.pass
    if (!whole) return this.#host.intake.commit(cursor)
    cursor.wholeAt = began
    cursor.wholeWanted = false
    this.#withdraw()
  }

  /** What a whole reading has not shown is subscribed to no longer. */
  #withdraw(): void {
    const { intake } = this.#host
    const cursor = this.#cursor
    const known = [...intake.reports().keys()]
    const gone = known.filter((id) => id !== '' && !this.#seen.has(id) && !cursor.later.includes(id))
    const now = this.#host.now()
    if (isDoubtful(gone.length, known.length, cursor.doubtedAt, now)) {
      cursor.doubtedAt ??= now
      intake.commit(cursor)
      throw new FeedError(
        'sanity',
        `OTX says that ${gone.length} of ${known.length} pulses are subscribed to no longer; this is believed if it says so a day later`,
      )
    }
    delete cursor.doubtedAt
    for (const id of gone) intake.withdraw(id)
    intake.commit(cursor)
  }

  #commit(): void {
    if (this.#pass.whole) this.#pass.seen = this.#seen.toString()
    this.#host.intake.commit(this.#cursor)
  }
}

function newPass({ page, whole_days, days }: OtxConfig, cursor: OtxCursor, now: number): OtxPass {
  const { wholeAt, wholeWanted, doubtedAt, modified } = cursor
  const due = doubtedAt === undefined ? (wholeAt ?? 0) + whole_days * dayMs : doubtedAt + doubtMs
  const whole = wholeAt === undefined || wholeWanted || now >= due
  const since = whole ? (days === undefined ? undefined : now - days * dayMs) : modified
  return {
    began: now,
    whole,
    offset: 0,
    size: page,
    stuck: 0,
    fewer: 0,
    seen: '',
    ...(since !== undefined && { since }),
  }
}
