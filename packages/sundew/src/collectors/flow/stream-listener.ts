import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { sourceKey } from '../../core/address.ts'
import type { Exporter } from '../../wire/flow/sink.ts'
import { addressWords } from './address-bytes.ts'
import type { Senders } from './senders.ts'

/** What exporters that connect may hold at once; a message's length is its 16 bits of the header (RFC 7011 §3.1). */
export interface StreamLimits {
  readonly connections: number
  /** From one IPv4 address or IPv6 /64. */
  readonly connectionsPerSource: number
  /** Without a byte for so long a connection is ended: its exporter connects again. */
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

const headerBytes = 16
const maxMessageBytes = 65_535
const ipfixVersion = 10

/** What became of connections since the start. */
export interface StreamCounts {
  accepted: number
  /** Not on the list of exporters. */
  strangers: number
  /** Too many at once. */
  tooMany: number
  /** Ended because what came was no IPFIX message. */
  malformed: number
  /** Ended because nothing more came, or the rest of a message did not. */
  idle: number
  /** Where TLS was not agreed on. */
  handshake: number
}

export interface StreamHost {
  readonly senders: Senders
  /** A whole message; its bytes are good until this returns. */
  readonly message: (view: DataView, offset: number, length: number, exporter: Exporter) => void
  /** The stream has ended, and its templates with it (RFC 7011 §8). */
  readonly ended: (exporter: Exporter) => void
  /** Undefined where more can be taken at once; else settles when it can. */
  readonly room: () => Promise<void> | undefined
  readonly limits?: Partial<StreamLimits>
}

/** IPFIX over TCP or TLS on one port: cuts streams into messages. */
export class StreamListener {
  readonly counts: StreamCounts = {
    accepted: 0,
    strangers: 0,
    tooMany: 0,
    malformed: 0,
    idle: 0,
    handshake: 0,
  }
  readonly #host: StreamHost
  readonly #limits: StreamLimits
  readonly #server: Server
  readonly #tls: boolean
  readonly #sockets = new Set<Socket>()
  readonly #perSource = new Map<string, number>()

  /** Over TLS where `tls` is given. */
  constructor(host: StreamHost, tls?: TlsOptions) {
    this.#host = host
    this.#limits = { ...streamLimits, ...host.limits }
    this.#tls = tls !== undefined
    this.#server = tls
      ? createTlsServer({ ...tls, handshakeTimeout: this.#limits.messageMs }, (socket) => this.#read(socket))
      : createServer((socket) => this.#read(socket))
    // Before TLS is spoken to anybody: who may connect, and how many.
    this.#server.prependListener('connection', (socket: Socket) => this.#admit(socket))
    this.#server.on('tlsClientError', () => this.counts.handshake++)
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
    const words = addressWords(remoteAddress)
    const ofSource = this.#perSource.get(source) ?? 0
    const { connections, connectionsPerSource } = this.#limits
    if (!this.#host.senders.make(words, 0, 'tcp').allowed) this.counts.strangers++
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
    const exporter = this.#host.senders.make(
      addressWords(remoteAddress),
      remotePort ?? 0,
      this.#tls ? 'tls' : 'tcp',
    )
    const rest = new Uint8Array(maxMessageBytes)
    const restView = new DataView(rest.buffer)
    let held = 0
    const end = (reason: 'malformed' | 'idle') => {
      this.counts[reason]++
      socket.destroy()
    }
    socket.on('error', () => {})
    socket.setTimeout(this.#limits.idleMs)
    socket.on('timeout', () => end('idle'))
    socket.once('close', () => this.#host.ended(exporter))
    socket.on('data', (chunk: Uint8Array) => {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
      let at = 0
      while (at < chunk.length) {
        // A message that is whole in the chunk is read where it is; of others the beginning is kept.
        const whole = held === 0 && chunk.length - at >= headerBytes ? lengthOf(view, at) : 0
        if (whole < 0) return end('malformed')
        if (whole > 0 && chunk.length - at >= whole) {
          this.#host.message(view, at, whole, exporter)
          at += whole
          continue
        }
        const wanted = held < headerBytes ? headerBytes : lengthOf(restView, 0)
        const more = Math.min(wanted - held, chunk.length - at)
        rest.set(chunk.subarray(at, at + more), held)
        held += more
        at += more
        if (held < headerBytes) break
        const length = lengthOf(restView, 0)
        if (length < 0) return end('malformed')
        if (held === length) {
          this.#host.message(restView, 0, length, exporter)
          held = 0
        }
      }
      socket.setTimeout(held > 0 ? this.#limits.messageMs : this.#limits.idleMs)
      const room = this.#host.room()
      if (!room) return
      socket.pause()
      void room.then(() => socket.resume())
    })
  }
}

/** Length of the message whose header begins there; -1 where it is no IPFIX header. */
function lengthOf(view: DataView, at: number): number {
  const length = view.getUint16(at + 2)
  return view.getUint16(at) === ipfixVersion && length >= headerBytes ? length : -1
}
