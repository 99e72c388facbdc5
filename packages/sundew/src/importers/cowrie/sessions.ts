import { createHash } from 'node:crypto'

/** What is known of a connection from its first line on. */
export interface CowrieSession {
  /** UUIDv7. */
  readonly id: string
  service: string
  source_ip: string
  source_port: number
  destination_ip: string
  destination_port: number
}

/** Sessions remembered: the one unseen for longest is forgotten. */
const mostSessions = 200_000

/**
 * The sessions of an import, by what the log calls them. The id is made of that name and the time of the session's first
 * line, so that importing the same files again makes the same ids.
 */
export class CowrieSessions {
  readonly #sessions = new Map<string, CowrieSession>()

  at(name: string, ms: number): CowrieSession {
    const known = this.#sessions.get(name)
    this.#sessions.delete(name)
    const session = known ?? {
      id: sessionId(name, ms),
      service: 'ssh',
      source_ip: '::',
      source_port: 0,
      destination_ip: '::',
      destination_port: 0,
    }
    this.#sessions.set(name, session)
    if (this.#sessions.size > mostSessions) {
      for (const oldest of this.#sessions.keys()) {
        this.#sessions.delete(oldest)
        break
      }
    }
    return session
  }
}

/** A UUIDv7 (RFC 9562 §5.7) whose random bits are a hash of the name. */
function sessionId(name: string, ms: number): string {
  const time = (2 ** 48 + Math.floor(ms)).toString(16).slice(1)
  const hash = createHash('sha256').update(`cowrie\n${name}`).digest('hex')
  const variant = '89ab'.charAt(parseInt(hash.charAt(0), 16) & 3)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(1, 4)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
}
