import type { Capture } from '../../core/capture.ts'
import { JournalError } from '../../core/journal/writer.ts'
import type { ByteString } from '../../event/bytes.ts'
import { LineCount } from '../../wire/smtp/line-count.ts'
import type { Conversation } from './conversation.ts'

/** Addresses and parameters of one envelope together, bytes: past it there are too many recipients. */
const maxEnvelopeBytes = 1024 * 1024

/** One message on its way: envelope, body, and its place in the journal. */
export class Transaction {
  readonly #talk: Conversation
  #from: string | undefined
  #fromParams: readonly string[] = []
  #rcpts: string[] = []
  #rcptParams: string[] = []
  #envelopeBytes = 0
  #chunk = 0
  #last = false
  #count: LineCount | undefined
  /** A chunk was refused: those after it are read and dropped. */
  #failed = false
  #capture: Capture | undefined
  #queueId = ''
  #via: 'DATA' | 'BDAT' = 'DATA'

  constructor(talk: Conversation) {
    this.#talk = talk
  }

  /** MAIL was taken. */
  get open(): boolean {
    return this.#from !== undefined
  }

  get recipients(): number {
    return this.#rcpts.length
  }

  /** A BDAT chunk was taken, and it was not the last. */
  get chunked(): boolean {
    return this.#count !== undefined
  }

  mail(address: string, params: readonly string[]): void {
    this.#from = address
    this.#fromParams = params
  }

  /** False where there are too many. */
  rcpt(address: string, params: readonly string[]): boolean {
    this.#envelopeBytes += address.length
    for (const param of params) this.#envelopeBytes += param.length + 1
    const { maxRecipients } = this.#talk.shared
    if (this.#rcpts.length >= maxRecipients || this.#envelopeBytes > maxEnvelopeBytes) {
      this.#talk.tally.limit('recipients', maxRecipients)
      return false
    }
    if (params.length > 0) {
      while (this.#rcptParams.length < this.#rcpts.length) this.#rcptParams.push('')
      this.#rcptParams.push(params.join(' '))
    }
    this.#rcpts.push(address)
    return true
  }

  reset(): void {
    this.#from = undefined
    if (this.#rcpts.length > 0) this.#rcpts = []
    if (this.#rcptParams.length > 0) this.#rcptParams = []
    this.#envelopeBytes = 0
    this.#count = undefined
    this.#failed = false
    this.#talk.body.drop()
  }

  /** DATA was taken. */
  begin(): void {
    const talk = this.#talk
    talk.reader.reset()
    talk.body.begin(talk.session.capture(), talk.shared.maxMessageBytes)
    talk.mode = 'data'
  }

  /** BDAT with its size; the chunk follows whatever is answered. */
  beginChunk(bytes: number, last: boolean): void {
    const talk = this.#talk
    this.#chunk = bytes
    this.#last = last
    talk.chunkLeft = bytes
    if (!this.#failed && this.#rcpts.length > 0) {
      if (!this.#count) {
        this.#count = new LineCount()
        talk.body.begin(talk.session.capture(), talk.shared.maxMessageBytes)
      }
    }
    if (bytes > 0) talk.mode = 'bdat'
    else this.endChunk()
  }

  takeChunk(input: Buffer, start: number, end: number): void {
    if (!this.#count || this.#failed) return
    this.#count.add(input, start, end)
    this.#talk.body.keep(input, start, end)
  }

  endChunk(): void {
    const talk = this.#talk
    const { replies, maxMessageBytes } = talk.shared
    if (this.#failed) {
      if (this.#last) this.#failed = false
      talk.say(replies.bdatDiscarded(this.#chunk))
    } else if (!this.#count) {
      this.#failed = !this.#last
      talk.say(this.#from === undefined ? replies.bdatNoMail : replies.bdatNoRcpt)
    } else if (talk.body.tooBig) {
      const failed = !this.#last
      talk.tally.limit('message', maxMessageBytes)
      this.reset()
      this.#failed = failed
      talk.say(replies.bdatTooBig)
    } else if (this.#last) this.finish('BDAT')
    else {
      talk.body.settle()
      talk.say(replies.bdat(this.#chunk))
    }
  }

  /** The whole message is here: into the journal with it, and only then "queued". */
  finish(via: 'DATA' | 'BDAT'): void {
    const talk = this.#talk
    const { body, shared, tally } = talk
    this.#via = via
    this.#countOddities()
    const capture = body.take()
    if (!capture) {
      tally.limit('message', shared.maxMessageBytes)
      this.reset()
      talk.say(shared.replies.tooBig)
      return
    }
    if (talk.session.room() !== 'room') {
      void capture.discard().catch(() => {})
      this.reset()
      talk.say(shared.replies.notKept)
      return
    }
    this.#capture = capture
    this.#queueId = shared.persona.queueId(talk.number)
    // A body in memory goes straight to the journal; one in a file must be durable there first.
    if (capture.spool === '') talk.wait(this.#record(capture), this.#kept, this.#lost)
    else
      talk.wait(
        capture.finish().then(() => this.#record(capture)),
        this.#kept,
        this.#lost,
      )
  }

  #record(capture: Capture): Promise<void> {
    const talk = this.#talk
    const { tls } = talk.session
    const { reader, login } = talk
    const data = this.#via === 'DATA'
    const bareLf = data ? reader.bareLf : this.#count!.bareLf
    return talk.session.record(
      'mail.received',
      {
        queue_id: this.#queueId,
        helo: talk.facts.helo as ByteString,
        mail_from: this.#from as ByteString,
        rcpt_to: this.#rcpts as ByteString[],
        size_bytes: capture.bytes,
        via: this.#via,
        mail_params: this.#fromParams.length > 0 ? (this.#fromParams as ByteString[]) : undefined,
        rcpt_params: this.#rcptParams.length > 0 ? (this.#rcptParams as ByteString[]) : undefined,
        tls_version: tls?.version,
        tls_cipher: tls?.cipher,
        user_name: login.userName as ByteString | undefined,
        smuggling: data && reader.smuggling.length > 0 ? reader.smuggling : undefined,
        bare_lf: bareLf > 0 ? bareLf : undefined,
      },
      capture,
    )
  }

  readonly #kept = (): void => {
    const talk = this.#talk
    const { replies } = talk.shared
    const lines = this.#count?.bytes ?? 0
    this.#capture = undefined
    talk.tally.forgive()
    const answer =
      this.#via === 'DATA'
        ? replies.queued(this.#queueId, talk.body.bytes)
        : replies.bdatQueued(this.#queueId, this.#chunk, lines, talk.body.bytes)
    this.reset()
    talk.say(answer)
  }

  /** Not on the disk: the peer is told so and may come again, and nothing of it stays. */
  readonly #lost = (error: unknown): void => {
    const talk = this.#talk
    void this.#capture?.discard().catch(() => {})
    this.#capture = undefined
    this.reset()
    if (!(error instanceof JournalError) && !isSystemError(error)) throw error
    talk.say(talk.shared.replies.notKept)
  }

  #countOddities(): void {
    const talk = this.#talk
    if (this.#via !== 'DATA') return
    const { reader } = talk
    if (reader.bareLf > 0) talk.tally.bareLf += reader.bareLf
    if (reader.smuggling.length > 0) {
      talk.tally.malformed('smtp.smuggling', reader.smuggling.join(' ') as ByteString)
    }
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
