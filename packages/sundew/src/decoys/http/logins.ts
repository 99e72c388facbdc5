import { sourceKey } from '../../core/address.ts'
import type { HttpConfig } from './settings.ts'

/** Sources whose failures are remembered; past it the oldest are forgotten. */
const maxSources = 65_536

/** Decides who is let in, by how often a source has failed. */
export class Logins {
  readonly #policy: HttpConfig['login']
  readonly #failures = new Map<string, number>()

  constructor(policy: HttpConfig['login']) {
    this.#policy = policy
  }

  /** One attempt; true where it is let in. */
  attempt(address: string): boolean {
    if (this.#policy.policy !== 'after') return this.#policy.policy === 'always'
    const source = sourceKey(address)
    const failures = this.#failures.get(source) ?? 0
    if (failures >= this.#policy.tries) return true
    if (this.#failures.size >= maxSources) this.#failures.delete(this.#failures.keys().next().value!)
    this.#failures.set(source, failures + 1)
    return false
  }
}
