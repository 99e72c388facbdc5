import { once } from 'node:events'
import { connect } from 'node:net'

export interface SendOptions {
  readonly port: number
  /** Our own address to send from. */
  readonly from: string
  readonly mails: number
  /** Called with the subject of each mail as it is acknowledged. */
  readonly acknowledged?: (subject: string) => void
  /** What stands before the number in each subject; unique to this sender where subjects are compared. */
  readonly mark?: string
  /** The text below the headers; a line by default. */
  readonly body?: () => string
  /** Rest after each mail, milliseconds. */
  readonly pauseMs?: number
  /** Ends early; what was acknowledged until then counts. */
  readonly signal?: AbortSignal
}

/**
 * A small sender that knows what it was promised: one connection, one mail after the other, each acknowledged before
 * the next. Returns how many were acknowledged; rejects where the connection breaks or a reply is not the usual one.
 */
export async function sendMails(options: SendOptions): Promise<number> {
  const socket = connect({ host: '127.0.0.1', port: options.port, localAddress: options.from, noDelay: true })
  socket.setEncoding('latin1')
  let buffer = ''
  const lines: string[] = []
  let wake = () => {}
  let ended: Error | undefined
  socket.on('data', (text: string) => {
    buffer += text
    const parts = buffer.split('\r\n')
    buffer = parts.pop() ?? ''
    lines.push(...parts.filter((line) => line[3] === ' '))
    wake()
  })
  socket.on('error', (error) => {
    ended = error
    wake()
  })
  socket.on('close', () => {
    ended ??= new Error('the server closed the connection')
    wake()
  })
  const reply = async (wanted: string): Promise<string> => {
    while (lines.length === 0) {
      if (ended) throw ended
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const line = lines.shift()!
    if (!line.startsWith(wanted)) throw new SmtpRefusal(line)
    return line
  }
  let sent = 0
  try {
    await reply('220')
    socket.write('EHLO sender.example\r\n')
    await reply('250')
    while (sent < options.mails && !options.signal?.aborted) {
      socket.write('MAIL FROM:<spammer@example.com>\r\n')
      await reply('250')
      socket.write('RCPT TO:<victim@example.org>\r\n')
      await reply('250')
      socket.write('DATA\r\n')
      await reply('354')
      const subject = `${options.mark ?? 'offer'} ${sent}`
      const text = options.body?.() ?? `Buy now, number ${sent}.\r\n`
      socket.write(`Subject: ${subject}\r\n\r\n${text}.\r\n`)
      await reply('250')
      sent++
      options.acknowledged?.(subject)
      if (options.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.pauseMs))
    }
    socket.end('QUIT\r\n')
    if (!socket.closed) await once(socket, 'close').catch(() => {})
    return sent
  } finally {
    socket.destroy()
  }
}

/** The server answered with something else than hoped for. */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal'
  readonly line: string

  constructor(line: string) {
    super(`the server answered ${JSON.stringify(line)}`)
    this.line = line
  }
}
