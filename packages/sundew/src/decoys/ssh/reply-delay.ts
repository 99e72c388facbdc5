import { createHash } from 'node:crypto'
import type { HostKey } from '../../wire/ssh/key/host-key.ts'

/**
 * When sshd answers a login: after 5 ms and up to 4.3 more that depend on the name and a secret of the host, or that times two, four, eight …
 * where the work took longer (auth2.c's ensure_minimum_time_since). So one name waits for the same time again and again, whether it exists or not.
 */
export class ReplyDelay {
  readonly #secret: Uint8Array

  /** The secret is the host keys', as sshd's is: it outlives restarts. */
  constructor(hostKeys: readonly HostKey[]) {
    // Signatures of these kinds are the same each time.
    const key = hostKeys.find(({ type }) => type === 'ssh-ed25519' || type === 'ssh-rsa')
    this.#secret = key ? key.sign(key.algorithms[0]!, Buffer.from('reply delay')) : new Uint8Array()
  }

  /** Milliseconds from a request to its answer, where the work takes `workMs`. */
  of(user: string, workMs: number): number {
    const hash = createHash('sha512').update(this.#secret).update(user, 'latin1').digest()
    let delay = 5 + hash.readUInt32LE() / 1e9
    while (delay < workMs) delay *= 2
    return delay
  }
}

/** How long PAM waits after a failure where it was asked for `ms` (pam_fail_delay): half of it more or less at most, near it as a rule. */
export function pamFailDelay(ms: number, random: () => number = Math.random): number {
  return ms * (0.5 + (random() + random() + random()) / 3)
}
