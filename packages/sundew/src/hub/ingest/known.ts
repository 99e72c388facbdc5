import { hostname, networkInterfaces } from 'node:os'
import { readable, type ByteString } from '../../event/bytes.ts'
import type { Known } from '../enrich/probe.ts'

/** Credentials remembered: enough for the testers of a few weeks, bounded because intruders write them. */
const mostCredentials = 500
/** The names a peer may know us by are looked up again this often, milliseconds. */
const refreshMs = 60_000

/** What is ours, and would give a relay probe away: addresses, names, and the credentials that we let in. */
export class Ours {
  readonly #personaName: string
  readonly #seen: readonly string[]
  readonly #credentials = new Map<string, { user: string; password: string }>()
  #addresses: string[] = []
  #looked = -Infinity
  /** By our address; the same object until something changes, since what is searched for is kept with it. */
  readonly #known = new Map<string, Known>()

  /** `seen` are addresses of ours that no interface has: those that others see us come from. */
  constructor(personaName: string, seen: readonly string[] = []) {
    this.#personaName = personaName
    this.#seen = seen
  }

  /** Remembers credentials that a decoy accepted. */
  accepted(user: ByteString, password: ByteString): void {
    const key = `${user}\0${password}`
    if (!this.#credentials.delete(key)) this.#known.clear()
    this.#credentials.set(key, { user: readable(user), password: readable(password) })
    for (const oldest of this.#credentials.keys()) {
      if (this.#credentials.size <= mostCredentials) break
      this.#credentials.delete(oldest)
    }
  }

  /** For a message that came to this address of ours. */
  known(address: string): Known {
    const now = performance.now()
    if (now - this.#looked > refreshMs) {
      this.#looked = now
      this.#addresses = Object.values(networkInterfaces())
        .flatMap((found) => found ?? [])
        .filter(({ internal }) => !internal)
        .map((found) => found.address)
      this.#known.clear()
    }
    let known = this.#known.get(address)
    if (!known) this.#known.set(address, (known = this.#make(address)))
    return known
  }

  #make(address: string): Known {
    return {
      // What was imported came to no address of ours that we know of.
      addresses: [...new Set([address, ...this.#seen, ...this.#addresses])].filter((ours) => ours !== '::'),
      hostnames: [...new Set([this.#personaName, hostname()])],
      credentials: [...this.#credentials.values()],
    }
  }
}
