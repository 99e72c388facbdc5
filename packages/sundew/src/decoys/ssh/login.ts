import type { Session } from '../../core/session.ts'
import { byteString, type ByteString } from '../../event/bytes.ts'
import type { KindFields } from '../../event/event.ts'
import { fingerprintOf, parsePublicKey } from '../../wire/ssh/key/public-key.ts'
import { messageNumber as number } from '../../wire/ssh/message/message-number.ts'
import { parseServiceRequest, writeServiceAccept } from '../../wire/ssh/message/transport.ts'
import {
  parseAuthHead,
  parseAuthRequest,
  parseInfoResponse,
  writeAuthFailure,
  writeInfoRequest,
} from '../../wire/ssh/message/user-auth.ts'
import type { LoginPolicy } from '../login/policy.ts'
import type { Line } from './line.ts'
import type { Manners } from './manners.ts'
import { readPublicKeyLogin } from './public-key-login.ts'
import { pamFailDelay, type ReplyDelay } from './reply-delay.ts'
import type { SshConfig } from './settings.ts'
import type { Tally } from './tally.ts'

/** Bytes of a name, a password or a key that are kept. */
const keptBytes = 4096
/** A password of more is not tried: OpenSSH's MAX_PASSWORD_LEN. */
const maxPasswordBytes = 1024
/** Requests of one connection, whatever they ask for: OpenSSH's own limit. */
const maxRequests = 1024

export interface LoginParts {
  readonly session: Session
  readonly line: Line
  readonly manners: Manners
  readonly auth: SshConfig['auth']
  readonly policy: LoginPolicy
  readonly tally: Tally
  readonly replyDelay: ReplyDelay
  /** Of the first exchange, whose key the host showed. */
  readonly first: { readonly sessionId: Uint8Array; readonly hostKeyBlob: Uint8Array }
  readonly letIn: (user: ByteString) => void
}

/** User authentication (RFC 4252, RFC 4256): who tried what, and who is let in. */
export class Login {
  readonly #parts: LoginParts
  #serviceGiven = false
  #user: string | undefined
  #service = ''
  #requests = 0
  #failures = 0
  /** The first `none` is answered without a method's work; later ones are of no method. */
  #noneTried = false
  /** We have asked for a password by keyboard-interactive. */
  #asked = false
  #timer: NodeJS.Timeout | undefined

  constructor(parts: LoginParts) {
    this.#parts = parts
  }

  /** False where the message may not come now. */
  message(payload: Uint8Array): boolean {
    const type = payload[0]
    if (type === number.serviceRequest) this.#serviceRequest(payload)
    else if (type === number.userauthRequest && (this.#serviceGiven || this.#isDropbear))
      this.#request(payload)
    else if (type === number.infoResponse && this.#asked) this.#answers(payload)
    else return false
    return true
  }

  /** Dropbear reads on where sshd stops: NULs, styles and what follows the fields mean nothing to it. */
  get #isDropbear(): boolean {
    return this.#parts.manners.kind === 'dropbear'
  }

  closed(): void {
    clearTimeout(this.#timer)
  }

  #serviceRequest(payload: Uint8Array): void {
    const { line } = this.#parts
    const parsed = parseServiceRequest(payload)
    if (parsed.state === 'malformed' || parsed.message.includes('\0'))
      return this.#malformed('service-request', payload)
    if (parsed.message !== 'ssh-userauth') return line.disconnect(`bad service request ${parsed.message}`)
    this.#serviceGiven = true
    line.send(writeServiceAccept(parsed.message))
  }

  #request(payload: Uint8Array): void {
    const { line, auth, manners } = this.#parts
    const parsed = parseAuthHead(payload)
    if (parsed.state === 'malformed') return this.#malformed('auth-request', payload)
    const { service, method } = parsed.message
    const named = byteString(parsed.message.user)
    if (this.#isDropbear && service !== 'ssh-connection') return this.#malformed('auth-service', payload)
    if (!this.#isDropbear && `${named}${service}${method}`.includes('\0'))
      return this.#malformed('auth-request', payload)
    // What follows a colon is a style of authentication, which nothing here knows.
    const user = this.#isDropbear ? named : named.split(':', 1)[0]!
    if (++this.#requests > maxRequests) return this.#tooMany()
    this.#asked = false
    if (this.#user === undefined) {
      this.#user = user
      this.#service = service
    } else if (user !== this.#user || service !== this.#service) {
      const change = `(${this.#user},${this.#service}) -> (${user},${service})`
      return line.disconnect(`Change of username or service not allowed: ${change}`)
    }
    if (this.#failures >= manners.maxAuthTries) return this.#refuse(true)
    switch (method) {
      case 'none':
        return this.#none(payload)
      case 'publickey':
      case 'publickey-hostbound-v00@openssh.com':
        if (!auth.methods.includes('publickey')) return this.#refuse(true)
        return this.#publicKey(payload)
      case 'password':
        if (!auth.methods.includes('password')) return this.#refuse(true)
        return this.#password(payload)
      case 'keyboard-interactive':
        if (!auth.methods.includes('keyboard-interactive')) return this.#refuse(true)
        return this.#ask(payload)
      default:
        return this.#refuse(true)
    }
  }

  /** Only the first is free, and only where nothing was tried before. */
  #none(payload: Uint8Array): void {
    const isTried = !this.#noneTried
    this.#noneTried = true
    if (this.#isDropbear) return this.#refused(false)
    if (isTried && parseAuthRequest(payload).state === 'malformed')
      return this.#malformed('auth-request', payload)
    this.#refuse(this.#requests > 1)
  }

  #password(payload: Uint8Array): void {
    const parsed = parseAuthRequest(payload)
    if (parsed.state === 'malformed' || parsed.message.attempt.method !== 'password')
      return this.#malformed('auth-request', payload)
    const { password, newPassword } = parsed.message.attempt
    if (password.includes(0) && !this.#isDropbear) {
      // sshd ends here; what was tried is worth keeping all the same.
      this.#parts.session.note('login.attempt', this.#attempt('password', password, false))
      return this.#malformed('auth-request', payload)
    }
    // Not asked for, empty or too long: PAM never hears of it.
    const isTried = newPassword === undefined && password.length > 0 && password.length <= maxPasswordBytes
    this.#try('password', password, isTried)
  }

  #ask(payload: Uint8Array): void {
    if (parseAuthRequest(payload).state === 'malformed') return this.#malformed('auth-request', payload)
    this.#asked = true
    this.#parts.line.send(writeInfoRequest('', '', [{ prompt: 'Password: ', echo: false }]))
  }

  #answers(payload: Uint8Array): void {
    this.#asked = false
    const parsed = parseInfoResponse(payload)
    if (parsed === 'too-many' || parsed.state === 'malformed')
      return this.#malformed('info-response', payload)
    const [answer] = parsed.message
    if (answer === undefined) return this.#refuse(true, true)
    this.#try('keyboard-interactive', answer, true)
  }

  /** Asks the policy. Who is let in hears of it once that is on the disk. */
  #try(mechanism: string, password: Uint8Array, isTried: boolean): void {
    const { session, policy, line, manners, letIn } = this.#parts
    const user = this.#kept(Buffer.from(this.#user!, 'latin1'))
    const accepted =
      isTried &&
      this.#service === 'ssh-connection' &&
      policy.accepts(session.sourceIp, { user: this.#user!, password: byteString(password) })
    if (!accepted) {
      session.note('login.attempt', this.#attempt(mechanism, password, false))
      return this.#refuse(true, isTried)
    }
    const began = performance.now()
    line.hold()
    session.record('login.attempt', this.#attempt(mechanism, password, true)).then(
      () => {
        const work = Math.max(performance.now() - began, manners.acceptMs)
        this.#after(this.#delay(work) - (performance.now() - began), () => letIn(user))
      },
      () => this.#after(0, () => this.#refused(true)),
    )
  }

  #attempt(mechanism: string, password: Uint8Array, accepted: boolean): KindFields<'login.attempt'> {
    return {
      user_name: this.#kept(Buffer.from(this.#user!, 'latin1')),
      mechanism,
      password: this.#kept(password),
      accepted,
    }
  }

  #publicKey(payload: Uint8Array): void {
    const { session, tally, first } = this.#parts
    const shown = readPublicKeyLogin(payload, first.sessionId, first.hostKeyBlob)
    if (shown === 'malformed') return this.#malformed('auth-request', payload)
    const { algorithm, blob } = shown.offer
    const key = parsePublicKey(blob)
    if (!key) tally.malformed('ssh.public-key', blob)
    session.note('login.attempt', {
      user_name: this.#kept(Buffer.from(this.#user!, 'latin1')),
      mechanism: 'publickey',
      key_type: (key?.type ?? algorithm).slice(0, 256),
      key_fingerprint: fingerprintOf(blob),
      key_blob: this.#kept(blob),
      ...(shown.signatureValid === undefined ? {} : { signature_valid: shown.signatureValid }),
      accepted: false,
    })
    this.#refuse(true)
  }

  /** Says no when sshd would: later where PAM was asked. */
  #refuse(counts: boolean, asked = false): void {
    const { line, manners, auth } = this.#parts
    line.hold()
    const base = auth.failure_delay_ms ?? manners.failureDelayMs
    // Dropbear waits for whatever failed: 300 ms give or take 50.
    const work = this.#isDropbear ? base * (5 / 6 + Math.random() / 3) : asked ? pamFailDelay(base) : 0
    this.#after(this.#delay(work), () => this.#refused(counts))
  }

  #delay(workMs: number): number {
    const { manners, replyDelay } = this.#parts
    return manners.quantisesReplies ? replyDelay.of(this.#user!, workMs) : workMs
  }

  /** Goes on with what the client sent meanwhile. The line is held until then. */
  #after(ms: number, then: () => void): void {
    const { line } = this.#parts
    this.#timer = setTimeout(
      () => {
        then()
        line.release()
      },
      Math.max(0, ms),
    )
  }

  #refused(counts: boolean): void {
    const { line, manners, auth } = this.#parts
    if (counts) this.#failures++
    if (this.#failures >= manners.maxAuthTries) return this.#tooMany()
    line.send(writeAuthFailure(auth.methods, false))
  }

  #tooMany(): void {
    const { line, manners, tally } = this.#parts
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
