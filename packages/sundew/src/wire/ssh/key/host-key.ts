import { sign, type KeyObject } from 'node:crypto'
import { WireWriter } from '../message/wire-writer.ts'

/** A host's key: what the client is shown, and what proves that the server has it. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256` or `ssh-rsa`: as it stands in the blob. */
  readonly type: string
  /** The public key as it goes over the wire (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4). */
  readonly blob: Uint8Array
  /** The names under which KEXINIT can offer it. */
  readonly algorithms: readonly string[]
  /** The signature of `data` as it goes over the wire. @throws RangeError where `algorithm` isn't one of `algorithms` */
  sign(algorithm: string, data: Uint8Array): Uint8Array
}

/**
 * The host key of a private key: Ed25519, ECDSA on P-256, or RSA.
 * @throws TypeError where it is of another kind
 */
export function hostKeyFrom(key: KeyObject): HostKey {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' })
  if (kty === 'OKP' && crv === 'Ed25519' && x)
    return hostKey('ssh-ed25519', [fromUrl(x)], ['ssh-ed25519'], (_, data) => sign(null, data, key))
  if (kty === 'EC' && crv === 'P-256' && x && y) {
    const type = 'ecdsa-sha2-nistp256'
    const point = Buffer.concat([Uint8Array.of(4), fromUrl(x), fromUrl(y)])
    return hostKey(type, [Buffer.from('nistp256'), point], [type], (_, data) => {
      const pair = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
      return new WireWriter().mpint(pair.subarray(0, 32)).mpint(pair.subarray(32)).bytes()
    })
  }
  if (kty === 'RSA' && n && e)
    return hostKey(
      'ssh-rsa',
      [unsigned(fromUrl(e)), unsigned(fromUrl(n))],
      Object.keys(rsaHashes),
      (algorithm, data) => sign(rsaHashes[algorithm], data, key),
    )
  throw new TypeError(`a host key is Ed25519, ECDSA on P-256 or RSA, not ${crv ?? kty}`)
}

/** RFC 8332 §3; `ssh-rsa` is with SHA-1 (RFC 4253 §6.6), for clients and servers of old. */
const rsaHashes: Readonly<Record<string, string>> = {
  'rsa-sha2-512': 'sha512',
  'rsa-sha2-256': 'sha256',
  'ssh-rsa': 'sha1',
}

function hostKey(
  type: string,
  fields: readonly Uint8Array[],
  algorithms: readonly string[],
  signRaw: (algorithm: string, data: Uint8Array) => Uint8Array,
): HostKey {
  const blob = new WireWriter().string(type)
  for (const field of fields) blob.string(field)
  return {
    type,
    blob: blob.bytes(),
    algorithms,
    sign(algorithm, data) {
      if (!algorithms.includes(algorithm))
        throw new RangeError(`a ${type} key signs as ${algorithms.join(' or ')}, not as ${algorithm}`)
      return new WireWriter().string(algorithm).string(signRaw(algorithm, data)).bytes()
    },
  }
}

/** An mpint's content. */
function unsigned(value: Uint8Array): Uint8Array {
  return new WireWriter().mpint(value).bytes().subarray(4)
}

function fromUrl(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
