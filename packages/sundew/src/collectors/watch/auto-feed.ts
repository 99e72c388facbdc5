import type { LineTally } from '../tail/line-counts.ts'
import type { TailFeed } from '../tail/line-cutter.ts'
import type { LineFeed } from '../tail/line-feed.ts'

/** A file whose format is told by its lines: a name server's or Zeek's, or else a firewall's. */
export class AutoFeed implements TailFeed {
  readonly #usual: LineFeed
  readonly #firewall: TailFeed
  readonly #isFirewall: (bytes: Uint8Array, from: number, to: number) => boolean
  #chosen: TailFeed | undefined

  constructor(
    usual: LineFeed,
    firewall: TailFeed,
    isFirewall: (bytes: Uint8Array, from: number, to: number) => boolean,
  ) {
    this.#usual = usual
    this.#firewall = firewall
    this.#isFirewall = isFirewall
  }

  get tally(): LineTally {
    return (this.#chosen ?? this.#usual).tally
  }

  get format(): string | undefined {
    return this.#chosen?.format
  }

  get pending(): number {
    return this.#chosen?.pending ?? 0
  }

  prime(bytes: Uint8Array, from: number, to: number): void {
    this.#choose(bytes, from, to)
    this.#usual.prime(bytes, from, to)
    this.#firewall.prime(bytes, from, to)
  }

  restart(): void {
    this.#usual.restart()
    this.#firewall.restart()
  }

  take(bytes: Uint8Array, from: number, to: number, last = false): number {
    this.#choose(bytes, from, to)
    return (this.#chosen ?? this.#usual).take(bytes, from, to, last)
  }

  #choose(bytes: Uint8Array, from: number, to: number): void {
    if (this.#chosen) return
    if (this.#usual.knows(bytes, from, to)) this.#chosen = this.#usual
    else if (this.#isFirewall(bytes, from, to)) this.#chosen = this.#firewall
  }
}
