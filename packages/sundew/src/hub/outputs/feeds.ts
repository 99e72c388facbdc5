import { join } from 'node:path'
import type { JournalPosition } from '../../core/journal/reader.ts'
import type { SundewEvent } from '../../event/event.ts'
import { outputs } from '../../outputs/index.ts'
import type { Output } from '../../outputs/output.ts'
import type { Alerts } from '../alerts.ts'
import { egressTo } from '../egress.ts'
import { Early, forgetEarly, isEarly } from './early.ts'
import { OutputFeed } from './feed.ts'

/** One section of sundew.yaml for each output. */
export type OutputSections = Readonly<Record<string, { readonly enabled: boolean }>>

export interface FeedsPlace {
  readonly sensor: string
  readonly version: string
  /** Where relative paths of outputs begin, and where what waits for them lies. */
  readonly folder: string
  readonly journals: string
  /** Where it is written how far the store has each journal. */
  readonly storeCursors: string
  readonly alerts: Alerts
}

/** The outputs that are enabled, and what feeds them. */
export class OutputFeeds {
  readonly #urgent: readonly OutputFeed[]
  readonly #others: readonly OutputFeed[]
  /** What reads ahead of the store; undefined where nobody waits for it. */
  readonly #early: Early | undefined

  private constructor(
    feeds: { readonly urgent: readonly OutputFeed[]; readonly others: readonly OutputFeed[] },
    early: Early | undefined,
  ) {
    this.#urgent = feeds.urgent
    this.#others = feeds.others
    this.#early = early
  }

  static async open(sections: OutputSections, place: FeedsPlace): Promise<OutputFeeds> {
    const { folder, journals, storeCursors, alerts } = place
    const enabled = outputs.filter(({ name }) => sections[name]?.enabled)
    const opened = (some: readonly Output<never>[]) =>
      Promise.all(some.map((output) => openFeed(output, sections[output.name] as never, place)))
    const urgent = await opened(enabled.filter((output) => output.urgent === true))
    const others = await opened(enabled.filter((output) => output.urgent !== true))
    const cursors = join(folder, 'told')
    if (urgent.length === 0) {
      await forgetEarly(cursors)
      return new OutputFeeds({ urgent, others }, undefined)
    }
    const early = new Early({
      journals,
      storeCursors,
      cursors,
      take: (events) => each(urgent, (feed) => feed.take(events)),
      trouble: (code, message, cause) => alerts.raise(code, message, cause),
    })
    return new OutputFeeds({ urgent, others }, early)
  }

  /** Events that are in the store. Never rejects. */
  async take(events: readonly SundewEvent[]): Promise<void> {
    const later = events.filter((event) => !isEarly(event))
    await Promise.all([
      each(this.#others, (feed) => feed.take(events)),
      each(this.#urgent, (feed) => feed.take(later)),
    ])
  }

  /** How far a journal has been read for what is told before it is in the store; undefined where it is not read for that. */
  reached(directory: string): JournalPosition | undefined {
    return this.#early?.reached(directory)
  }

  /** Sends until the signal aborts. Does not reject. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#early?.run(signal),
      each([...this.#urgent, ...this.#others], (feed) => feed.run(signal)),
    ])
  }

  async close(): Promise<void> {
    await each([...this.#urgent, ...this.#others], (feed) => feed.close())
  }
}

function openFeed(output: Output<never>, config: never, place: FeedsPlace): Promise<OutputFeed> {
  const { sensor, version, folder, alerts } = place
  return OutputFeed.open({
    name: output.name,
    sensor,
    wants: (kind) => output.wants(kind),
    output: output.open(config, {
      folder,
      version,
      trouble: (message) => alerts.raise('SUNDEW_OUTPUT_FULL', message),
      egress: egressTo(output.destinations?.(config) ?? []),
      print,
    }),
    directory: join(folder, `waiting-${output.name}`),
    trouble: (code, message, cause) => alerts.raise(code, message, cause),
  })
}

async function each(feeds: readonly OutputFeed[], work: (feed: OutputFeed) => Promise<void>): Promise<void> {
  await Promise.all(feeds.map(work))
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
