import type { Dispatch } from '../syslog/dispatch.ts'
import { areFirewalls, FirewallFeed } from '../syslog/firewall-feed.ts'
import type { FirewallParser } from '../syslog/parser.ts'
import type { TailFeed } from '../tail/line-cutter.ts'
import type { LineFeed } from '../tail/line-feed.ts'
import { AutoFeed } from './auto-feed.ts'

export interface FirewallFilesParts {
  readonly dispatch: Dispatch
  /** Undefined where more can be read at once; else settles when it can. */
  readonly room: () => Promise<void> | undefined
  /** Settles when what was taken so far is kept. */
  readonly settled: () => Promise<void>
  readonly parsers: readonly FirewallParser[]
}

/** Files among those that are followed in which firewalls write. */
export class FirewallFiles {
  readonly #parts: FirewallFilesParts
  #any = false

  constructor(parts: FirewallFilesParts) {
    this.#parts = parts
  }

  /** Undefined where more can be read at once; else settles when it can. */
  get room(): Promise<void> | undefined {
    return this.#any ? this.#parts.room() : undefined
  }

  /** Settles when what was read so far is kept, so that it need not be read again. */
  settled(): Promise<void> {
    return this.#any ? this.#parts.settled() : Promise.resolve()
  }

  /** Whether files of this format are firewalls', whatever is in them. */
  isFirewall(format: string): boolean {
    return format === 'firewall' || this.#parts.parsers.some((parser) => parser.format === format)
  }

  /** The way of a file's lines by its section's format; undefined where it is no firewall's. */
  feed(path: string, format: string, usual: LineFeed): TailFeed | undefined {
    const { dispatch, parsers } = this.#parts
    if (format !== 'auto' && !this.isFirewall(format)) return undefined
    this.#any = true
    const feed = new FirewallFeed(
      dispatch,
      path,
      parsers.find((parser) => parser.format === format),
    )
    if (format !== 'auto') return feed
    return new AutoFeed(usual, feed, (bytes, from, to) => areFirewalls(parsers, bytes, from, to))
  }
}
