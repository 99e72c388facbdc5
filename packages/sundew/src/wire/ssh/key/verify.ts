import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { WireReader } from '../message/wire-reader.ts'
import { WireWriter } from '../message/wire-writer.ts'

/**
 * Whether `signature`, as it goes over the wire, is one of `data` under `algorithm` by the key in `blob`. False too for what is none: kinds
 * of keys that are not known here (certificates, hardware tokens), and other algorithms than the one that was named.
 */
export function verifies(
  algorithm: string,
  blob: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const reader = new WireReader(signature)
  const name = reader.name()
  const raw = reader.string()
  if (reader.finish(0).state !== 'read' || name !== algorithm) return false
  const key = new WireReader(blob)
  try {
    switch (key.name()) {
      case 'ssh-ed25519':
        return (
          name === 'ssh-ed25519' &&
          verify(null, data, jwk('OKP', { crv: 'Ed25519', x: url(key.string()) }), raw)
        )
      case 'ssh-rsa': {
        const e = url(key.mpint())
        const n = url(key.mpint())
        const hash = rsaHashes[name]
        return hash !== undefined && verify(hash, data, jwk('RSA', { e, n }), raw)
      }
      case name:
        return curves[name] !== undefined && verifiesEcdsa(curves[name], key, data, raw)
      default:
        return false
    }
  } catch {
    // OpenSSL throws for points on no curve.
    return false
  }
}

const rsaHashes: Readonly<Record<string, string>> = {
  'rsa-sha2-512': 'sha512',
  'rsa-sha2-256': 'sha256',
  'ssh-rsa': 'sha1',
}

interface Curve {
  readonly crv: string
  readonly hash: string
  readonly bytes: number
}

const curves: Readonly<Record<string, Curve>> = {
  'ecdsa-sha2-nistp256': { crv: 'P-256', hash: 'sha256', bytes: 32 },
  'ecdsa-sha2-nistp384': { crv: 'P-384', hash: 'sha384', bytes: 48 },
  'ecdsa-sha2-nistp521': { crv: 'P-521', hash: 'sha512', bytes: 66 },
}

/** RFC 5656 §3.1. */
function verifiesEcdsa(
  { crv, hash, bytes }: Curve,
  key: WireReader,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  key.string()
  const point = key.string()
  if (point[0] !== 4 || point.length !== 1 + 2 * bytes) return false
  const pair = new WireReader(signature)
  const numbers = [pair.mpint(), pair.mpint()]
  if (pair.finish(0).state !== 'read' || numbers.some(({ length }) => length > bytes)) return false
  const x = url(point.subarray(1, 1 + bytes))
  const y = url(point.subarray(1 + bytes))
  const padded = numbers.map((number) => Buffer.concat([Buffer.alloc(bytes - number.length), number]))
  return verify(
    hash,
    data,
    { key: jwk('EC', { crv, x, y }), dsaEncoding: 'ieee-p1363' },
    Buffer.concat(padded),
  )
}

function jwk(kty: string, fields: Readonly<Record<string, string>>): KeyObject {
  return createPublicKey({ key: { kty, ...fields }, format: 'jwk' })
}

function url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** What a client signs for a login (RFC 4252 §7): the session's identifier, and the request up to the signature. */
export function signedLogin(sessionId: Uint8Array, request: Uint8Array): Uint8Array {
  return new WireWriter().string(sessionId).raw(request).bytes()
}
