import { createPrivateKey, createPublicKey, diffieHellman, getDiffieHellman, randomBytes } from 'node:crypto'

/** A group for Diffie-Hellman: a prime and a generator, big-endian, without zeros before them. */
export interface DhGroup {
  readonly prime: Uint8Array
  readonly generator: Uint8Array
}

/** The server's part: `share` is generator^x, `secret` the client's share to the x. */
export interface DhAnswer {
  readonly share: Uint8Array
  readonly secret: Uint8Array
}

/** The groups of RFC 3526 by their numbers. */
export const fixedGroups = { 14: fixed('modp14'), 16: fixed('modp16'), 18: fixed('modp18') } as const

/** Bits of the exponent (OpenSSH's `dh_gen_key`: twice what the ciphers need, which is never more than 256). */
const exponentBytes = 64

/**
 * Answers a client's share in `group`; undefined where it is none that sshd takes: 1 or less, p - 1 or more, or with fewer than
 * four bits set.
 */
export function answerDh(group: DhGroup, clientShare: Uint8Array): DhAnswer | undefined {
  if (!isShare(clientShare, group.prime)) return undefined
  // Node's DiffieHellman tests a prime that OpenSSL does not know: 0.2 s for 2048 bits, 20 s for 8192. Keys as DER are taken as they are.
  const algorithm = sequence(dhOid, sequence(integer(group.prime), integer(group.generator)))
  const exponent = randomBytes(Math.min(exponentBytes, group.prime.length - 1))
  exponent[0]! |= 0x40
  const privateKey = createPrivateKey({
    key: sequence(integer(Uint8Array.of(0)), algorithm, tagged(0x04, integer(exponent))),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey({
    key: sequence(algorithm, tagged(0x03, Buffer.concat([Uint8Array.of(0), integer(clientShare)]))),
    format: 'der',
    type: 'spki',
  })
  const own = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { share: lastInteger(own), secret: diffieHellman({ privateKey, publicKey }) }
}

function fixed(name: 'modp14' | 'modp16' | 'modp18'): DhGroup {
  return { prime: getDiffieHellman(name).getPrime(), generator: Uint8Array.of(2) }
}

function isShare(share: Uint8Array, prime: Uint8Array): boolean {
  const value = numberOf(share)
  if (value <= 1n || value >= numberOf(prime) - 1n) return false
  let bits = 0
  for (const byte of share) for (let rest = byte; rest > 0; rest &= rest - 1) bits++
  return bits >= 4
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}

const dhOid = tagged(0x06, Buffer.from('2a864886f70d010301', 'hex'))

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function integer(value: Uint8Array): Buffer {
  return tagged(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), value]) : value)
}

/** A DER element, of up to 64 KiB. */
function tagged(tag: number, content: Uint8Array): Buffer {
  const { length } = content
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.from(head), content])
}

/** The INTEGER in the BIT STRING at the end of a public key. */
function lastInteger(spki: Buffer): Uint8Array {
  let at = contentOf(spki, 0)
  at = endOf(spki, at)
  at = contentOf(spki, at) + 1
  const bytes = spki.subarray(contentOf(spki, at))
  return bytes[0] === 0 ? bytes.subarray(1) : bytes
}

function contentOf(der: Buffer, at: number): number {
  const length = der[at + 1]!
  return at + 2 + (length < 0x80 ? 0 : length & 0x7f)
}

function endOf(der: Buffer, at: number): number {
  const content = contentOf(der, at)
  const lengthBytes = content - at - 2
  return content + (lengthBytes === 0 ? der[at + 1]! : der.readUIntBE(at + 2, lengthBytes))
}
