import { believedAfterMs, doubtAbout } from '../book/sanity.ts'
import type { Reading, Taker } from '../files/taker.ts'
import type { IndicatorType } from '../indicator/indicator.ts'
import { parseIndicator } from '../indicator/parse.ts'
import type { About, Report } from '../sighting.ts'
import { FeedError, type FeedHost } from './feed.ts'
import { type Body, fetchBody, readWhole, sampleOf, shownAddress, type WebConfig } from './web-list.ts'

/** One file of a source that has several: a report of its own. */
export interface WebFile {
  readonly url: string
  readonly report: Report
  read(body: Body, sample: string, taker: Taker): Reading
}

/** What is known of a file that was taken. */
interface KnownFile {
  /** Of its body; undefined where something was wrong with the last, so that it is asked for whole. */
  readonly sha256?: string | undefined
  readonly entries: number
  /** When it was last told, ms since 1970. */
  readonly told: number
  /** Since when it has a size that is not believed, ms since 1970. */
  readonly doubted?: number
}

/** An unchanged file is told again after so long, lest what it lists is taken for old; milliseconds. */
const tellAgainMs = 7 * 24 * 3_600_000
/** Of one file, entries. They are held until the file is found to be well. */
const mostHeld = 1_000_000

/**
 * Pulls a source of several files: each is committed by itself, whole and well; what is wrong with some is told when all
 * were asked for. Files that the section no longer names are withdrawn.
 *
 * @throws FeedError the first that came
 */
export async function pullFiles(
  config: Omit<WebConfig, 'url'>,
  files: readonly WebFile[],
  host: FeedHost,
  version: number,
): Promise<void> {
  const { intake } = host
  const before = host.cursor as { version?: unknown; files?: Record<string, KnownFile> } | undefined
  const known = new Map(Object.entries(before?.files ?? {}))
  const commit = () => intake.commit({ version, files: Object.fromEntries(known) })
  const named = new Set(files.map(({ report }) => report.id))
  const gone = [...intake.reports().keys()].filter((id) => !named.has(id))
  for (const id of gone) {
    intake.withdraw(id)
    known.delete(id)
  }
  if (gone.length > 0) commit()
  let failed: FeedError | undefined
  for (const file of files) {
    host.signal.throwIfAborted()
    const { id } = file.report
    const isNew = !known.has(id)
    const was = known.get(id) ?? { entries: 0, told: 0 }
    const now = host.now()
    const fresh = before?.version === version && now - was.told < tellAgainMs
    const sha256 = fresh ? was.sha256 : undefined
    // Forgotten before it is asked for: what goes wrong is asked for whole the next time, whatever is committed until then.
    known.set(id, { ...was, sha256: undefined })
    try {
      const body = await fetchBody(config, file.url, host, isNew || sha256 !== undefined)
      if (body === 'unchanged' || body.sha256 === sha256) {
        known.set(id, was)
        continue
      }
      const held = new Held()
      const shown = shownAddress(file.url)
      readWhole(() => file.read(body, sampleOf(body, shown), held), held, shown)
      const doubt = held.doubt(was.entries)
      const since = was.doubted ?? now
      if (doubt && !(doubt.heals && now - since >= believedAfterMs)) {
        if (doubt.heals) known.set(id, { ...was, sha256: undefined, doubted: since })
        commit()
        throw new FeedError('sanity', `${shown}: ${doubt.why}`)
      }
      intake.report(file.report)
      held.tell(intake)
      known.set(id, { sha256: body.sha256, entries: held.entries, told: now })
      commit()
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      failed ??= error
      // These are not of one file.
      if (error.code === 'rate' || error.code === 'key' || error.code === 'disk') break
    }
  }
  if (failed) throw failed
}

/** Holds what a reader tells, until it is known whether it is to be told on. */
class Held implements Taker {
  readonly #taken: [string, About | undefined, IndicatorType | undefined, number | undefined][] = []
  readonly #bad: [string, string][] = []
  readonly #leftOut: string[] = []
  #unread = 0
  #made: number | undefined

  get full(): boolean {
    return this.#taken.length + this.#bad.length + this.#leftOut.length >= mostHeld
  }

  take(text: string, about?: About, type?: IndicatorType, at?: number): boolean {
    const indicator = parseIndicator(text, type)
    if (indicator.type === 'refused' && !isUnwanted(indicator.reason)) this.#unread++
    this.#taken.push([text, about, type, at])
    return true
  }

  /** Those that could be read. */
  get entries(): number {
    return this.#taken.length - this.#unread
  }

  report(): void {}

  bad(where: string, text: string): void {
    this.#bad.push([where, text.slice(0, 200)])
  }

  leaveOut(reason: string): void {
    this.#leftOut.push(reason)
  }

  made(time: number): void {
    this.#made = time
  }

  /** Why it is not believed, where the file had so many entries before. */
  doubt(before: number) {
    const example = this.#bad[0]?.join(': ')
    const bad = this.#bad.length + this.#unread
    return doubtAbout({ entries: this.entries, before, bad, example }, { mayBeEmpty: false, mayGrow: false })
  }

  tell(taker: Taker): void {
    for (const one of this.#taken) taker.take(...one)
    for (const one of this.#bad) taker.bad(...one)
    for (const one of this.#leftOut) taker.leaveOut(one)
    if (this.#made !== undefined) taker.made(this.#made)
  }
}

/** Well-formed, and none that is matched: no fault of the file. */
function isUnwanted(reason: string): boolean {
  return reason === 'public-suffix' || reason === 'path-only'
}
