import { parsePublicKey } from '../../wire/ssh/key/public-key.ts'
import { signedLogin, verifies } from '../../wire/ssh/key/verify.ts'
import { parseAuthRequest, parseKeyOffer, type KeyOffer } from '../../wire/ssh/message/user-auth.ts'

/** What somebody showed of a key. */
export interface ShownKey {
  readonly offer: KeyOffer
  /** Undefined where nothing was signed, or sshd would not have looked. */
  readonly signatureValid: boolean | undefined
}

/** RSA keys must have so many bits: sshd's RequiredRSASize. */
const minRsaBits = 1024

/**
 * A request of `publickey` or `publickey-hostbound-v00@openssh.com`, as sshd 9.2 reads it (auth2-pubkey.c): of keys that will not do it reads no
 * further. `malformed` ends the connection.
 */
export function readPublicKeyLogin(
  payload: Uint8Array,
  sessionId: Uint8Array,
  hostKeyBlob: Uint8Array,
): ShownKey | 'malformed' {
  const head = parseKeyOffer(payload)
  if (head.state === 'malformed' || head.message.algorithm.includes('\0')) return 'malformed'
  const offer = head.message
  const whole = parseAuthRequest(payload)
  const attempt =
    whole.state === 'read' && whole.message.attempt.method === 'publickey' ? whole.message.attempt : undefined
  if (attempt?.hostKey && Buffer.compare(attempt.hostKey, hostKeyBlob) !== 0) return 'malformed'
  if (!isTried(offer)) return { offer, signatureValid: undefined }
  if (!attempt) return 'malformed'
  const { signature, signed, algorithm, blob } = attempt
  return {
    offer,
    signatureValid: signature && verifies(algorithm, blob, signedLogin(sessionId, signed), signature),
  }
}

/** Whether sshd gets as far as to look for the key. */
function isTried({ algorithm, blob }: KeyOffer): boolean {
  const type = keyTypes[algorithm]
  const key = parsePublicKey(blob)
  if (type === undefined || key?.type !== type) return false
  return type !== 'ssh-rsa' || (key.bits ?? 0) >= minRsaBits
}

/** Debian 12's PubkeyAcceptedAlgorithms but for certificates, and the types of their keys. */
const keyTypes: Readonly<Record<string, string>> = {
  'ssh-ed25519': 'ssh-ed25519',
  'sk-ssh-ed25519@openssh.com': 'sk-ssh-ed25519@openssh.com',
  'ecdsa-sha2-nistp256': 'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384': 'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521': 'ecdsa-sha2-nistp521',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'sk-ecdsa-sha2-nistp256@openssh.com',
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com': 'sk-ecdsa-sha2-nistp256@openssh.com',
  'rsa-sha2-256': 'ssh-rsa',
  'rsa-sha2-512': 'ssh-rsa',
}
