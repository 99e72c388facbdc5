import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const file = join(import.meta.dirname, '..', '..', 'testdata', 'pcap', 'loopback.pcap')
const fileHeader = 24
const packetHeader = 16

/** Writes `testdata/pcap/loopback.pcap` as if it had been captured a minute ago: what is older than `keep` says is not kept. */
export async function recentCapture(to: string): Promise<string> {
  const bytes = await readFile(file)
  const later = Math.floor(Date.now() / 1000) - 60 - bytes.readUInt32LE(fileHeader)
  for (let at = fileHeader; at < bytes.length; at += packetHeader + bytes.readUInt32LE(at + 8))
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + later, at)
  await writeFile(to, bytes)
  return to
}
