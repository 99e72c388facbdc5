import type { Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import { fingerprintOf, parsePublicKey } from '../../wire/ssh/key/public-key.ts'
import { messageNumber as number } from '../../wire/ssh/message/message-number.ts'
import { parseServiceRequest, writeServiceAccept } from '../../wire/ssh/message/transport.ts'
import {
  parseAuthRequest,
  parseInfoResponse,
  writeAuthFailure,
  writeInfoRequest,
  type PublicKeyAttempt,
} from '../../wire/ssh/message/user-auth.ts'
import type { LoginPolicy } from '../login/policy.ts'
import type { Line } from './line.ts'
import type { Manners } from './manners.ts'
import type { SshConfig } from './settings.ts'
import type { Tally } from './tally.ts'

/** Bytes of a name, a password or a key that are kept. */
const keptBytes = 4096

export interface LoginParts {
  readonly session: Session
  readonly line: Line
  readonly manners: Manners
  readonly auth: SshConfig['auth']
  readonly policy: LoginPolicy
  readonly tally: Tally
  readonly letIn: (user: ByteString) => void
}

/** User authentication (RFC 4252, RFC 4256): who tried what, and who is let in. */
export class Login {
  readonly #parts: LoginParts
  #serviceGiven = false
  #user: string | undefined
  #service = ''
  #attempts = 0
  #failures = 0
  /** We have asked for a password by keyboard-interactive. */
  #asked = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: LoginParts) {
    this.#parts = parts
  }

  /** False where the message may not come now. */
  message(payload: Uint8Array): boolean {
    const type = payload[0]
    if (type === number.serviceRequest && !this.#serviceGiven) this.#serviceRequest(payload)
    else if (type === number.userauthRequest && this.#serviceGiven) this.#request(payload)
    else if (type === number.infoResponse && this.#asked) this.#answers(payload)
    else return false
    return true
  }

  closed(): void {
    clearTimeout(this.#timer)
  }

  #serviceRequest(payload: Uint8Array): void {
    const { line } = this.#parts
    const parsed = parseServiceRequest(payload)
    if (parsed.state === 'malformed') return this.#malformed('service-request', payload)
    if (parsed.message !== 'ssh-userauth')
      return line.disconnect(`bad service request ${parsed.message.slice(0, 256)}`)
    this.#serviceGiven = true
    line.send(writeServiceAccept(parsed.message))
  }

  #request(payload: Uint8Array): void {
    const { line, auth } = this.#parts
    const parsed = parseAuthRequest(payload)
    if (parsed.state === 'malformed') return this.#malformed('auth-request', payload)
    const { service, attempt } = parsed.message
    const user = byteString(parsed.message.user)
    this.#asked = false
    this.#attempts++
    if (this.#user === undefined) {
      this.#user = user
      this.#service = service
    } else if (user !== this.#user || service !== this.#service) {
      const change = `(${this.#user},${this.#service}) -> (${user},${service})`
      return line.disconnect(`Change of username or service not allowed: ${change}`.slice(0, 1024))
    }
    if (service !== 'ssh-connection') return line.disconnect('Unsupported service')
    switch (attempt.method) {
      case 'none':
        // Only the first is free.
        if (this.#attempts === 1) return line.send(writeAuthFailure(auth.methods, false))
        return this.#refuse(false)
      case 'publickey':
        return this.#publicKey(attempt)
      case 'password':
        if (!auth.methods.includes('password')) return this.#refuse(false)
        return this.#password('password', attempt.password)
      case 'keyboard-interactive':
        if (!auth.methods.includes('keyboard-interactive')) return this.#refuse(false)
        this.#asked = true
        return line.send(writeInfoRequest('', '', [{ prompt: 'Password: ', echo: false }]))
      case 'other':
        return this.#refuse(false)
    }
  }

  #answers(payload: Uint8Array): void {
    this.#asked = false
    const parsed = parseInfoResponse(payload)
    if (parsed === 'too-many' || parsed.state === 'malformed')
      return this.#malformed('info-response', payload)
    const [answer] = parsed.message
    if (answer === undefined) return this.#refuse(true)
    this.#password('keyboard-interactive', answer)
  }

  #password(mechanism: string, sent: Uint8Array): void {
    const { session, policy } = this.#parts
    const password = this.#kept(sent)
    const user = this.#kept(Buffer.from(this.#user!, 'latin1'))
    const accepted = policy.accepts(session.sourceIp, { user, password })
    session.note('login.attempt', { user_name: user, mechanism, password, accepted })
    if (accepted) this.#parts.letIn(user)
    else this.#refuse(true)
  }

  #publicKey({ algorithm, blob }: PublicKeyAttempt): void {
    const key = parsePublicKey(blob)
    if (!key) this.#parts.tally.malformed('ssh.public-key', blob)
    this.#parts.session.note('login.attempt', {
      user_name: this.#kept(Buffer.from(this.#user!, 'latin1')),
      mechanism: 'publickey',
      key_type: (key?.type ?? algorithm).slice(0, 256),
      key_fingerprint: fingerprintOf(blob),
      key_blob: this.#kept(blob),
      accepted: false,
    })
    this.#refuse(false)
  }

  /** Says no, late where PAM was asked, or hangs up where it was too often. */
  #refuse(late: boolean): void {
    const { line, manners, auth } = this.#parts
    this.#failures++
    const delay = late ? (auth.failure_delay_ms ?? manners.failureDelayMs) : 0
    if (delay === 0) return this.#answerNo()
    line.hold()
    // pam_fail_delay waits up to a quarter more or less than it was asked to.
    this.#timer = setTimeout(
      () => {
        this.#answerNo()
        line.release()
      },
      delay * (0.75 + Math.random() / 2),
    )
  }

  #answerNo(): void {
    const { line, manners, auth, tally } = this.#parts
    if (this.#failures < manners.maxAuthTries) return line.send(writeAuthFailure(auth.methods, false))
    tally.limit('auth_tries', manners.maxAuthTries)
    line.disconnect('Too many authentication failures', 'limit')
  }

  #kept(bytes: Uint8Array): ByteString {
    if (bytes.length > keptBytes) this.#parts.tally.limit('login_bytes', keptBytes)
    return byteString(bytes.subarray(0, keptBytes))
  }

  #malformed(what: string, payload: Uint8Array): void {
    this.#parts.tally.malformed(`ssh.${what}`, payload)
    this.#parts.line.end('persona')
  }
}
