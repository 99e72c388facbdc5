import type { Identity } from './identity.ts'
import { digest, newSecret } from './secret.ts'

/** How long a login lasts. */
export const sessionMs = 12 * 3600_000
/** Logins at once; past it the oldest ends. */
const maxSessions = 256

interface Session {
  readonly expires: number
  readonly end: AbortController
}

/** Logins of the page. In memory only and by digest: they end with the process, and nothing on disk opens one. */
export class Sessions {
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number

  /** `now` in milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Begins a session; what it returns goes into the cookie. */
  begin(): string {
    const secret = newSecret()
    this.#sessions.set(digest(secret), { expires: this.#now() + sessionMs, end: new AbortController() })
    if (this.#sessions.size > maxSessions) this.#end(this.#sessions.keys().next().value!)
    return secret
  }

  /** Looked up by digest, so that the time it takes tells nothing of the secret. */
  find(secret: string): Identity | undefined {
    const key = digest(secret)
    const session = this.#sessions.get(key)
    if (!session) return undefined
    if (session.expires <= this.#now()) {
      this.#end(key)
      return undefined
    }
    return { kind: 'session', expires: session.expires, ended: session.end.signal }
  }

  end(secret: string): void {
    this.#end(digest(secret))
  }

  #end(key: string): void {
    this.#sessions.get(key)?.end.abort()
    this.#sessions.delete(key)
  }
}
