import type { Reading, Taker } from '../files/taker.ts'
import type { IndicatorType } from '../indicator/indicator.ts'
import type { About, Report } from '../sighting.ts'
import { FeedError, type FeedHost } from './feed.ts'
import {
  type Body,
  fetchBody,
  formOf,
  readWhole,
  sampleOf,
  shownAddress,
  type WebConfig,
} from './web-list.ts'

/** One file of a source that has several: a report of its own. */
export interface WebFile {
  readonly url: string
  readonly report: Report
  read(body: Body, sample: string, taker: Taker): Reading
}

/** Of one file, indicators. They are held until the file is found to be well. */
const mostHeld = 1_000_000
/** So many that cannot be read, and more than can: it is something else than a list. */
const badMattersFrom = 10

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
  const form = formOf(config, version)
  const before = host.cursor as { form?: unknown; files?: Record<string, string> } | undefined
  // A key's sum is forgotten before its file is asked for: where that goes wrong it is asked for whole the next time.
  const sums = new Map(before?.form === form ? Object.entries(before.files ?? {}) : [])
  const commit = () => intake.commit({ form, files: Object.fromEntries(sums) })
  const named = new Set(files.map(({ report }) => report.id))
  const gone = [...intake.reports().keys()].filter((id) => !named.has(id))
  for (const id of gone) {
    intake.withdraw(id)
    sums.delete(id)
  }
  if (gone.length > 0) commit()
  let failed: FeedError | undefined
  for (const file of files) {
    host.signal.throwIfAborted()
    const { id } = file.report
    const sum = sums.get(id)
    sums.delete(id)
    try {
      const body = await fetchBody(config, file.url, host, sum !== undefined)
      const same = body === 'unchanged' ? sum : body.sha256 === sum ? sum : undefined
      if (same !== undefined) {
        sums.set(id, same)
        continue
      }
      // A server that says so of what it was not asked.
      if (body === 'unchanged') throw new FeedError('server', `${shownAddress(file.url)} sends nothing`)
      const held = new Held()
      const shown = shownAddress(file.url)
      readWhole(() => file.read(body, sampleOf(body, shown), held), held, shown)
      held.check(shown)
      intake.report(file.report)
      held.tell(intake)
      sums.set(id, body.sha256)
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
  #made: number | undefined

  get full(): boolean {
    return this.#taken.length + this.#bad.length + this.#leftOut.length >= mostHeld
  }

  take(text: string, about?: About, type?: IndicatorType, at?: number): boolean {
    this.#taken.push([text, about, type, at])
    return true
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

  /** @throws FeedError `form` where it is no list */
  check(shown: string): void {
    const [taken, bad] = [this.#taken.length, this.#bad.length]
    if (taken === 0) throw new FeedError('form', `${shown} has no indicators`)
    if (bad < badMattersFrom || bad <= taken) return
    const [where, text] = this.#bad[0]!
    throw new FeedError('form', `${bad} parts of ${shown} could not be read: ${where}: ${text}`)
  }

  tell(taker: Taker): void {
    for (const one of this.#taken) taker.take(...one)
    for (const one of this.#bad) taker.bad(...one)
    for (const one of this.#leftOut) taker.leaveOut(one)
    if (this.#made !== undefined) taker.made(this.#made)
  }
}
