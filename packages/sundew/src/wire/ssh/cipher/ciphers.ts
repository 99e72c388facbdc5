import { AesGcm } from './aes-gcm.ts'
import { CtrAndMac, CtrThenMac } from './aes-ctr.ts'
import { ChachaPoly } from './chacha20-poly1305.ts'
import { macs } from './macs.ts'
import type { Opener, Sealer } from './protection.ts'

/** A cipher: how much it needs of the derived keys, and what it then does. */
export interface CipherKind {
  readonly keyBytes: number
  readonly ivBytes: number
  readonly blockBytes: number
  /** It makes tags itself: whatever MAC was agreed on is not used (RFC 5647 §5.1, as OpenSSH reads it). */
  readonly authenticates: boolean
}

/** The keys of one direction, each as many bytes as its kind says. */
export interface DirectionKeys {
  readonly key: Uint8Array
  readonly iv: Uint8Array
  readonly macKey: Uint8Array
}

/** The ciphers that are here, by their names in KEXINIT. */
export const ciphers: ReadonlyMap<string, CipherKind> = new Map([
  ['chacha20-poly1305@openssh.com', kind(64, 0, 8, true)],
  ['aes128-ctr', kind(16, 16, 16, false)],
  ['aes192-ctr', kind(24, 16, 16, false)],
  ['aes256-ctr', kind(32, 16, 16, false)],
  ['aes128-gcm@openssh.com', kind(16, 12, 16, true)],
  ['aes256-gcm@openssh.com', kind(32, 12, 16, true)],
])

/**
 * What protects one direction from NEWKEYS on.
 * @throws RangeError where a name is in neither table: negotiation lets only these through
 */
export function protection(cipher: string, mac: string, keys: DirectionKeys): Sealer & Opener {
  const { authenticates } = found(ciphers, cipher)
  if (cipher === 'chacha20-poly1305@openssh.com') return new ChachaPoly(keys.key)
  if (authenticates) return new AesGcm(keys.key, keys.iv)
  const macKind = found(macs, mac)
  const tagger = macKind.create(keys.macKey)
  return macKind.encryptThenMac
    ? new CtrThenMac(keys.key, keys.iv, tagger)
    : new CtrAndMac(keys.key, keys.iv, tagger)
}

function kind(keyBytes: number, ivBytes: number, blockBytes: number, authenticates: boolean): CipherKind {
  return { keyBytes, ivBytes, blockBytes, authenticates }
}

function found<K>(table: ReadonlyMap<string, K>, name: string): K {
  const entry = table.get(name)
  if (!entry) throw new RangeError(`no ${name} here; there are: ${[...table.keys()].join(', ')}`)
  return entry
}
