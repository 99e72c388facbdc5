import { createHash } from 'node:crypto'
import {
  type Attacker,
  type Feed,
  type FeedAnswer,
  FeedError,
  type FeedHost,
  type FeedRequest,
  type FeedTrouble,
  type Intake,
} from '../../../src/intel/feeds/feed.ts'
import type { IndicatorType } from '../../../src/intel/indicator/indicator.ts'
import type { About, Report } from '../../../src/intel/sighting.ts'

export interface FakeSighting {
  readonly report: string
  readonly text: string
  readonly type: IndicatorType | undefined
  readonly about: About
}

/** What a page of the make-believe server is: a body, `{headers, body}`, or the
 * `FeedTrouble` that comes instead. */
export type Page =
  | string
  | object
  | { readonly headers: Readonly<Record<string, string>>; readonly body: unknown }

/** A book that holds in memory what feeds commit, as `Intake` says: whole or not at all. */
export class FakeBook {
  reports = new Map<string, Report>()
  sightings: FakeSighting[] = []
  cursor: unknown
  commits = 0
  bad: string[] = []
  leftOut = new Map<string, number>()

  /** Texts of what is told, of one report or all. */
  texts(report?: string): string[] {
    return this.sightings
      .filter((one) => report === undefined || one.report === report)
      .map(({ text }) => text)
  }

  intake(): Intake {
    let reports = new Map(this.reports)
    let sightings = [...this.sightings]
    let current = ''
    const forget = (gone: (report: string) => boolean) => {
      sightings = sightings.filter((one) => !gone(one.report))
    }
    const intake: Intake = {
      full: false,
      snapshot: () => {
        reports.clear()
        forget(() => true)
      },
      report: (report) => {
        current = report.id
        reports.set(report.id, report)
        forget((one) => one === report.id)
      },
      withdraw: (id) => {
        reports.delete(id)
        forget((one) => one === id)
      },
      reports: () => new Map([...this.reports].map(([id, { modified }]) => [id, modified])),
      take: (text, about = {}, type) => {
        sightings.push({ report: current, text, type, about })
        return true
      },
      bad: (where, text) => void this.bad.push(`${where}: ${text}`),
      leaveOut: (reason) => void this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + 1),
      made: () => {},
      commit: (cursor) => {
        this.reports = reports
        this.sightings = sightings
        // As it comes back from the book.
        if (cursor !== undefined) this.cursor = JSON.parse(JSON.stringify(cursor))
        this.commits++
        reports = new Map(reports)
        sightings = [...sightings]
        current = ''
      },
    }
    return intake
  }
}

export interface PullOptions {
  readonly now?: number
  readonly attackers?: readonly Attacker[]
  readonly signal?: AbortSignal
}

/**
 * Pulls once into the book.
 *
 * @param answer what the server has at an address
 * @returns what was asked for
 */
export async function pull<C>(
  feed: Feed<C>,
  config: unknown,
  book: FakeBook,
  answer: (url: URL, request: FeedRequest) => Page | undefined,
  { now = Date.UTC(2026, 10, 25), attackers = [], signal = new AbortController().signal }: PullOptions = {},
): Promise<FeedRequest[]> {
  const asked: FeedRequest[] = []
  const host: FeedHost = {
    intake: book.intake(),
    cursor: book.cursor,
    signal,
    now: () => now,
    fetch: async (request) => {
      asked.push(request)
      if (asked.length > 10_000) throw new Error('it does not end')
      return answerOf(answer(new URL(request.url), request), request)
    },
    attackers: async (since) => attackers.filter(({ last }) => last >= since),
  }
  await feed.pull(feed.config.parse(config), host)
  return asked
}

const troubles: ReadonlySet<unknown> = new Set<FeedTrouble>(
  'key rate server gone cut reach redirect form size sanity'.split(' ') as FeedTrouble[],
)

function answerOf(page: Page | undefined, { url }: FeedRequest): FeedAnswer {
  if (page === undefined) throw new FeedError('gone', `${url} answered 404`)
  if (troubles.has(page)) throw new FeedError(page as FeedTrouble, `${url}: ${page as string}`)
  const { headers, body } =
    typeof page === 'object' && 'headers' in page && 'body' in page
      ? (page as { headers: Record<string, string>; body: unknown })
      : { headers: {}, body: page }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const bytes = Buffer.from(text)
  return {
    status: 'whole',
    headers,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    *pieces() {
      for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096)
    },
    text: () => text,
  }
}
