/** What an SMTP server answers (RFC 5321 §4.2). */
export interface SmtpReply {
  readonly code: number
  /** The text of each line. */
  readonly lines: readonly string[]
}

/** Bytes of a reply that may come before it is whole. */
const mostBytes = 64 * 1024

/** A server that does not speak SMTP. */
export class SmtpReplyError extends Error {
  override readonly name = 'SmtpReplyError'
}

/** Replies out of a stream of bytes, however it is cut. */
export class SmtpReplies {
  #held = ''
  #lines: string[] = []

  /** The replies that are whole now. Throws {@link SmtpReplyError} where it is none, or has no end. */
  take(chunk: Uint8Array): SmtpReply[] {
    const whole: SmtpReply[] = []
    this.#held += Buffer.from(chunk).toString('latin1')
    for (;;) {
      const end = this.#held.indexOf('\n')
      if (end < 0) break
      const line = this.#held.slice(0, end).replace(/\r$/, '')
      this.#held = this.#held.slice(end + 1)
      const parts = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(line)
      if (!parts) throw new SmtpReplyError(`${JSON.stringify(line.slice(0, 100))} is no answer of SMTP`)
      this.#lines.push(parts[3] ?? '')
      if (parts[2] === '-') {
        this.#check()
        continue
      }
      whole.push({ code: Number(parts[1]), lines: this.#lines })
      this.#lines = []
    }
    this.#check()
    return whole
  }

  #check(): void {
    const bytes = this.#lines.reduce((sum, line) => sum + line.length + 6, this.#held.length)
    if (bytes > mostBytes) throw new SmtpReplyError(`an answer of more than ${mostBytes} bytes`)
  }
}
