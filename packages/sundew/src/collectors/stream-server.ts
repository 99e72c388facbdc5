import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { sourceKey } from '../core/address.ts'

/** What those who connect may hold at once. */
export interface StreamLimits {
  readonly connections: number
  /** From one IPv4 address or IPv6 /64. */
  readonly connectionsPerSource: number
  /** Without a byte for so long a connection is ended: who has something to tell connects again. */
  readonly idleMs: number
  /** For the rest of a message that began, and for TLS to be agreed on. */
  readonly messageMs: number
}

export const streamLimits: StreamLimits = {
  connections: 1_024,
  connectionsPerSource: 64,
  idleMs: 30 * 60_000,
  messageMs: 30_000,
}

/** What became of connections since the start. */
export interface StreamCounts {
  accepted: number
  /** Not on the list of who is listened to. */
  strangers: number
  /** Too many at once. */
  tooMany: number
  /** Ended because of what came. */
  malformed: number
  /** Ended because nothing more came, or the rest of a message did not. */
  idle: number
  /** Where TLS was not agreed on. */
  handshake: number
}

export function noStreamCounts(): StreamCounts {
  return { accepted: 0, strangers: 0, tooMany: 0, malformed: 0, idle: 0, handshake: 0 }
}

/** Reads a connection. */
export interface StreamReader {
  /** False where this is not what is spoken here: the connection is ended. */
  data(chunk: Uint8Array): boolean
  /** Whether a message has begun whose rest is to come. */
  readonly begun: boolean
  /** Nothing more comes; `whole` where the other side said so. */
  closed(whole: boolean): void
}

export interface StreamServerHost {
  readonly allowed: (address: string) => boolean
  readonly open: (address: string, port: number) => StreamReader
  /** Undefined where more can be taken at once; else settles when it can. */
  readonly room: () => Promise<void> | undefined
  readonly limits?: Partial<StreamLimits> | undefined
}

/** Listens on one TCP port, or for TLS on it, to a bounded number of connections that say something now and then. */
export class StreamServer {
  readonly counts = noStreamCounts()
  readonly #host: StreamServerHost
  readonly #limits: StreamLimits
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #perSource = new Map<string, number>()

  /** Over TLS where `tls` is given. */
  constructor(host: StreamServerHost, tls?: TlsOptions) {
    this.#host = host
    this.#limits = { ...streamLimits, ...host.limits }
    this.#server = tls
      ? createTlsServer({ ...tls, handshakeTimeout: this.#limits.messageMs }, (socket) => this.#read(socket))
      : createServer((socket) => this.#read(socket))
    // Before TLS is spoken to anybody: who may connect, and how many.
    this.#server.prependListener('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('tlsClientError', () => this.counts.handshake++)
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size
  }

  /** Rejects with the system's error (EADDRINUSE, EACCES …). */
  async listen(address: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ host: address, port, exclusive: true }, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    // EMFILE and the like: this connection is lost, the next may do.
    this.#server.on('error', () => {})
    return this.#server.address() as AddressInfo
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #admit(socket: Socket): void {
    socket.on('error', () => {})
    const { remoteAddress = '' } = socket
    const source = sourceKey(remoteAddress)
    const ofSource = this.#perSource.get(source) ?? 0
    const { connections, connectionsPerSource } = this.#limits
    if (!this.#host.allowed(remoteAddress)) this.counts.strangers++
    else if (this.#sockets.size >= connections || ofSource >= connectionsPerSource) this.counts.tooMany++
    else {
      this.counts.accepted++
      this.#sockets.add(socket)
      this.#perSource.set(source, ofSource + 1)
      socket.once('close', () => {
        this.#sockets.delete(socket)
        const left = (this.#perSource.get(source) ?? 1) - 1
        if (left > 0) this.#perSource.set(source, left)
        else this.#perSource.delete(source)
      })
      return
    }
    socket.destroy()
  }

  #read(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    if (socket.destroyed || remoteAddress === undefined) return
    const reader = this.#host.open(remoteAddress, remotePort ?? 0)
    let whole = false
    const end = (reason: 'malformed' | 'idle') => {
      this.counts[reason]++
      socket.destroy()
    }
    socket.on('error', () => {})
    socket.setTimeout(this.#limits.idleMs)
    socket.on('timeout', () => end('idle'))
    socket.once('end', () => (whole = true))
    socket.once('close', () => reader.closed(whole))
    socket.on('data', (chunk: Uint8Array) => {
      if (!reader.data(chunk)) return end('malformed')
      socket.setTimeout(reader.begun ? this.#limits.messageMs : this.#limits.idleMs)
      const room = this.#host.room()
      if (!room) return
      // It is we who keep it waiting: that is no silence.
      socket.pause().setTimeout(0)
      void room.then(() => {
        socket.setTimeout(reader.begun ? this.#limits.messageMs : this.#limits.idleMs)
        socket.resume()
      })
    })
  }
}
