import { createHmac } from 'node:crypto'
import { sourceKey } from '../../core/address.ts'
import { byteStringOf } from '../../event/bytes.ts'
import type { LoginRules } from './settings.ts'

/** Sources whose attempts are remembered; past it the oldest are forgotten. */
const maxSources = 65_536

/** One attempt: a password, or an answer to a challenge. */
export type Attempt =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly challenge: string; readonly digest: string }

/** Decides who is let in. */
export class LoginPolicy {
  readonly #auth: LoginRules
  readonly #accounts: readonly { user: string; password: string }[]
  readonly #attempts = new Map<string, number>()

  constructor(auth: LoginRules) {
    this.#auth = auth
    this.#accounts = auth.accounts.map(({ user, password }) => ({
      user: byteStringOf(user),
      password: byteStringOf(password),
    }))
  }

  accepts(sourceIp: string, attempt: Attempt): boolean {
    switch (this.#auth.policy) {
      case 'any':
        return true
      case 'after':
        return this.#count(sourceKey(sourceIp)) >= this.#auth.attempts
      case 'listed':
        return this.#accounts.some((account) => matches(account, attempt))
      case 'refuse':
        return false
    }
  }

  #count(source: string): number {
    const attempts = (this.#attempts.get(source) ?? 0) + 1
    if (this.#attempts.size >= maxSources && attempts === 1) {
      for (const oldest of this.#attempts.keys()) {
        this.#attempts.delete(oldest)
        break
      }
    }
    this.#attempts.set(source, attempts)
    return attempts
  }
}

function matches(account: { user: string; password: string }, attempt: Attempt): boolean {
  if (account.user !== attempt.user) return false
  if ('password' in attempt) return account.password === attempt.password
  const key = Buffer.from(account.password, 'latin1')
  return (
    createHmac('md5', key).update(attempt.challenge, 'latin1').digest('hex') === attempt.digest.toLowerCase()
  )
}
