import { join } from 'node:path'
import type { SundewEvent } from '../../event/event.ts'
import { outputs } from '../../outputs/index.ts'
import type { Alerts } from '../alerts.ts'
import { OutputFeed } from './feed.ts'

/** One section of sundew.yaml for each output. */
export type OutputSections = Readonly<Record<string, { readonly enabled: boolean }>>

/** The outputs that are enabled, and what feeds them. */
export class OutputFeeds {
  readonly #feeds: readonly OutputFeed[]

  private constructor(feeds: readonly OutputFeed[]) {
    this.#feeds = feeds
  }

  /** @param folder where relative paths of outputs begin, and where what waits for them lies */
  static async open(sections: OutputSections, folder: string, alerts: Alerts): Promise<OutputFeeds> {
    const enabled = outputs.filter(({ name }) => sections[name]?.enabled)
    const feeds = enabled.map((output) =>
      OutputFeed.open({
        name: output.name,
        wants: (kind) => output.wants(kind),
        output: output.open(sections[output.name] as never, {
          folder,
          trouble: (message) => alerts.raise('SUNDEW_OUTPUT_FULL', message),
        }),
        directory: join(folder, `waiting-${output.name}`),
        trouble: (code, message, cause) => alerts.raise(code, message, cause),
      }),
    )
    return new OutputFeeds(await Promise.all(feeds))
  }

  /** Events that are in the store. Never rejects. */
  async take(events: readonly SundewEvent[]): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.take(events)))
  }

  /** Sends until the signal aborts. Does not reject. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.run(signal)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.close()))
  }
}
