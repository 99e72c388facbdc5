import { readFile } from 'node:fs/promises'
import type { ReceivingSocket } from './receiver.ts'

/** Where the kernel lists UDP sockets, with the datagrams it had no room for (proc_net(5)). */
export const udpTables = ['/proc/net/udp', '/proc/net/udp6'] as const

/** Datagrams dropped for want of room in the receive buffer, for each socket; 0 where the system does not tell. */
export async function kernelDrops(sockets: readonly ReceivingSocket[]): Promise<readonly number[]> {
  const tables = await Promise.all(udpTables.map((file) => readFile(file, 'utf8').catch(() => '')))
  const byPort = new Map<string, number>()
  for (const [index, table] of tables.entries()) {
    for (const line of table.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      const port = parseInt(fields[1]?.split(':')[1] ?? '', 16)
      const key = `${index === 1 ? 6 : 4} ${port}`
      byPort.set(key, (byPort.get(key) ?? 0) + (Number(fields.at(-1)) || 0))
    }
  }
  return sockets.map(({ address, port }) => byPort.get(`${address.includes(':') ? 6 : 4} ${port}`) ?? 0)
}
