import { once } from 'node:events'
import { connect } from 'node:net'

export interface SendOptions {
  readonly port: number
  /** Our own address to send from. */
  readonly from: string
  readonly mails: number
  /** Called with each queue id as it is acknowledged. */
  readonly acknowledged?: (queueId: string) => void
  readonly body?: (n: number) => string
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
      const text = options.body?.(sent) ?? `Subject: offer ${sent}\r\n\r\nBuy now, number ${sent}.\r\n`
      socket.write(`${text}.\r\n`)
      const queued = await reply('250')
      sent++
      options.acknowledged?.(queued.split(' ').at(-1) ?? '')
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
