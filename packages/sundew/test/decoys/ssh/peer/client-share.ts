import {
  createDiffieHellmanGroup,
  createECDH,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto'
import { WireWriter } from '../../../../src/wire/ssh/message/wire-writer.ts'
import { decapsulate, generateKeyPair } from '../../../../src/wire/ssh/sntrup761/kem.ts'
import { ciphertextBytes } from '../../../../src/wire/ssh/sntrup761/parameters.ts'

/** A client's half of a key exchange: its share, and the secret it finds in the server's, as it is hashed. */
export interface ClientShare {
  readonly share: Uint8Array
  secret(serverShare: Uint8Array): Uint8Array
}

/** A group that the server chose. */
export interface ChosenGroup {
  readonly prime: Uint8Array
  readonly generator: Uint8Array
}

/** A new share for a method; `group` where the server chooses it. */
export function clientShare(method: string, group?: ChosenGroup): ClientShare {
  if (group) return chosen(group)
  switch (method) {
    case 'sntrup761x25519-sha512':
    case 'sntrup761x25519-sha512@openssh.com':
      return sntrup()
    case 'ecdh-sha2-nistp256':
      return ecdh('prime256v1')
    case 'ecdh-sha2-nistp384':
      return ecdh('secp384r1')
    case 'ecdh-sha2-nistp521':
      return ecdh('secp521r1')
    case 'diffie-hellman-group14-sha256':
    case 'diffie-hellman-group14-sha1':
      return fixed('modp14')
    case 'diffie-hellman-group16-sha512':
      return fixed('modp16')
    case 'diffie-hellman-group18-sha512':
      return fixed('modp18')
    default: {
      const curve = x25519()
      return { share: curve.share, secret: (share) => mpint(curve.secret(share)) }
    }
  }
}

function x25519(): ClientShare {
  const own = generateKeyPairSync('x25519')
  const spki = own.publicKey.export({ format: 'der', type: 'spki' })
  return {
    share: spki.subarray(12),
    secret: (share) =>
      diffieHellman({
        privateKey: own.privateKey,
        publicKey: createPublicKey({
          key: Buffer.concat([spki.subarray(0, 12), share]),
          format: 'der',
          type: 'spki',
        }),
      }),
  }
}

function ecdh(curve: string): ClientShare {
  const own = createECDH(curve)
  return { share: own.generateKeys(), secret: (share) => mpint(own.computeSecret(share)) }
}

function fixed(name: string): ClientShare {
  const own = createDiffieHellmanGroup(name)
  return { share: own.generateKeys(), secret: (share) => mpint(own.computeSecret(share)) }
}

function sntrup(): ClientShare {
  const own = generateKeyPair()
  const curve = x25519()
  return {
    share: Buffer.concat([own.publicKey, curve.share]),
    secret: (share) =>
      new WireWriter()
        .string(
          createHash('sha512')
            .update(decapsulate(share.subarray(0, ciphertextBytes), own.secretKey))
            .update(curve.secret(share.subarray(ciphertextBytes)))
            .digest(),
        )
        .bytes(),
  }
}

/** By whole numbers: OpenSSL would first test for seconds whether the prime is one. */
function chosen({ prime, generator }: ChosenGroup): ClientShare {
  const p = numberOf(prime)
  const exponent = numberOf(randomBytes(32))
  return {
    share: bytesOf(power(numberOf(generator), exponent, p)),
    secret: (share) => mpint(bytesOf(power(numberOf(share), exponent, p))),
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}

function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

function mpint(value: Uint8Array): Uint8Array {
  return new WireWriter().mpint(value).bytes()
}
