import type { Socket } from 'node:net'
import type { CertificateSource } from '../core/decoy.ts'
import type { Session } from '../core/session.ts'

/**
 * Ends TLS on `socket`: reads the ClientHello (its JA4 becomes a `client.fingerprint` event), asks `certificates` for
 * the name it wants, and makes the clear text `session.socket`. False where no handshake came of it.
 */
export async function startTls(
  _session: Session,
  _socket: Socket,
  _certificates: CertificateSource,
): Promise<boolean> {
  throw new Error('written next')
}
