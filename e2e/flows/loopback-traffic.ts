import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/** Ports of the servers that the traffic goes to: what a filter of tcpdump's language names. */
export interface TrafficPorts {
  readonly tcp: number
  readonly udp: number
}

/** An echo over TCP (IPv4 and IPv6) and one over UDP on loopback. */
export class EchoServers {
  readonly ports: TrafficPorts
  readonly #close: () => Promise<void>

  private constructor(ports: TrafficPorts, close: () => Promise<void>) {
    this.ports = ports
    this.#close = close
  }

  static async start(): Promise<EchoServers> {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.pipe(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '::', resolve))
    const udp = createSocket('udp4')
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
    udp.on('message', (bytes, from) => udp.send(bytes, from.port, from.address))
    const ports = { tcp: (server.address() as AddressInfo).port, udp: udp.address().port }
    return new EchoServers(ports, async () => {
      udp.close()
      await new Promise((resolve) => server.close(resolve))
    })
  }

  /** What tcpdump, softflowd and pmacctd call this traffic. */
  get filter(): string {
    return `port ${this.ports.tcp} or port ${this.ports.udp}`
  }

  /** Connections that send ever more and get it back, every second over IPv6, and a few datagrams there and back. */
  async talk({ connections = 20, datagrams = 10 } = {}): Promise<void> {
    for (let i = 1; i <= connections; i++) {
      const bytes = i * 1_000
      const socket = connect(this.ports.tcp, i % 2 === 0 ? '127.0.0.1' : '::1')
      await once(socket, 'connect')
      socket.write(Buffer.alloc(bytes, i))
      for (let back = 0; back < bytes;) back += ((await once(socket, 'data')) as [Buffer])[0].length
      socket.end()
      await once(socket, 'close')
    }
    const client = createSocket('udp4')
    for (let i = 0; i < datagrams; i++) {
      client.send(Buffer.alloc(100 + i), this.ports.udp, '127.0.0.1')
      await once(client, 'message')
    }
    client.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}

/** The traffic of loopback that the filter names while `work` runs, as tcpdump writes it. */
export async function captured(file: string, filter: string, work: () => Promise<void>): Promise<void> {
  const args = ['-i', 'lo', '-U', '--immediate-mode', '-s', '0', '-w', file, filter]
  const tcpdump = spawn('tcpdump', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(tcpdump, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('listening on')) resolve()
    })
    tcpdump.once('exit', () => reject(new Error(`tcpdump ended: ${said}`)))
  })
  try {
    await work()
    await new Promise((resolve) => setTimeout(resolve, 300))
  } finally {
    tcpdump.kill('SIGINT')
    await exited
  }
}
