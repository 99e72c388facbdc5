import { FeedError, type FeedHost } from '../feed.ts'
import { type JsonObject, listOf } from '../json-fields.ts'
import { isTooMuch, type OtxApi } from './api.ts'
import type { OtxConfig } from './section.ts'
import { mostLater, type OtxCursor } from './cursor.ts'
import { pulseReport, takePulse } from './pulse.ts'
import { pageSizes } from './sizes.ts'

/** Of one pulse. */
const mostIndicators = 500_000
/** Indicators asked for at once. */
const usualSize = 500
const dayMs = 24 * 3_600_000

/** Takes pulses whole: those whose indicators do not all stand in them with the rest, asked for page by page. */
export class PulseReader {
  readonly #api: OtxApi
  readonly #host: FeedHost
  readonly #cursor: OtxCursor
  readonly #oldest: number
  /** When each pulse that is known was modified. */
  readonly #known: Map<string, number | undefined>

  constructor(api: OtxApi, { days }: OtxConfig, host: FeedHost, cursor: OtxCursor) {
    this.#api = api
    this.#host = host
    this.#cursor = cursor
    this.#known = new Map(host.intake.reports())
    this.#oldest = days === undefined ? 0 : host.now() - days * dayMs
  }

  /**
   * @param options.again also where it has not been modified since it was taken
   * @returns when it was modified, ms since 1970, where it says so
   */
  async take(
    id: string,
    pulse: JsonObject,
    { again = false }: { again?: boolean } = {},
  ): Promise<number | undefined | 'left out'> {
    const { intake } = this.#host
    const report = pulseReport(id, pulse)
    const { modified } = report
    if ((modified ?? Infinity) < this.#oldest) return 'left out'
    const more = pulse['more_indicators'] === true || pulse['more_indicators'] === 1
    const isKnown = modified !== undefined && this.#known.get(id) === modified
    if (isKnown && (more || !again)) return modified
    const indicators = more ? await this.#indicators(id) : listOf(pulse['indicators'])
    if (indicators) {
      takePulse(intake, report, indicators)
      this.#known.set(id, modified)
    } else if (this.#cursor.later.length < mostLater && !this.#cursor.later.includes(id))
      this.#cursor.later.push(id)
    return modified
  }

  /** Pulses whose indicators could not be had before, and those that somebody subscribed to since. */
  async takeLater(): Promise<void> {
    const { intake } = this.#host
    const waiting = this.#cursor.later.splice(0)
    for (const [index, id] of waiting.entries()) {
      try {
        await this.take(id, await this.#api.object(this.#api.url(`/pulses/${id}`)), { again: true })
      } catch (error) {
        if (error instanceof FeedError && error.code === 'gone') intake.withdraw(id)
        else if (isTooMuch(error)) this.#cursor.later.push(id)
        else {
          this.#cursor.later.push(...waiting.slice(index))
          throw error
        }
      }
      intake.commit({ ...this.#cursor, later: [...this.#cursor.later, ...waiting.slice(index + 1)] })
    }
  }

  /** All indicators of a pulse; undefined where OTX does not manage to give them now. */
  async #indicators(id: string): Promise<unknown[] | undefined> {
    for (const size of pageSizes(usualSize)) {
      try {
        return await this.#allIndicators(id, size)
      } catch (error) {
        // Deleted meanwhile: an event will say so.
        if (error instanceof FeedError && error.code === 'gone') return undefined
        if (!isTooMuch(error)) throw error
      }
    }
    this.#host.intake.bad(`pulse ${id}`, 'its indicators cannot be had now')
    return undefined
  }

  async #allIndicators(id: string, size: number): Promise<unknown[]> {
    const found: unknown[] = []
    let url: string | undefined = this.#api.url(`/pulses/${id}/indicators`, { limit: size, page: 1 })
    while (url !== undefined) {
      const page = await this.#api.page(url)
      for (const one of page.results) found.push(one)
      url = page.next
      if (found.length >= mostIndicators && url !== undefined) {
        this.#host.intake.bad(`pulse ${id}`, `more than ${mostIndicators} indicators`)
        return found
      }
    }
    return found
  }
}
