import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { EventKind } from '../../../src/event/catalogue.ts'
import { doubtMaker } from '../../../src/hub/intel/doubt-maker.ts'
import { type EngineParts, IntelEngine } from '../../../src/hub/intel/engine.ts'
import { type FeedSection, sourcesOf } from '../../../src/hub/intel/sources.ts'
import { doubtRules } from '../../../src/intel/doubt/rules.ts'
import { Book } from '../../../src/intel/book/book.ts'
import { type Feed, type FeedHabits, FeedError, type FeedHost } from '../../../src/intel/feeds/feed.ts'
import { AddressSet } from '../../../src/match/address-set.ts'
import { NameSet } from '../../../src/match/name-set.ts'
import { parseAddress } from '../../../src/match/parse-address.ts'
import type { ToCollectors } from '../../../src/core/collector-messages.ts'
import { readFileSync } from 'node:fs'
import { intelSettings } from './intel-settings.ts'

/** A feed whose pulls do what a test says. */
export function fakeFeed(
  type: string,
  pull: (host: FeedHost) => void | Promise<void>,
  habits: Partial<FeedHabits> = {},
) {
  return {
    type,
    summary: 'a list of a test',
    config: z.strictObject({}),
    habits: { everyMinutes: 60, leastMinutes: 10, weight: 80, ceiling: 'block', ...habits },
    urls: () => [`https://${type}.feeds.example.net/list`],
    pull: async (_: unknown, host: FeedHost) => await pull(host),
  } satisfies Feed<unknown> as unknown as Feed<never>
}

/** A whole list of these texts. */
export function whole(...texts: readonly string[]) {
  return (host: FeedHost) => {
    host.intake.snapshot()
    for (const text of texts) host.intake.take(text)
    host.intake.commit()
  }
}

export interface EngineTest {
  readonly feeds?: readonly Feed<never>[]
  readonly sections?: readonly Partial<FeedSection>[]
  readonly more?: Partial<EngineParts>
}

/** A folder, and engines over it one after the other; time passes when a test says so. */
export function temporaryEngine() {
  const folder = mkdtempSync(join(tmpdir(), 'sundew-engine-'))
  let time = Date.UTC(2026, 10, 25)
  const begin = ({ feeds = [], sections = feeds.map(({ type }) => ({ type })), more = {} }: EngineTest) => {
    const told: ToCollectors[] = []
    const events: { kind: EventKind; fields: Record<string, unknown> }[] = []
    const troubles: string[] = []
    const book = Book.open(join(folder, 'book.db'))
    const { core, doubt } = intelSettings(folder)
    const engine = new IntelEngine({
      folder,
      book,
      sources: sourcesOf(
        [],
        sections.map((section) => ({ type: 'fake', enabled: true, ...section })),
        feeds,
      ),
      doubt: doubtMaker({
        core: { ...core, networks: ['198.51.100.0/24'], feedHosts: [] },
        allow: [],
        warninglists: [],
        rules: doubtRules(doubt),
      }),
      fetch: () => () => Promise.reject(new FeedError('reach', 'nothing is fetched here')),
      attackers: () => Promise.resolve([]),
      host: {
        set: (message) => told.push(message),
        event: (kind, fields) => events.push({ kind, fields: fields as Record<string, unknown> }),
        trouble: (code, message) => troubles.push(`${code}: ${message}`),
        info: () => {},
      },
      now: () => time,
      pollMs: 5,
      ...more,
    })
    const stop = new AbortController()
    const running = engine.run(stop.signal)
    return {
      engine,
      book,
      told,
      events,
      troubles,
      /** Waits until this holds. */
      until: async (holds: () => boolean | Promise<boolean>) => {
        for (let tries = 0; tries < 1_000; tries++) {
          if (await holds()) return
          await wait(5)
        }
        throw new Error(`it never came to that: ${troubles.join()}`)
      },
      /** Which lists name a value in the sets in force. */
      lists: (value: string): string[] => {
        const last = told.at(-1)
        if (!last) return []
        const address = parseAddress(value)
        const set = address ? AddressSet.from(readFileSync(last.path)) : undefined
        const names = last.names === undefined ? undefined : NameSet.from(readFileSync(last.names))
        const node = set && address ? set.find(address) : (names?.find('domain', value) ?? -1)
        if (node < 0) return []
        const from = set ?? names!
        return from
          .entries(node)
          .map(({ source, indicator, action }) => `${from.sources[source]!.name} ${indicator} ${action}`)
      },
      async [Symbol.asyncDispose]() {
        stop.abort()
        await running
        book[Symbol.dispose]()
      },
    }
  }
  return {
    folder,
    begin,
    pass: (ms: number) => {
      time += ms
    },
    get now() {
      return time
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}

export const minuteMs = 60_000
export const dayMs = 24 * 3_600_000
