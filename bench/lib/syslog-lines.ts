import { open } from 'node:fs/promises'

/** Lines as a router sends them, ready to be parsed and ready to be sent. */
export interface SyslogLines {
  /** Whole lines on end. */
  readonly bytes: Uint8Array
  /** Where each begins; one more for the end of the last. */
  readonly starts: Uint32Array
  /** Where the message of each begins, behind its header. */
  readonly messages: Uint32Array
}

/** Senders: each is an address of its own. */
export const senders = 4
const ports = [23, 445, 22, 80, 8080, 3389, 5060, 443, 8728, 2323, 37_777, 7547, 1433, 6379, 81, 5555]
const sources = 100_000

/**
 * What MikroTik's RouterOS 7 logs of packets that nobody asked for: mostly TCP to few ports, from a hundred thousand sources.
 *
 * @param count how many lines, all different
 * @param at when they were written
 */
export function syslogLines(count: number, at: Date): SyslogLines {
  let state = 0x5eed
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const from = Array.from(
    { length: sources },
    () => `${addressPart(random)}.${byte(random)}.${byte(random)}.${byte(random)}`,
  )
  const header = `<134>${bsdTime(at)} gw `
  const starts = new Uint32Array(count + 1)
  const messages = new Uint32Array(count)
  const parts: Buffer[] = []
  let length = 0
  for (let line = 0; line < count; line++) {
    const text = Buffer.from(header + message(random, from[Math.floor(sources * random() ** 3)]!), 'latin1')
    starts[line] = length
    messages[line] = length + header.length
    parts.push(text)
    length += text.length
  }
  starts[count] = length
  return { bytes: Buffer.concat(parts), starts, messages }
}

/** Writes them as `flow-sender.c` reads packets: a line a datagram, as many senders in turn as there are. */
export async function writePackets(path: string, { bytes, starts }: SyslogLines): Promise<void> {
  const [count, run] = [starts.length - 1, 32]
  const packets = Buffer.alloc(bytes.length + count * 8)
  let at = 0
  for (let line = 0; line < count; line++) {
    const [begin, end] = [starts[line]!, starts[line + 1]!]
    at = packets.writeUInt32LE(end - begin, at)
    at = packets.writeUInt16LE(1, at)
    at = packets.writeUInt8(0, at)
    at = packets.writeUInt8(Math.floor(line / run) % senders, at)
    packets.set(bytes.subarray(begin, end), at)
    at += end - begin
  }
  await using file = await open(path, 'w')
  await file.writeFile(packets)
}

function message(random: () => number, source: string): string {
  const target = `198.51.100.${byte(random)}`
  const kind = random()
  const head =
    'firewall,info drop-in input: in:ether1-WAN out:(unknown 0), connection-state:new src-mac 00:17:10:88:bc:02, proto'
  if (kind < 0.03) return `${head} ICMP (type 8, code 0), ${source}->${target}, len ${28 + byte(random)}`
  const port =
    random() < 0.6 ? ports[Math.floor(ports.length * random() ** 2)]! : Math.floor(random() * 65_536)
  const pair = `${source}:${1024 + Math.floor(random() * 64_000)}->${target}:${port}`
  return kind < 0.15
    ? `${head} UDP, ${pair}, len ${28 + byte(random)}`
    : `${head} TCP (SYN), ${pair}, len ${40 + 4 * Math.floor(random() * 6)}`
}

const byte = (random: () => number): number => Math.floor(random() * 256)

/** The first byte of an address that is nobody's own: no private, looped or multicast one. */
function addressPart(random: () => number): number {
  for (;;) {
    const part = 1 + Math.floor(random() * 223)
    if (![10, 127, 169, 172, 192].includes(part)) return part
  }
}

/** `Nov  5 10:00:05`, UTC. */
function bsdTime(at: Date): string {
  const [, date = '', month = '', , time = ''] = at.toUTCString().replace(',', '').split(' ')
  return `${month} ${String(Number(date)).padStart(2, ' ')} ${time}`
}
