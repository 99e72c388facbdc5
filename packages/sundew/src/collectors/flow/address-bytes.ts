import { BlockList, isIPv4, SocketAddress } from 'node:net'
import { plainAddress } from '../../core/address.ts'

/** The 16 bytes of an address that the system told, IPv4 as ::ffff:a.b.c.d; all 0 for what is none. */
export function addressBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(16)
  const plain = plainAddress(address)
  if (isIPv4(plain)) {
    bytes[10] = bytes[11] = 0xff
    bytes.set(plain.split('.').map(Number), 12)
    return bytes
  }
  const [head = '', tail] = plain.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const right = groups(tail ?? '')
  for (const [at, list] of [
    [0, groups(head)],
    [8 - right.length, right],
  ] as const) {
    for (const [index, group] of list.entries()) {
      const value = parseInt(group, 16)
      bytes[(at + index) * 2] = value >> 8
      bytes[(at + index) * 2 + 1] = value & 0xff
    }
  }
  return bytes
}

/** The address of 16 bytes as text: IPv4 with dots where it is one, IPv6 as RFC 5952 has it. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff)
    return bytes.subarray(12, 16).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[i * 2]! << 8) | bytes[i * 2 + 1]!).toString(16))
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address
}

/** Whether an address is within one of these addresses and prefixes; every one is where there are none. */
export function allowedBy(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => true
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}
