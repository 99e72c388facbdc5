import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A syslog receiver on loopback that keeps what it is sent. */
export interface Receiver {
  readonly port: number
  readonly got: string[]
  /** As a killed one ends: connections are reset, what it has not read is gone. */
  kill(): Promise<void>
}

export async function udpReceiver(port = 0): Promise<Receiver> {
  const socket = createSocket('udp4')
  const got: string[] = []
  socket.on('message', (message) => got.push(String(message)))
  socket.bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    got,
    kill: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** One message a line. */
export async function tcpReceiver(port = 0): Promise<Receiver> {
  const got: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let held = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      held += text
      const lines = held.split('\n')
      held = lines.pop() ?? ''
      got.push(...lines)
    })
    socket.on('error', () => {})
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    got,
    kill: async () => {
      for (const socket of sockets) socket.resetAndDestroy()
      server.close()
      await once(server, 'close')
    },
  }
}
