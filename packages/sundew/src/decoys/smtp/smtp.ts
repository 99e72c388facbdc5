import type { CertificateSource, Decoy, DecoyHost, DecoyService, Refusal } from '../../core/decoy.ts'
import type { Session } from '../../core/session.ts'
import { certificates } from '../certificates.ts'
import { smtpConfig, type SmtpConfig } from './settings.ts'
import { Conversation } from './conversation.ts'
import type { Persona } from './persona.ts'
import { exchange } from './personas/exchange.ts'
import { exim } from './personas/exim.ts'
import { postfix } from './personas/postfix.ts'
import { sendmail } from './personas/sendmail.ts'
import { LoginPolicy } from '../login/policy.ts'
import { peerOf, Shared } from './shared.ts'

const personas: { readonly [N in SmtpConfig['persona']]: Persona } = { postfix, exim, sendmail, exchange }

/** A mail server that takes every message for everybody and delivers none. */
export const smtp: Decoy<SmtpConfig> = {
  name: 'smtp',
  summary: 'a mail server that takes every message for everybody and delivers none',
  ports: [
    { port: 2525, as: 25, tls: false },
    { port: 2587, as: 587, tls: false },
    { port: 2465, as: 465, tls: true },
  ],
  limits: {
    connections: 5_000,
    connectionsPerSource: 1_000,
    ratePerSource: 60_000,
    idleMs: 300_000,
    totalMs: 24 * 3_600_000,
  },
  config: smtpConfig,
  start: async (config, { stateFolder, hostname }: DecoyHost) =>
    new SmtpService(config, hostname, await certificates({ stateFolder, hostname })),
}

class SmtpService implements DecoyService {
  readonly tls: CertificateSource
  readonly takesLentInput = true
  readonly #shared: Shared
  #served = 0

  constructor(config: SmtpConfig, hostname: string, tls: CertificateSource) {
    this.tls = tls
    const policy = new LoginPolicy(config.auth)
    this.#shared = new Shared(personas[config.persona], config, hostname, tls, policy)
  }

  serve(session: Session): Promise<void> {
    return new Conversation(session, this.#shared, this.#served++).start()
  }

  refuse(session: Session, _refusal: Refusal): void {
    session.socket.write(
      `${this.#shared.for(session).replies.tooManyConnections(peerOf(session))}\r\n`,
      'latin1',
    )
  }

  expire(session: Session): void {
    session.socket.write(`${this.#shared.for(session).replies.timeout}\r\n`, 'latin1')
  }
}
