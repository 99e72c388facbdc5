import {
  createECDH,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { WireWriter } from '../message/wire-writer.ts'
import { encapsulate } from '../sntrup761/kem.ts'
import { ciphertextBytes, publicKeyBytes } from '../sntrup761/parameters.ts'
import { answerDh, fixedGroups, type DhGroup } from './dh.ts'

/** What a method makes of a client's share: our own, and the secret as it goes into hashes, its length field included. */
export interface Answer {
  readonly share: Uint8Array
  readonly secret: Uint8Array
}

/** A method of key exchange, the server's side. */
export interface KeyExchange {
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  /** Shares are whole numbers (RFC 4253 §8) or strings (RFC 5656 §4). */
  readonly shares: 'mpint' | 'string'
  /** The client asks for a group first, and each answer is in the one it was given (RFC 4419). */
  readonly needsGroup: boolean
  /** Undefined where the share is none of this method's. */
  answer(clientShare: Uint8Array, group?: DhGroup): Answer | undefined
}

const x25519 = strings('sha256', (share) => {
  const made = answerX25519(share)
  return made && { share: made.share, secret: mpint(made.secret) }
})
const sntrup = strings('sha512', answerSntrup)

/** The methods that are here, by their names in KEXINIT. */
export const keyExchanges: ReadonlyMap<string, KeyExchange> = new Map([
  ['sntrup761x25519-sha512', sntrup],
  ['sntrup761x25519-sha512@openssh.com', sntrup],
  ['curve25519-sha256', x25519],
  ['curve25519-sha256@libssh.org', x25519],
  ['ecdh-sha2-nistp256', ecdh('sha256', 'prime256v1')],
  ['ecdh-sha2-nistp384', ecdh('sha384', 'secp384r1')],
  ['ecdh-sha2-nistp521', ecdh('sha512', 'secp521r1')],
  ['diffie-hellman-group14-sha256', dh('sha256', fixedGroups[14])],
  ['diffie-hellman-group14-sha1', dh('sha1', fixedGroups[14])],
  ['diffie-hellman-group16-sha512', dh('sha512', fixedGroups[16])],
  ['diffie-hellman-group18-sha512', dh('sha512', fixedGroups[18])],
  ['diffie-hellman-group-exchange-sha256', dh('sha256', undefined)],
])

function strings(hash: KeyExchange['hash'], answer: (share: Uint8Array) => Answer | undefined): KeyExchange {
  return { hash, shares: 'string', needsGroup: false, answer }
}

/** RFC 5656 §4. */
function ecdh(hash: KeyExchange['hash'], curve: string): KeyExchange {
  return strings(hash, (clientShare) => {
    const own = createECDH(curve)
    const share = own.generateKeys()
    // OpenSSH takes points in their long form only.
    if (clientShare[0] !== 4 || clientShare.length !== share.length) return undefined
    const secret = attempt(() => own.computeSecret(clientShare))
    return secret && { share, secret: mpint(secret) }
  })
}

function dh(hash: KeyExchange['hash'], fixed: DhGroup | undefined): KeyExchange {
  return {
    hash,
    shares: 'mpint',
    needsGroup: fixed === undefined,
    answer(clientShare, given) {
      const group = fixed ?? given
      if (!group) throw new TypeError('group exchange: a share came before its group')
      const made = answerDh(group, clientShare)
      return made && { share: made.share, secret: mpint(made.secret) }
    },
  }
}

/** RFC 8731 §3; the secret bare. */
function answerX25519(clientShare: Uint8Array): Answer | undefined {
  if (clientShare.length !== 32) return undefined
  const own = generateKeyPairSync('x25519')
  const publicKey = createPublicKey({
    key: Buffer.concat([x25519Head, clientShare]),
    format: 'der',
    type: 'spki',
  })
  // A share of small order gives a secret of zeros, which OpenSSL refuses, as sshd does.
  const secret = attempt(() => diffieHellman({ privateKey: own.privateKey, publicKey }))
  return secret && { share: rawX25519(own.publicKey), secret }
}

/** draft-josefsson-ntruprime-ssh: both shares are the two methods' one after the other, the secret is SHA-512 of both secrets, as a string. */
function answerSntrup(clientShare: Uint8Array): Answer | undefined {
  if (clientShare.length !== publicKeyBytes + 32) return undefined
  const curve = answerX25519(clientShare.subarray(publicKeyBytes))
  if (!curve) return undefined
  const { ciphertext, sessionKey } = encapsulate(clientShare)
  const share = new Uint8Array(ciphertextBytes + 32)
  share.set(ciphertext)
  share.set(curve.share, ciphertextBytes)
  const secret = createHash('sha512').update(sessionKey).update(curve.secret).digest()
  return { share, secret: new WireWriter().string(secret).bytes() }
}

/** The head of an X25519 public key in DER (RFC 8410 §4). */
const x25519Head = Buffer.from('302a300506032b656e032100', 'hex')

function rawX25519(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' }).subarray(x25519Head.length)
}

function mpint(value: Uint8Array): Uint8Array {
  return new WireWriter().mpint(value).bytes()
}

/** OpenSSL throws for shares that are on no curve. */
function attempt(compute: () => Uint8Array): Uint8Array | undefined {
  try {
    return compute()
  } catch {
    return undefined
  }
}
