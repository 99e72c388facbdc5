// How long the engine takes from feed files to sets in force, and from one change to the zone that has it.
import { join } from 'node:path'
import type { ToCollectors } from '../../packages/sundew/src/core/collector-messages.ts'
import { explain } from '../../packages/sundew/src/core/log.ts'
import { Intelligence } from '../../packages/sundew/src/hub/intel/intelligence.ts'
import type { ListSection } from '../../packages/sundew/src/hub/intel/list-section.ts'
import type { IntelSettings } from '../../packages/sundew/src/hub/intel/settings.ts'
import { median, round } from './measure.ts'

export interface EngineFigures {
  /** From the start on an empty folder to sets of all of them in force. */
  readonly loadSeconds: number
  /** From one name listed by hand to the zone in its place, looked at by BIND's tool where it is there: the median. */
  readonly republishSeconds: number
  /** From the start to the first zone in its place, the same way. */
  readonly publishSeconds: number
  readonly entries: number
  readonly files: { readonly addresses: string; readonly names: string }
}

const zone = 'bench'

/** @param indicators how many different ones the lists hold */
export async function measureEngine(
  folder: string,
  lists: readonly ListSection[],
  indicators: number,
  say: (line: string) => void,
  changes = 5,
): Promise<EngineFigures> {
  const files = join(folder, 'intel')
  let loadSeconds: number
  let entries: number
  let message: ToCollectors
  {
    const began = performance.now()
    await using engine = new Engine(settingsOf(files, lists))
    await engine.holds(indicators)
    loadSeconds = (performance.now() - began) / 1000
    message = engine.told.at(-1)!
    entries = message.entries
  }
  say(`${entries} entries are in force after ${round(loadSeconds)} s`)
  const began = performance.now()
  await using engine = new Engine({
    ...settingsOf(files, lists),
    publish: [
      { target: 'bind-rpz', name: zone, path: join(folder, 'rpz'), every_seconds: 0, after: [], guard: true },
    ],
  })
  await engine.published()
  const publishSeconds = (performance.now() - began) / 1000
  say(`published after ${round(publishSeconds)} s`)
  const times: number[] = []
  for (let change = 0; change < changes; change++) {
    const since = performance.now()
    const value = `change${change}.example.org`
    const { refused } = await engine.intelligence.add({ value, reason: 'bench', by: 'bench' })
    if (refused !== null) throw new Error(`${value} was not taken: ${refused}`)
    await engine.published()
    times.push((performance.now() - since) / 1000)
    say(`a change was published after ${round(times.at(-1)!)} s`)
  }
  message = engine.told.at(-1)!
  if (message.names === undefined) throw new Error('there are no names in force')
  return {
    loadSeconds: round(loadSeconds),
    republishSeconds: round(median(times)),
    publishSeconds: round(publishSeconds),
    entries,
    files: { addresses: message.path, names: message.names },
  }
}

/** The engine in its thread as the hub has it, until disposed of. */
class Engine {
  readonly told: ToCollectors[] = []
  readonly intelligence: Intelligence
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #written = 0
  #seen = 0
  #trouble = ''

  constructor(settings: IntelSettings) {
    this.intelligence = new Intelligence({
      settings,
      tell: (message) => this.told.push(message),
      trouble: (code, message, cause) => {
        this.#trouble = `${code}: ${message}${cause === undefined ? '' : ` ${explain(cause)}`}`
      },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      event: (kind, fields) => {
        if (kind !== 'intel.published') return
        const { outcome, trouble } = fields as unknown as { outcome: string; trouble?: string }
        if (outcome === 'written') this.#written++
        else this.#trouble = `${outcome}: ${trouble ?? ''}`
      },
      fetch: () => Promise.reject(new Error('there are no feeds')),
      attackers: () => Promise.resolve([]),
    })
    this.#running = this.intelligence.run(this.#stop.signal)
  }

  /** Settles when so many are in force. */
  async holds(indicators: number): Promise<void> {
    await this.#until(() => (this.told.at(-1)?.entries ?? 0) >= indicators)
  }

  /** Settles when something more was published. */
  async published(): Promise<void> {
    await this.#until(() => this.#written > this.#seen)
    this.#seen = this.#written
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #until(done: () => boolean): Promise<void> {
    for (const end = performance.now() + 300_000; !done();) {
      if (this.#trouble !== '') throw new Error(this.#trouble)
      if (performance.now() > end) throw new Error('it took more than five minutes')
      await new Promise((wake) => setTimeout(wake, 5))
    }
  }
}

/** As a configuration that names the lists and nothing else. */
function settingsOf(folder: string, files: readonly ListSection[]): IntelSettings {
  return {
    folder,
    version: '0.0.0',
    files,
    feeds: [],
    networks: [],
    // Made-up addresses lie anywhere.
    core: { bogons: false, resolvers: [], domains: [] },
    allow: [],
    warninglists: [],
    doubt: {
      block_from: 50,
      alert_from: 1,
      least_prefix_v4: 12,
      least_prefix_v6: 28,
      authors: [],
      pulses: 'alert',
      lifetime_days: {},
    },
    publish: [],
  }
}
