import type { CertificateSource } from '../../core/decoy.ts'
import type { Session } from '../../core/session.ts'
import type { SmtpConfig } from './settings.ts'
import type { Facts, Persona, Replies } from './persona.ts'
import type { LoginPolicy } from '../login/policy.ts'

/** What all SMTP sessions of the process have in common. */
export class Shared {
  readonly persona: Persona
  readonly replies: Replies
  readonly config: SmtpConfig
  readonly host: string
  readonly certificates: CertificateSource
  readonly policy: LoginPolicy
  readonly errorSleepMs: number
  readonly maxMessageBytes: number
  readonly maxRecipients: number
  readonly #mechanisms: readonly string[]

  constructor(
    persona: Persona,
    config: SmtpConfig,
    host: string,
    certificates: CertificateSource,
    policy: LoginPolicy,
  ) {
    this.persona = persona
    this.config = config
    this.host = host
    this.certificates = certificates
    this.policy = policy
    this.replies = persona.replies(host)
    this.errorSleepMs = config.error_sleep_ms ?? persona.faults.sleepMs
    this.maxMessageBytes = config.max_message_bytes ?? persona.maxMessageBytes
    this.maxRecipients = config.max_recipients ?? persona.maxRecipients
    this.#mechanisms = config.auth.mechanisms ?? persona.mechanisms
  }

  /** The same, or under the name of the host that the session was to lead to. */
  for({ through }: Session): Shared {
    const name = through?.hostname
    if (name === undefined || name === this.host) return this
    return new Shared(this.persona, this.config, name, this.certificates, this.policy)
  }

  facts(session: Session): Facts & { mechanisms: readonly string[]; startTls: boolean } {
    const facts = {
      host: this.host,
      helo: '',
      peer: peerOf(session),
      tls: session.tls !== undefined || session.port.tls,
      port: session.port.as,
      startTls: false,
      mechanisms: this.#mechanisms,
      maxMessageBytes: this.maxMessageBytes,
      extended: false,
    }
    this.offer(facts)
    return facts
  }

  /** What can be had depends on whether TLS is on. */
  offer(facts: { tls: boolean; mechanisms: readonly string[]; startTls: boolean }): void {
    const { offer } = this.config.auth
    facts.startTls = !facts.tls
    facts.mechanisms = offer === 'always' || (offer === 'tls' && facts.tls) ? this.#mechanisms : []
  }
}

/** The address that a mail server would see. */
export function peerOf({ through, sourceIp }: Session): string {
  return through?.seenAddress ?? sourceIp
}
