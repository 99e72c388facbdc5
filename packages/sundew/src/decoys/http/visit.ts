import type { Session } from '../../core/session.ts'
import type { ByteString } from '../../event/bytes.ts'
import { fieldOf } from '../../wire/http/head.ts'
import type { Body } from './body.ts'
import { basicCredentials, formCredentials, xmlRpcCredentials } from './credentials.ts'
import type { Logins } from './logins.ts'
import { formFields, type HttpRequest } from './request.ts'
import type { Visit } from './site.ts'

/** A visit whose login attempts are recorded: those the site asks for, and those it never looks at. */
export class RecordedVisit implements Visit {
  readonly #session: Session
  readonly #logins: Logins
  #asked = new Set<string>()
  #basic: boolean | undefined
  readonly request: HttpRequest
  readonly path: string
  readonly fields: ReadonlyMap<string, string>
  readonly body: string
  readonly uploads: number
  readonly hostname: string
  readonly https: boolean

  constructor(
    session: Session,
    logins: Logins,
    request: HttpRequest,
    body: Body | undefined,
    hostname: string,
  ) {
    this.#session = session
    this.#logins = logins
    this.request = request
    this.path = request.path ?? '/'
    this.fields = body?.fields ?? new Map()
    this.body = body?.text ?? ''
    this.uploads = body?.uploads.length ?? 0
    this.hostname = hostname
    this.https = session.tls !== undefined
  }

  login(user: string, password: string, mechanism: string): boolean {
    const accepted = this.#logins.attempt(this.#session.sourceIp)
    this.#record(user, password, mechanism, accepted)
    return accepted
  }

  basic(): boolean {
    const credentials = basicCredentials(this.request)
    if (!credentials) return false
    this.#basic ??= this.login(credentials.user, credentials.password, 'basic')
    return this.#basic
  }

  cookie(name: string): string | undefined {
    for (const pair of (fieldOf(this.request.head, 'cookie') ?? '').split(';')) {
      const equals = pair.indexOf('=')
      if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
    }
    return undefined
  }

  /** Records what the site did not ask for. */
  finish(): void {
    const basic = this.#basic === undefined ? basicCredentials(this.request) : undefined
    if (basic) this.#record(basic.user, basic.password, 'basic', false)
    const form = formCredentials(this.fields)
    if (form && !this.#asked.has('form')) this.#record(form.user, form.password, 'form', false)
    const query = this.request.query === '' ? undefined : formCredentials(formFields(this.request.query))
    if (query) this.#record(query.user, query.password, 'query', false)
    for (const { user, password } of xmlRpcCredentials(this.body))
      this.#record(user, password, 'xmlrpc', false)
  }

  #record(user: string, password: string, mechanism: string, accepted: boolean): void {
    this.#asked.add(mechanism)
    this.#session.note('login.attempt', {
      user_name: user as ByteString,
      password: password as ByteString,
      mechanism,
      accepted,
    })
  }
}
