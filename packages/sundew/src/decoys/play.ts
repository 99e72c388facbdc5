import type { DecoyService } from '../core/decoy.ts'
import type { Session } from '../core/session.ts'
import { startTls, type Ending } from './tls.ts'

/** Lets a decoy play its part on a connection, after TLS where its port begins with that. Rejects where we are at fault. */
export async function play(session: Session, socket: Ending, service: DecoyService): Promise<void> {
  if (session.port.tls) {
    if (!service.tls || !(await startTls(session, socket, service.tls))) {
      session.closeReason ??= 'persona'
      socket.destroySoon()
      return
    }
  }
  await service.serve(session)
}
