import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { isAlwaysThere } from './always-there.ts'
import { answererOf } from './ports.ts'
import type { TunnelSettings } from './settings.ts'
import type { Target } from './target.ts'

/** What became of a connection, and how long that took, milliseconds. `unreachable` fails before anything was sent. */
export interface Reached {
  readonly outcome: 'opened' | 'refused' | 'timed_out' | 'unreachable' | 'unknown_name'
  readonly afterMs: number
}

/** This machine, as the peer sees it. */
export interface Vantage {
  readonly address: string
  /** Whether we answer there ourselves. */
  readonly listensOn: (port: number) => boolean
}

/** Private hosts that exist, and of their usual ports those that are open. */
const privateHosts = 0.06
const privateOpen = 0.5
/** Public hosts whose other usual ports (FTP, POP3, those of further decoys …) are open. */
const usualOpen = 0.6
/** Of ports that are not open, those behind a firewall that says nothing. */
const silent = 0.55

/**
 * Decides which targets can be reached. Nothing is ever asked of the network: a keyed hash of the target decides, so that the
 * answer is the same for everybody and tomorrow, and nobody without the key can foretell it.
 */
export class Reach {
  readonly #secret: Uint8Array
  readonly #settings: TunnelSettings

  constructor(secret: Uint8Array, settings: TunnelSettings) {
    this.#secret = secret
    this.#settings = settings
  }

  of(target: Target, port: number, vantage: Vantage): Reached {
    const usual = answererOf(port) !== undefined || vantage.listensOn(port)
    switch (target.kind) {
      case 'unknown':
        return { outcome: 'unknown_name', afterMs: this.#jitter(this.#settings.round_trip_ms / 4) }
      case 'self':
        return { outcome: vantage.listensOn(port) ? 'opened' : 'refused', afterMs: 0 }
      case 'name':
        return this.#reached(this.#public(target.name, port, usual), target.name)
      case 'address': {
        const { address, range } = target
        const noRoute = range === 'nowhere' || (isIPv6(address) && !isIPv6(vantage.address))
        if (noRoute) return { outcome: 'unreachable', afterMs: 0 }
        const outcome =
          range === 'private' ? this.#private(address, port, usual) : this.#public(address, port, usual)
        return this.#reached(outcome, address)
      }
    }
  }

  #reached(outcome: 'opened' | 'refused' | 'timed_out', host: string): Reached {
    if (outcome === 'timed_out') return { outcome, afterMs: this.#settings.timeout_seconds * 1000 }
    // Near hosts are more than far ones.
    const distance = this.#share('distance', host) ** 2
    return { outcome, afterMs: this.#jitter(this.#settings.round_trip_ms * (0.02 + 0.78 * distance)) }
  }

  #public(host: string, port: number, usual: boolean): 'opened' | 'refused' | 'timed_out' {
    const there = isAlwaysThere(host) || this.#share('there', host) >= this.#settings.away_share
    if (answererOf(port)?.by === 'decoy') return there ? 'opened' : this.#closed(host, port)
    const open = usual ? usualOpen : this.#settings.other_ports_share
    return there && this.#share('open', `${host} ${port}`) < open ? 'opened' : this.#closed(host, port)
  }

  #private(host: string, port: number, usual: boolean): 'opened' | 'refused' | 'timed_out' {
    if (this.#share('there', host) >= privateHosts) return 'timed_out'
    return usual && this.#share('open', `${host} ${port}`) < privateOpen ? 'opened' : 'refused'
  }

  /** A firewall drops all that a host does not offer, so it is the host that decides. */
  #closed(host: string, port: number): 'refused' | 'timed_out' {
    return this.#share('silent', port === 25 ? `${host} 25` : host) < silent ? 'timed_out' : 'refused'
  }

  /** From 0 up to 1, always the same for the same question. */
  #share(question: string, about: string): number {
    const digest = createHmac('sha256', this.#secret).update(`${question} ${about}`).digest()
    return digest.readUIntBE(0, 6) / 2 ** 48
  }

  #jitter(ms: number): number {
    return ms * (0.9 + Math.random() / 4)
  }
}
