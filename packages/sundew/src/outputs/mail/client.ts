import type { Duplex } from 'node:stream'
import type { Destination, Egress, Trust } from '../../core/egress.ts'
import { SmtpReplies, type SmtpReply } from '../../wire/smtp/reply.ts'

export interface Relay {
  readonly to: Destination
  readonly trust: Trust
  /** STARTTLS: where the relay offers it, always, or never. */
  readonly startTls: 'offered' | 'required' | 'never'
  /** The name that we give ourselves. */
  readonly hello: string
  readonly login?: { readonly user: string; readonly password: string } | undefined
}

export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
  /** The message, its lines ended by CRLF. */
  readonly message: string
}

/** How long a relay may take to answer, milliseconds (RFC 5321 §4.5.3.2 would have it longer). */
const answerMs = 60_000
const unencrypted = 'the relay must not have the password in the clear: use STARTTLS or tls'

/** Brings one message to a relay (RFC 5321). Settles when it has taken it for at least one who should have it; rejects otherwise. */
export async function sendMail(
  egress: Egress,
  relay: Relay,
  envelope: Envelope,
): Promise<{ refused: string[] }> {
  const { to, trust, startTls, hello, login } = relay
  let stream = await egress.connect(to, trust)
  let talk = new Talk(stream)
  try {
    await talk.expect(220)
    let offers = await talk.hello(hello)
    if (
      to.transport !== 'tls' &&
      (startTls === 'required' || (startTls === 'offered' && offers.has('STARTTLS')))
    ) {
      await talk.say('STARTTLS', 220)
      talk.leave()
      stream = await egress.secure(stream, to, trust)
      talk = new Talk(stream)
      offers = await talk.hello(hello)
    } else if (login && to.transport !== 'tls') throw new Error(unencrypted)
    if (login) await logIn(talk, offers.get('AUTH') ?? '', login)
    await talk.say(`MAIL FROM:<${envelope.from}>`, 250)
    const refused = await recipients(talk, envelope.to)
    await talk.say('DATA', 354)
    await talk.say(`${envelope.message.replace(/^\./gm, '..')}\r\n.`, 250)
    await talk.say('QUIT', 221).catch(() => {}) // it has the message
    return { refused }
  } finally {
    stream.destroy()
  }
}

/** Names them; gives those refused for good. Rejects where none is left, or one is refused for now. */
async function recipients(talk: Talk, all: readonly string[]): Promise<string[]> {
  const refused: string[] = []
  for (const one of all) {
    const { code, lines } = await talk.ask(`RCPT TO:<${one}>`)
    if (code >= 200 && code < 300) continue
    const words = `${one}: ${code} ${lines.join(' ')}`
    if (code < 500) throw new Error(`the relay does not take mail for now: ${words}`)
    refused.push(words)
  }
  if (refused.length === all.length) throw new Error(`the relay takes mail for nobody: ${refused.join('; ')}`)
  return refused
}

/** RFC 4954, with PLAIN (RFC 4616) or LOGIN. */
async function logIn(
  talk: Talk,
  offered: string,
  { user, password }: { user: string; password: string },
): Promise<void> {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const mechanisms = offered.toUpperCase().split(' ')
  if (mechanisms.includes('PLAIN')) await talk.say(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 235)
  else if (mechanisms.includes('LOGIN')) {
    await talk.say('AUTH LOGIN', 334)
    await talk.say(base64(user), 334)
    await talk.say(base64(password), 235)
  } else throw new Error(`the relay offers neither AUTH PLAIN nor AUTH LOGIN, but: ${offered || 'none'}`)
}

/** Commands and answers on one connection. */
class Talk {
  readonly #stream: Duplex
  readonly #replies = new SmtpReplies()
  #waiting: SmtpReply[] = []
  #fault: unknown
  #heard = () => {}
  readonly #data = (chunk: Buffer) => {
    try {
      this.#waiting.push(...this.#replies.take(chunk))
    } catch (error) {
      this.#fault ??= error
    }
    this.#heard()
  }
  readonly #end = (error?: unknown) => {
    this.#fault ??= error instanceof Error ? error : new Error('the relay ended the connection')
    this.#heard()
  }

  constructor(stream: Duplex) {
    this.#stream = stream
    stream.on('data', this.#data)
    stream.on('error', this.#end)
    stream.on('close', this.#end)
    stream.on('end', this.#end)
  }

  /** The stream is another's now. */
  leave(): void {
    this.#stream.off('data', this.#data)
    this.#stream.off('end', this.#end)
    this.#stream.off('close', this.#end)
    this.#stream.pause()
  }

  /** What the server offers, by name, with what it says of each. */
  async hello(name: string): Promise<Map<string, string>> {
    const { lines } = await this.say(`EHLO ${name}`, 250)
    return new Map(
      lines.slice(1).map((line) => {
        const [keyword = '', ...words] = line.split(' ')
        return [keyword.toUpperCase(), words.join(' ')] as const
      }),
    )
  }

  /** Says a line and gives the answer, which should have this code; rejects for another. */
  async say(line: string, code: number): Promise<SmtpReply> {
    this.#stream.write(`${line}\r\n`)
    return this.expect(code, line.split(/[\s:]/, 1)[0])
  }

  async ask(line: string): Promise<SmtpReply> {
    this.#stream.write(`${line}\r\n`)
    return this.#next()
  }

  async expect(code: number, to = 'the connection'): Promise<SmtpReply> {
    const reply = await this.#next()
    if (reply.code !== code)
      throw new Error(`the relay answered ${reply.code} ${reply.lines.join(' ').slice(0, 200)} to ${to}`)
    return reply
  }

  async #next(): Promise<SmtpReply> {
    const late = AbortSignal.timeout(answerMs)
    while (this.#waiting.length === 0) {
      if (this.#fault !== undefined) throw this.#fault
      if (late.aborted) throw new Error(`the relay did not answer within ${answerMs / 1000} s`)
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#heard = resolve
      late.addEventListener('abort', () => resolve(), { once: true })
      await promise
    }
    return this.#waiting.shift()!
  }
}
