import type { FeedRequest } from '../../../../src/intel/feeds/feed.ts'
import type { Page } from '../fake-host.ts'

export interface FakePulse {
  readonly id: string
  modified: string
  indicators: readonly object[]
  /** Indicators that do not stand in the pulse itself. */
  more?: readonly object[]
  readonly [key: string]: unknown
}

/** OTX as DirectConnect shows it, of these pulses; newest first. */
export class MakeBelieveOtx {
  pulses: FakePulse[] = []
  events: object[] = []
  /** Requests that fail, by what their address contains. */
  failing: (url: URL) => Page | undefined = () => undefined
  readonly answer = (url: URL, { headers = {} }: FeedRequest): Page | undefined => {
    if (headers['x-otx-api-key'] !== 'secret') return 'key'
    const fails = this.failing(url)
    if (fails !== undefined) return fails
    const [, name, id, part] = /^\/api\/v1\/pulses\/([^/]+)(?:\/(.+))?$/.exec(url.pathname) ?? []
    void part
    if (name === 'subscribed') return this.#page(url, this.#since(url).map(shown))
    if (name === 'events')
      return this.#page(
        url,
        this.events.filter((one) => (one as { created: string }).created >= url.searchParams.get('since')!),
      )
    const pulse = this.pulses.find((one) => one.id === name)
    if (!pulse) return undefined
    return id === 'indicators' ? this.#page(url, [...pulse.indicators, ...(pulse.more ?? [])]) : shown(pulse)
  }

  #since(url: URL): FakePulse[] {
    const since = url.searchParams.get('modified_since') ?? ''
    return this.pulses
      .filter(({ modified }) => modified >= since)
      .sort((one, other) => (one.modified < other.modified ? 1 : -1))
  }

  /** A page; 404 past the last. */
  #page(url: URL, all: readonly object[]): object | undefined {
    const [limit, page] = [
      Number(url.searchParams.get('limit') ?? 10),
      Number(url.searchParams.get('page') ?? 1),
    ]
    if (page > 1 && (page - 1) * limit >= all.length) return undefined
    const next = new URL(url)
    next.searchParams.set('page', String(page + 1))
    // As behind a proxy that ends TLS.
    next.protocol = 'http:'
    return {
      results: all.slice((page - 1) * limit, page * limit),
      count: all.length,
      next: page * limit < all.length ? next.href : null,
      previous: null,
    }
  }
}

function shown({ more, ...pulse }: FakePulse): object {
  return { ...pulse, more_indicators: more !== undefined }
}

/** Pulses of one address each, modified a minute after one another. */
export function somePulses(count: number): FakePulse[] {
  return Array.from({ length: count }, (_, index) => ({
    id: (index + 1).toString(16).padStart(24, '0'),
    name: `Pulse ${index + 1}`,
    author_name: 'AlienVault',
    modified: new Date(Date.UTC(2026, 10, 1) + index * 60_000).toISOString().replace('Z', '000'),
    indicators: [{ indicator: `198.51.${index >> 8}.${index & 255}`, type: 'IPv4' }],
  }))
}
