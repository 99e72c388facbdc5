import { createHash } from 'node:crypto'
import { ciphers, protection } from '../cipher/ciphers.ts'
import { macs } from '../cipher/macs.ts'
import type { Opener, Sealer } from '../cipher/protection.ts'
import type { Exchanged } from './exchange.ts'
import type { DirectionChoice } from './negotiate.ts'

export type Direction = 'to-server' | 'to-client'

/** RFC 4253 §7.2: the letters for a direction's initial vector, cipher key and MAC key. */
const letters = { 'to-server': ['A', 'C', 'E'], 'to-client': ['B', 'D', 'F'] } as const

/**
 * What protects one direction after an exchange. `sessionId` is the hash of the connection's first exchange.
 * @throws RangeError where a name in `choice` is not one of ours
 */
export function protectionOf(
  exchanged: Exchanged,
  sessionId: Uint8Array,
  direction: Direction,
  choice: DirectionChoice,
): Sealer & Opener {
  const [ivLetter, keyLetter, macLetter] = letters[direction]
  const cipher = ciphers.get(choice.cipher)
  return protection(choice.cipher, choice.mac, {
    iv: deriveKey(exchanged, sessionId, ivLetter, cipher?.ivBytes ?? 0),
    key: deriveKey(exchanged, sessionId, keyLetter, cipher?.keyBytes ?? 0),
    macKey: deriveKey(exchanged, sessionId, macLetter, macs.get(choice.mac)?.keyBytes ?? 0),
  })
}

/** `bytes` bytes of the key with a letter: a hash, and further hashes over what there is until it is long enough. */
export function deriveKey(
  { hashName, secret, hash }: Exchanged,
  sessionId: Uint8Array,
  letter: string,
  bytes: number,
): Uint8Array {
  let key = createHash(hashName).update(secret).update(hash).update(letter).update(sessionId).digest()
  while (key.length < bytes) {
    const further = createHash(hashName).update(secret).update(hash).update(key).digest()
    key = Buffer.concat([key, further])
  }
  return key.subarray(0, bytes)
}
