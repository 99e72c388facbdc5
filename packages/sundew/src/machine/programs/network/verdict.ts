import { createHash } from 'node:crypto'
import type { Machine } from '../../machine.ts'

/** What comes of trying to reach somebody: the same each time, whichever program tries. */
export type Verdict =
  | { readonly type: 'name' }
  | { readonly type: 'refused' | 'timeout' | 'open'; readonly address: string }

/** Nobody is asked: the answer is drawn from the machine's own numbers. */
export function verdict(machine: Machine, host: string, port: number, wanted = false): Verdict {
  const address = addressOf(machine, host)
  if (address === undefined) {
    // No name server answers; where something is to be handed over, the name has to have an address.
    if (!wanted) return { type: 'name' }
    return { type: 'open', address: inventedAddress(host) }
  }
  if (wanted) return { type: 'open', address }
  if (
    address.startsWith('127.') ||
    address === '::1' ||
    address === machine.network.address ||
    address === '0.0.0.0'
  )
    return { type: 'refused', address }
  if (machine.chance(`reach:${address}`) < 0.35) return { type: 'timeout', address }
  return { type: machine.chance(`port:${address}:${port}`) < 0.5 ? 'refused' : 'open', address }
}

/** Of what needs no name server. */
export function addressOf(machine: Machine, host: string): string | undefined {
  if (isAddress(host)) return host
  const bare = host.replace(/\.$/, '').toLowerCase()
  if (bare === 'localhost') return '127.0.0.1'
  if (bare === machine.hostname.toLowerCase()) return '127.0.1.1'
  // inet_aton's other forms: 2130706433, 0x7f000001, 127.1
  if (/^(0x[0-9a-f]+|\d+)$/i.test(bare) && Number(bare) < 2 ** 32) {
    const n = Number(bare)
    return [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.')
  }
  return undefined
}

export function isAddress(host: string): boolean {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)
  if (four !== null) return four.slice(1).every((part) => Number(part) < 256)
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(host) && host.split(':').length > 2
}

function inventedAddress(host: string): string {
  const [a, b, c, d] = createHash('sha256').update(`address of ${host.toLowerCase()}`).digest()
  return `${[45, 104, 141, 172, 185, 193][a! % 6]}.${64 + (b! & 63)}.${c}.${1 + (d! % 254)}`
}

/** How long the kernel tries to connect: it sends SYN again after 1, 3, 7, 15, 31 and 63 seconds. */
export const connectTimeoutMs = 130_000
/** How long it takes until the resolver has given up on its servers. */
export const resolveTimeoutMs = 10_000
