import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Log } from '../../core/log.ts'
import { type Answering, answers } from './answer.ts'

/** Limits on who asks. Times in milliseconds. */
export interface ZoneLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
  /** Transfers at once; more are told to come again. */
  readonly transfers: number
  /** Between two requests, and for one that has begun. */
  readonly idleMs: number
  /** How long a reader may take nothing. */
  readonly stalledMs: number
  readonly transferMs: number
}

const zoneLimits: ZoneLimits = {
  connections: 64,
  connectionsPerAddress: 16,
  transfers: 8,
  idleMs: 30_000,
  stalledMs: 30_000,
  transferMs: 900_000,
}
/** A request is no longer. */
const requestBytes = 4096
/** Requests by UDP that are being answered; more are dropped. */
const datagramsAtOnce = 64

/** Answers SOA, AXFR and IXFR for the zones served, to those who may ask. */
export class ZoneServer {
  readonly #answering: Answering
  readonly #log: Log
  readonly #limits: ZoneLimits
  readonly #servers: Server[] = []
  readonly #udp: UdpSocket[] = []
  readonly #sockets = new Map<Socket, string>()
  #transfers = 0
  #datagrams = 0
  #refusedAt = -Infinity

  private constructor(answering: Answering, log: Log, limits: ZoneLimits) {
    this.#answering = answering
    this.#log = log
    this.#limits = limits
  }

  /**
   * @throws Error where an address cannot be bound
   */
  static async listen(
    { addresses, port }: { readonly addresses: readonly string[]; readonly port: number },
    answering: Answering,
    log: Log,
    limits: Partial<ZoneLimits> = {},
  ): Promise<ZoneServer> {
    const server = new ZoneServer(answering, log, { ...zoneLimits, ...limits })
    try {
      for (const address of addresses) await server.#bind(address, port)
    } catch (cause) {
      await server.close()
      throw new Error(`Zones cannot be served at ${addresses.join(', ')} port ${port}`, { cause })
    }
    return server
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy()
    for (const socket of this.#udp.splice(0)) socket.close()
    await Promise.all(
      this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
    )
  }

  async #bind(address: string, port: number): Promise<void> {
    const server = createServer((socket) => this.#connected(socket))
    server.maxConnections = this.#limits.connections
    this.#servers.push(server)
    server.listen({ port, host: address, ipv6Only: true })
    await once(server, 'listening')
    server.on('error', (error) => this.#log.error('zones are no longer served by TCP', error))
    const udp = createSocket(address.includes(':') ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' })
    this.#udp.push(udp)
    udp.bind(port, address)
    await once(udp, 'listening')
    udp.on('error', (error) => this.#log.error('zones are no longer served by UDP', error))
    udp.on('message', (bytes, from) => {
      if (!this.#may(from.address) || bytes.length > requestBytes) return
      if (this.#datagrams === datagramsAtOnce) return
      this.#datagrams++
      void this.#answerDatagram(udp, bytes, from.port, from.address).finally(() => this.#datagrams--)
    })
  }

  async #answerDatagram(udp: UdpSocket, bytes: Buffer, port: number, address: string): Promise<void> {
    try {
      for await (const answer of answers(bytes, 'udp', this.#answering))
        if (this.#udp.includes(udp)) udp.send(answer, port, address, () => {})
    } catch (error) {
      this.#log.error(`a request of ${address} could not be answered`, error)
    }
  }

  #connected(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    socket.on('error', () => socket.destroy())
    const alike = [...this.#sockets.values()].filter((other) => other === address).length
    if (!this.#may(address) || alike >= this.#limits.connectionsPerAddress) {
      socket.destroy()
      return
    }
    this.#sockets.set(socket, address)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.setNoDelay(true)
    this.#serve(socket, address).then(
      () => socket.end(),
      (error: unknown) => {
        if (!socket.destroyed) this.#log.warn(`${address}: ${String(error)}`)
        socket.destroy()
      },
    )
  }

  /** One request after the other: what comes meanwhile waits in the socket. */
  async #serve(socket: Socket, address: string): Promise<void> {
    for await (const request of requests(socket, this.#limits.idleMs))
      await this.#answer(socket, address, request)
  }

  async #answer(socket: Socket, address: string, request: Buffer): Promise<void> {
    if (this.#transfers >= this.#limits.transfers) throw new Error('too many transfers at once')
    this.#transfers++
    const began = performance.now()
    try {
      for await (const answer of answers(request, 'tcp', {
        ...this.#answering,
        began: (what, zone) => {
          this.#log.info(`${what} of ${zone} to ${address}`)
          this.#answering.began(what, zone)
        },
      })) {
        if (performance.now() - began > this.#limits.transferMs) throw new Error('a transfer takes too long')
        await this.#send(socket, answer)
      }
    } finally {
      this.#transfers--
    }
  }

  async #send(socket: Socket, answer: Uint8Array): Promise<void> {
    if (socket.destroyed) throw new Error('the connection has ended')
    socket.cork()
    socket.write(Buffer.of(answer.length >>> 8, answer.length & 255))
    const room = socket.write(answer)
    socket.uncork()
    if (room) return
    const stop = new AbortController()
    const stalled = setTimeout(() => socket.destroy(), this.#limits.stalledMs)
    try {
      await Promise.race([
        once(socket, 'drain', { signal: stop.signal }),
        once(socket, 'close', { signal: stop.signal }),
      ])
    } finally {
      clearTimeout(stalled)
      stop.abort()
    }
  }

  #may(address: string): boolean {
    if (this.#answering.access.from(address)) return true
    // Once a minute, whoever asks how often.
    if (performance.now() - this.#refusedAt > 60_000) {
      this.#refusedAt = performance.now()
      this.#log.warn(`${address} asked for a zone, and intel.transfer.allow does not name it`)
    }
    return false
  }
}

/** Messages as they come over TCP, each behind its length (RFC 1035 §4.2.2). Ends where the peer does, or lets us wait. */
async function* requests(socket: Socket, idleMs: number): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  const bytes = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  for (;;) {
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const end = 2 + held.readUInt16BE(0)
      const request = held.subarray(2, end)
      held = held.subarray(end)
      yield request
    }
    if (held.length >= 2 && held.readUInt16BE(0) > requestBytes) return
    const late = setTimeout(() => socket.destroy(), idleMs)
    try {
      const { done, value } = await bytes.next()
      if (done === true) return
      held = Buffer.concat([held, value])
    } finally {
      clearTimeout(late)
    }
  }
}
