import { chmod, lstat, mkdir, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { FrameStream } from '../../wire/dnstap/frame-stream.ts'

/** Name servers connected at once. */
const mostClients = 64
/** What is said back to one sender, bytes: an ACCEPT and a FINISH, with room to spare. One that does not read them is ended. */
const mostUnsent = 4_096
/** A sender that says nothing for its handshake, milliseconds. */
const handshakeMs = 10_000

/** One data frame: bytes[from, to), good until this returns. */
export type FrameHearer = (bytes: Uint8Array, from: number, to: number) => void

/** Takes dnstap over a unix socket, from name servers that connect to it. */
export class DnstapListener {
  readonly #path: string
  readonly #connected: () => FrameHearer
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  /** Since the start: streams ended for what they sent, and those too many. */
  refused = 0

  /** @param connected a name server has come: who hears its frames */
  constructor(path: string, connected: () => FrameHearer) {
    this.#path = path
    this.#connected = connected
  }

  /** Name servers connected. */
  get clients(): number {
    return this.#sockets.size
  }

  /**
   * Binds the socket. One that is left of a former run, which nobody listens on, is replaced.
   *
   * @param mode its permissions
   * @throws EADDRINUSE where somebody listens, and whatever bind(2) gives
   */
  async listen(mode: number): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true }).catch(() => {})
    await this.#clear()
    const server = createServer((socket) => this.#take(socket))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#path, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', () => {})
    this.#server = server
    await chmod(this.#path, mode)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const server = this.#server
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  async #clear(): Promise<void> {
    const stats = await lstat(this.#path).catch(() => undefined)
    if (!stats) return
    // Whatever else is there is not ours to delete: bind(2) says that it is in use.
    if (!stats.isSocket() || (await isServed(this.#path))) return
    await unlink(this.#path)
  }

  #take(socket: Socket): void {
    if (this.#sockets.size >= mostClients) {
      this.refused++
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    const stream = new FrameStream({
      frame: this.#connected(),
      reply: (bytes) => {
        if (socket.writableLength <= mostUnsent) socket.write(bytes)
        else socket.destroy()
      },
    })
    socket.setTimeout(handshakeMs, () => {
      if (!stream.started) socket.destroy()
    })
    socket.on('data', (bytes: Buffer) => {
      stream.push(bytes)
      if (stream.fault) {
        this.refused++
        socket.destroy()
      } else if (stream.stopped) socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
