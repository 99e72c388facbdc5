import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'

export interface RelayOptions {
  readonly tls?: { readonly cert: string; readonly key: string; readonly implicit?: boolean }
  readonly auth?: string
  /** Answers in place of the usual ones, by the command they are to. */
  readonly answers?: Readonly<Record<string, string>>
}

/** A mail relay on loopback, as strict as it need be, that keeps commands and messages. */
export class TestRelay implements AsyncDisposable {
  readonly commands: string[] = []
  readonly messages: string[] = []
  readonly #sockets = new Set<Socket>()
  readonly #options: RelayOptions
  readonly #server

  private constructor(options: RelayOptions) {
    this.#options = options
    const serve = (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.write('220 relay.example ESMTP\r\n')
      this.#serve(socket)
    }
    this.#server = options.tls?.implicit === true ? createTlsServer(options.tls, serve) : createServer(serve)
  }

  static async start(options: RelayOptions = {}): Promise<TestRelay> {
    const relay = new TestRelay(options)
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    let held = ''
    let message: string | undefined
    const hear = (chunk: Buffer) => {
      held += chunk.toString('latin1')
      for (let end = held.indexOf('\r\n'); end >= 0; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end)
        held = held.slice(end + 2)
        if (message === undefined) {
          this.commands.push(line)
          const verb = line.split(/[ :]/, 1)[0]!.toUpperCase()
          socket.write(
            `${this.#options.answers?.[line] ?? this.#options.answers?.[verb] ?? this.#answer(verb)}\r\n`,
          )
          if (verb === 'DATA') message = ''
          if (verb === 'QUIT') socket.end()
          if (verb === 'STARTTLS') {
            socket.off('data', hear)
            this.#serve(new TLSSocket(socket, { isServer: true, ...this.#options.tls }).on('error', () => {}))
            return
          }
        } else if (line === '.') {
          this.messages.push(message)
          message = undefined
          socket.write('250 2.0.0 queued\r\n')
        } else message += `${line.replace(/^\./, '')}\r\n`
      }
    }
    socket.on('data', hear)
  }

  #answer(verb: string): string {
    const { tls, auth } = this.#options
    if (verb === 'EHLO') {
      const offers = [
        ...(tls && tls.implicit !== true ? ['STARTTLS'] : []),
        ...(auth === undefined ? [] : [`AUTH ${auth}`]),
      ]
      return ['relay.example', ...offers, 'SIZE 1000000']
        .map((line, i, all) => `250${i < all.length - 1 ? '-' : ' '}${line}`)
        .join('\r\n')
    }
    return (
      { DATA: '354 go on', STARTTLS: '220 go on', AUTH: '235 welcome', QUIT: '221 bye' }[verb] ?? '250 ok'
    )
  }
}
