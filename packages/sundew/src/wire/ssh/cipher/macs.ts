import { createHmac } from 'node:crypto'
import { Umac } from './umac.ts'

/** One direction's message authentication: a tag of a packet's number and bytes. */
export interface Mac {
  readonly tagBytes: number
  tag(sequence: number, bytes: Uint8Array): Uint8Array
}

export interface MacKind {
  readonly keyBytes: number
  /** The tag is over what is enciphered (`-etm@openssh.com`). */
  readonly encryptThenMac: boolean
  create(key: Uint8Array): Mac
}

const bare: Record<string, Omit<MacKind, 'encryptThenMac'>> = {
  'umac-64': { keyBytes: 16, create: (key) => new Umac(key, 8) },
  'umac-128': { keyBytes: 16, create: (key) => new Umac(key, 16) },
  'hmac-sha1': hmac('sha1', 20),
  'hmac-sha2-256': hmac('sha256', 32),
  'hmac-sha2-512': hmac('sha512', 64),
}

/** The MACs that are here, by their names in KEXINIT. */
export const macs: ReadonlyMap<string, MacKind> = new Map(
  Object.entries(bare).flatMap(([name, kind]): [string, MacKind][] => [
    [name.startsWith('umac') ? `${name}@openssh.com` : name, { ...kind, encryptThenMac: false }],
    [`${name}-etm@openssh.com`, { ...kind, encryptThenMac: true }],
  ]),
)

/** RFC 4253 §6.4, RFC 6668: the key is as long as the tag. */
function hmac(hash: string, bytes: number): Omit<MacKind, 'encryptThenMac'> {
  return {
    keyBytes: bytes,
    create: (key) => ({
      tagBytes: bytes,
      tag(sequence, packet) {
        const number = Buffer.allocUnsafe(4)
        number.writeUInt32BE(sequence)
        return createHmac(hash, key).update(number).update(packet).digest()
      },
    }),
  }
}
