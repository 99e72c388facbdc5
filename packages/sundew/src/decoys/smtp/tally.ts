import type { Session } from '../../core/session.ts'
import type { ByteString } from '../../event/bytes.ts'

/** Bytes of a bad line that are kept as an example. */
const detailBytes = 256

/** What one peer does wrong, and how often: floods become one event with a count. */
export class Tally {
  readonly #session: Session
  #badLines = 0
  #firstBad = ''
  #limits: Map<string, { value: number; count: number }> | undefined
  /** Faults, unknown commands and junk since the last message, as the persona counts them. */
  faults = 0
  unknown = 0
  junk = 0
  /** Lines that ended in a bare LF. */
  bareLf = 0
  /** Events of commands recorded one by one. */
  commands = 0
  logins = 0

  constructor(session: Session) {
    this.#session = session
  }

  /** A message was delivered: the slate is clean. */
  forgive(): void {
    this.faults = 0
    this.unknown = 0
    this.junk = 0
  }

  bad(line: string): void {
    if (this.#badLines++ === 0) this.#firstBad = line.slice(0, detailBytes)
  }

  /** At once, where it can happen but a few times. */
  malformed(reason: string, detail: ByteString): void {
    this.#session.note('protocol.malformed', { reason, detail })
  }

  /** Told once a session, with a count. */
  limit(name: string, value: number): void {
    this.#limits ??= new Map()
    const seen = this.#limits.get(name)
    if (seen) seen.count++
    else this.#limits.set(name, { value, count: 1 })
  }

  /** The session is over: what was counted is told. */
  tell(): void {
    if (this.#badLines > 0) {
      this.#session.note('protocol.malformed', {
        reason: 'smtp.bad-command',
        detail: this.#firstBad as ByteString,
        count: this.#badLines,
      })
    }
    if (this.bareLf > 0) {
      this.#session.note('protocol.malformed', { reason: 'smtp.bare-lf', count: this.bareLf })
    }
    for (const [limit, { value, count }] of this.#limits ?? []) {
      this.#session.note('limit.reached', { limit, value, count })
    }
  }
}
