import { ascii, find } from '../../tail/scan.ts'

const sentences = ['login failure for user ', 'assigned '].map(ascii)

/**
 * Whether what stands before a packet tells of a login or a lease (`login failure for user …`, `dhcp1 assigned 10.0.0.5 for …`, as
 * RouterOS writes them where it sends no topics): then the packet is the name that a stranger gave.
 */
export function isStrangers(line: Uint8Array, from: number, to: number): boolean {
  for (const sentence of sentences) if (find(line, from, to, sentence) >= 0) return true
  return false
}
