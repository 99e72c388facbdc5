import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** A socket as /proc/net/udp tells it. */
export interface UdpSocket {
  /** Bytes that wait in its receive buffer, as the kernel counts them. */
  readonly waiting: number
  /** Datagrams that found its receive buffer full, since it was opened. */
  readonly drops: number
}

/** The sockets bound to a port, IPv4 and IPv6. */
export async function udpSockets(port: number): Promise<UdpSocket[]> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const found: UdpSocket[] = []
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of (await readFile(file, 'latin1')).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (!fields[1]?.endsWith(`:${hex}`)) continue
      found.push({ waiting: Number.parseInt(fields[4]!.split(':')[1]!, 16), drops: Number(fields.at(-1)) })
    }
  }
  return found
}

/** Datagrams dropped at a port so far. */
export async function udpDrops(port: number): Promise<number> {
  return (await udpSockets(port)).reduce((sum, { drops }) => sum + drops, 0)
}

/** Settles when something is bound to the port. */
export async function bound(port: number, timeoutMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; (await udpSockets(port)).length === 0;) {
    if (Date.now() > deadline) throw new Error(`nothing is bound to UDP port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Settles when nothing waits at the port any more. */
export async function drained(port: number, timeoutMs = 10_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    if ((await udpSockets(port)).every(({ waiting }) => waiting === 0)) return
    if (Date.now() > deadline) throw new Error(`UDP port ${port} is not read`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A UDP port of loopback that nobody uses right now. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
