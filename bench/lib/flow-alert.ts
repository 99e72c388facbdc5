import { createSocket } from 'node:dgram'
import { open } from 'node:fs/promises'
import { median, round } from './measure.ts'

/** One listed address talked to, in an export packet of its own, and when its warning could be read. */
export interface AlertFigures {
  /** Milliseconds from the packet to the line in the file. */
  readonly median: number
  readonly worst: number
  readonly seen: number
  readonly asked: number
}

const everyMs = 250
const lookMs = 5
const patienceMs = 5_000
const uptimeMs = 3_600_000

/**
 * Tells the collector of a flow to each of the addresses (all listed, and met by nobody else), one after the other, and
 * waits for the line that names it.
 */
export async function alertDelays(
  port: number,
  file: string,
  addresses: readonly string[],
): Promise<AlertFigures> {
  const socket = createSocket('udp4')
  const sent = new Map<string, number>()
  const delays: number[] = []
  const tail = new Tail(file)
  const look = async () => {
    const text = await tail.more()
    if (text === '') return
    for (const [address, when] of sent) {
      if (!text.includes(`${address}"`)) continue
      sent.delete(address)
      delays.push(performance.now() - when)
    }
  }
  try {
    await tail.more() // what it said before
    for (const [index, address] of addresses.entries()) {
      sent.set(address, performance.now())
      socket.send(legacyPacket(index, address), port, '127.0.0.1')
      for (const until = performance.now() + everyMs; performance.now() < until;) {
        await look()
        await new Promise((resolve) => setTimeout(resolve, lookMs))
      }
    }
    for (const until = performance.now() + patienceMs; sent.size > 0 && performance.now() < until;) {
      await look()
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  } finally {
    socket.close()
    await tail.close()
  }
  return {
    median: delays.length > 0 ? round(median(delays)) : Infinity,
    worst: sent.size > 0 ? Infinity : round(Math.max(...delays)),
    seen: delays.length,
    asked: addresses.length,
  }
}

/** NetFlow v5 with one flow from 192.168.7.x to the address, port 443. */
export function legacyPacket(sequence: number, to: string): Buffer {
  const packet = Buffer.alloc(72)
  packet.writeUInt16BE(5, 0)
  packet.writeUInt16BE(1, 2)
  packet.writeUInt32BE(uptimeMs, 4)
  packet.writeUInt32BE(Math.floor(Date.now() / 1000), 8)
  packet.writeUInt32BE(sequence, 16)
  packet.set([192, 168, 7, 1 + (sequence % 200)], 24)
  packet.set(to.split('.').map(Number), 28)
  packet.writeUInt32BE(12, 40)
  packet.writeUInt32BE(4_096, 44)
  packet.writeUInt32BE(uptimeMs - 1_000, 48)
  packet.writeUInt32BE(uptimeMs - 500, 52)
  packet.writeUInt16BE(50_000, 56)
  packet.writeUInt16BE(443, 58)
  packet[61] = 0x1b
  packet[62] = 6
  return packet
}

/** What a file gets that grows. */
class Tail {
  readonly #path: string
  #file: Awaited<ReturnType<typeof open>> | undefined
  readonly #buffer = Buffer.alloc(1 << 20)
  #at = 0

  constructor(path: string) {
    this.#path = path
  }

  async more(): Promise<string> {
    try {
      this.#file ??= await open(this.#path)
    } catch {
      return '' // nothing was written yet
    }
    let text = ''
    for (;;) {
      const { bytesRead } = await this.#file.read(this.#buffer, 0, this.#buffer.length, this.#at)
      this.#at += bytesRead
      text += this.#buffer.toString('latin1', 0, bytesRead)
      if (bytesRead < this.#buffer.length) return text
    }
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }
}
