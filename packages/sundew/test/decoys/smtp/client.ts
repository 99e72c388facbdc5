import { once } from 'node:events'
import type { Socket } from 'node:net'
import { until, type TestHost } from '../host.ts'

/** A client that sends bytes as it is told and remembers every byte it hears. */
export class Client {
  readonly socket: Socket
  heard = ''
  /** Chunks as they came: what the server wrote together arrives together on loopback. */
  readonly pieces: string[] = []
  ended = false
  #read = 0

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.heard += text
      this.pieces.push(text)
    })
    socket.on('end', () => (this.ended = true))
    socket.on('close', () => (this.ended = true))
  }

  /** Connects and reads the greeting. */
  static async to(host: TestHost): Promise<Client> {
    const client = new Client(host.connect())
    await client.answer()
    return client
  }

  send(text: string): void {
    this.socket.write(Buffer.from(text, 'latin1'))
  }

  /** The next `lines` lines together, or what is left where the server hangs up first. */
  async lines(lines: number): Promise<string> {
    let end = 0
    await until(
      () => {
        end = this.#read
        for (let i = 0; i < lines; i++) {
          const found = this.heard.indexOf('\n', end)
          if (found < 0) return this.ended
          end = found + 1
        }
        return true
      },
      `${lines} lines have come; heard ${JSON.stringify(this.heard.slice(this.#read))}`,
    )
    const text = this.heard.slice(this.#read, end)
    this.#read = end
    return text
  }

  /** One whole answer, its continuation lines too. */
  async answer(): Promise<string> {
    let text = ''
    for (;;) {
      const line = await this.lines(1)
      text += line
      if (line === '' || line[3] !== '-') return text
    }
  }

  /** Sends a line and reads its answer. */
  async say(line: string): Promise<string> {
    this.send(`${line}\r\n`)
    return this.answer()
  }

  /** Leaves, and returns what the server said that nobody asked for. */
  async leave(): Promise<string> {
    this.socket.end()
    if (!this.socket.closed) await once(this.socket, 'close')
    return this.heard.slice(this.#read)
  }
}
