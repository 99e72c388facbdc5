import { createHash, createHmac } from 'node:crypto'
import { sourceKey } from '../../core/address.ts'
import { byteStringOf } from '../../event/bytes.ts'
import type { LoginRules } from './settings.ts'

/** Sources whose attempts are remembered; past it the oldest are forgotten. */
const maxSources = 65_536
/** Names of one source whose password is remembered; past it nothing more is. */
const maxNames = 64

/** One attempt: a password, or an answer to a challenge. */
export type Attempt =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly challenge: string; readonly digest: string }

/** Decides who is let in. */
export class LoginPolicy {
  readonly #auth: LoginRules
  readonly #accounts: readonly { user: string; password: string }[]
  readonly #sources = new Map<string, { attempts: number; readonly passwords: Map<string, string> }>()

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
        return this.#after(sourceKey(sourceIp), attempt)
      case 'listed':
        return this.#accounts.some((account) => matches(account, attempt))
      case 'refuse':
        return false
    }
  }

  /** A pair that was let in stays so, and is then the only one for its name. */
  #after(key: string, attempt: Attempt): boolean {
    const source = this.#source(key)
    const password = 'password' in attempt ? attempt.password : undefined
    const known = source.passwords.get(attempt.user)
    if (known !== undefined && password !== undefined) return digest(password) === known
    if (++source.attempts < this.#auth.attempts) return false
    if (password !== undefined && source.passwords.size < maxNames && attempt.user.length <= 256)
      source.passwords.set(attempt.user, digest(password))
    return true
  }

  #source(key: string): { attempts: number; readonly passwords: Map<string, string> } {
    const known = this.#sources.get(key)
    if (known) return known
    if (this.#sources.size >= maxSources) {
      for (const oldest of this.#sources.keys()) {
        this.#sources.delete(oldest)
        break
      }
    }
    const source = { attempts: 0, passwords: new Map<string, string>() }
    this.#sources.set(key, source)
    return source
  }
}

/** Whatever length it was, so many bytes are remembered of it. */
function digest(password: string): string {
  return createHash('sha256').update(password, 'latin1').digest('base64')
}

function matches(account: { user: string; password: string }, attempt: Attempt): boolean {
  if (account.user !== attempt.user) return false
  if ('password' in attempt) return account.password === attempt.password
  const key = Buffer.from(account.password, 'latin1')
  return (
    createHmac('md5', key).update(attempt.challenge, 'latin1').digest('hex') === attempt.digest.toLowerCase()
  )
}
