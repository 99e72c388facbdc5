import { createHash } from 'node:crypto'
import { WireReader } from '../message/wire-reader.ts'

/** A public key that somebody offered (RFC 4253 §6.6). */
export interface PublicKey {
  /** The name in the blob: `ssh-ed25519`, `ssh-rsa`, a certificate's …; one character a byte, as sent. */
  readonly type: string
  /** As `ssh-keygen -l` shows it: `SHA256:` and base64 without padding. */
  readonly fingerprint: string
  /** Bits of its modulus, prime or curve; undefined for kinds that are not known here, and certificates. */
  readonly bits: number | undefined
}

/** A blob's type, fingerprint and size; undefined where the blob isn't one: its fields don't fit, or the number of bits can't be. */
export function parsePublicKey(blob: Uint8Array): PublicKey | undefined {
  const reader = new WireReader(blob)
  const type = reader.name()
  const bits = bitsOf(type, reader)
  if (reader.finish(0).state === 'malformed') return undefined
  return bits === 'none' ? undefined : { type, fingerprint: fingerprintOf(blob), bits }
}

/** The fingerprint of any bytes, as OpenSSH shows it. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** Reads the fields of the kinds that are known; what is behind others' names is left unread on purpose. */
function bitsOf(type: string, reader: WireReader): number | undefined | 'none' {
  switch (type) {
    case 'ssh-ed25519':
      return reader.string().length === 32 ? 256 : 'none'
    case 'sk-ssh-ed25519@openssh.com': {
      const key = reader.string()
      reader.string()
      return key.length === 32 ? 256 : 'none'
    }
    case 'ssh-rsa': {
      reader.mpint()
      return lengthOf(reader.mpint())
    }
    case 'ssh-dss': {
      const prime = reader.mpint()
      for (let field = 0; field < 3; field++) reader.mpint()
      return lengthOf(prime)
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const bits = curveBits[reader.name()]
      const point = reader.string()
      if (type.startsWith('sk-')) reader.string()
      if (!bits || !type.includes(`nistp${bits}`)) return 'none'
      return point[0] === 4 && point.length === 1 + 2 * Math.ceil(bits / 8) ? bits : 'none'
    }
    default:
      reader.rest()
      return undefined
  }
}

const curveBits: Readonly<Record<string, number>> = { nistp256: 256, nistp384: 384, nistp521: 521 }

function lengthOf(number: Uint8Array): number | 'none' {
  return number.length === 0 ? 'none' : number.length * 8 - Math.clz32(number[0]!) + 24
}
