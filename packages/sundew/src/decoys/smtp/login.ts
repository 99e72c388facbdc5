import type { ByteString } from '../../event/bytes.ts'
import { fromBase64, toBase64 } from '../../wire/smtp/base64.ts'
import type { Conversation } from './conversation.ts'
import type { Attempt } from '../login/policy.ts'

/** Attempts of one session that are answered; past it the peer is shown out. */
const maxLogins = 1000

type Mechanism = 'PLAIN' | 'LOGIN' | 'CRAM-MD5'

/** AUTH (RFC 4954) with PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195). */
export class Login {
  readonly #talk: Conversation
  #mechanism: Mechanism | undefined
  #challenge = ''
  #user: string | undefined
  /** Who was let in; undefined while nobody was. */
  userName: string | undefined

  constructor(talk: Conversation) {
    this.#talk = talk
  }

  /** We have asked something: the next line is an answer, no command. */
  get asked(): boolean {
    return this.#mechanism !== undefined
  }

  /** The command; `rest` is what follows AUTH. */
  command(rest: string): void {
    const talk = this.#talk
    const { replies, persona } = talk.shared
    const { mechanisms } = talk.facts
    if (mechanisms.length === 0 || (persona.authNeedsEhlo && !talk.facts.extended))
      return talk.say(replies.authOff)
    if (this.userName !== undefined) return talk.say(replies.authAgain)
    if (talk.transaction.open) return talk.say(replies.authInMail)
    const [name = '', initial, ...others] = rest.split(/[ \t]+/)
    if (name === '' || others.length > 0) return talk.say(replies.authSyntax)
    const mechanism = mechanisms.find((offered) => offered === name.toUpperCase()) as Mechanism | undefined
    if (mechanism === undefined) return talk.say(replies.authUnknown(name))
    if (mechanism === 'CRAM-MD5' && initial !== undefined && replies.authInitial !== undefined) {
      return talk.say(replies.authInitial)
    }
    this.#mechanism = mechanism
    this.#user = undefined
    if (initial !== undefined) return this.answer(initial)
    if (mechanism === 'PLAIN') talk.say('334 ')
    else if (mechanism === 'LOGIN') talk.say(`334 ${toBase64('Username:')}`)
    else {
      this.#challenge = persona.challenge(talk.shared.host, talk.number)
      talk.say(`334 ${toBase64(this.#challenge)}`)
    }
  }

  /** A line that answers what we asked. */
  answer(line: string): void {
    const { replies } = this.#talk.shared
    if (line === '*') return this.#refuse(replies.authAborted)
    const decoded = fromBase64(line)
    if ('fault' in decoded) {
      this.#record({ user: this.#user ?? '', response: line }, false)
      return this.#refuse(replies.authBase64(decoded.fault))
    }
    const { bytes } = decoded
    switch (this.#mechanism) {
      case 'LOGIN':
        if (this.#user !== undefined) return this.#decide({ user: this.#user, password: bytes })
        this.#user = bytes
        return this.#talk.say(`334 ${toBase64('Password:')}`)
      case 'PLAIN': {
        const [, user, password, ...others] = bytes.split('\0')
        if (user !== undefined && password !== undefined && others.length === 0) {
          return this.#decide({ user, password })
        }
        break
      }
      case 'CRAM-MD5': {
        const space = bytes.lastIndexOf(' ')
        if (space > 0 && this.#challenge !== '') {
          return this.#decide({
            user: bytes.slice(0, space),
            challenge: this.#challenge,
            digest: bytes.slice(space + 1),
          })
        }
        break
      }
      case undefined:
        break
    }
    this.#record({ user: '', response: line }, false)
    this.#refuse(replies.authShape)
  }

  #decide(attempt: Attempt): void {
    const talk = this.#talk
    const accepted = talk.shared.policy.accepts(talk.session.sourceIp, attempt)
    this.#record('password' in attempt ? attempt : { user: attempt.user, response: attempt.digest }, accepted)
    if (!accepted) return this.#refuse(talk.shared.replies.authFailed)
    this.userName = attempt.user
    this.#mechanism = undefined
    this.#challenge = ''
    talk.say(talk.shared.replies.authOk)
  }

  #refuse(answer: string): void {
    this.#mechanism = undefined
    this.#challenge = ''
    this.#talk.say(answer)
    if (++this.#talk.tally.logins < maxLogins) return
    this.#talk.tally.limit('logins', maxLogins)
    this.#talk.end('limit')
  }

  #record(what: { user: string; password?: string; response?: string }, accepted: boolean): void {
    this.#talk.session.note('login.attempt', {
      user_name: what.user as ByteString,
      mechanism: this.#mechanism!,
      accepted,
      ...(what.password === undefined ? {} : { password: what.password as ByteString }),
      ...(what.response === undefined ? {} : { response: what.response as ByteString }),
      ...(this.#challenge === '' ? {} : { challenge: this.#challenge as ByteString }),
    })
  }
}
