import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * Stands between a sender and Sundew and writes down every queue id that Sundew promised. smtp-source's own counter counts
 * mails that it has sent, answered or not.
 */
export class Witness {
  /** How often each queue id was promised. */
  readonly promised = new Map<string, number>()
  total = 0
  readonly port: number
  readonly #close: () => Promise<void>

  private constructor(port: number, close: () => Promise<void>) {
    this.port = port
    this.#close = close
  }

  static async start(target: number): Promise<Witness> {
    const sockets = new Set<Socket>()
    let witness: Witness
    const server = createServer({ noDelay: true }, (sender) => {
      const sundew = connect({ host: '127.0.0.1', port: target, noDelay: true })
      let rest = ''
      sundew.on('data', (bytes) => {
        const lines = (rest + bytes.toString('latin1')).split('\r\n')
        rest = lines.pop() ?? ''
        for (const line of lines) witness.#hear(line)
      })
      for (const [one, other] of [
        [sender, sundew],
        [sundew, sender],
      ] as const) {
        sockets.add(one)
        one.on('error', () => {})
        one.on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const close = async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
    witness = new Witness((server.address() as AddressInfo).port, close)
    return witness
  }

  close(): Promise<void> {
    return this.#close()
  }

  #hear(line: string): void {
    const [, id] = /^250 2\.0\.0 Ok: queued as (\S+)$/.exec(line) ?? []
    if (id === undefined) return
    this.promised.set(id, (this.promised.get(id) ?? 0) + 1)
    this.total++
  }
}
