import type { Session } from '../core/session.ts'
import { byteString, type ByteString } from '../event/bytes.ts'
import type { Happening } from '../machine/happening.ts'

/** Bytes of a command, a URL or a name that are kept. */
const keptBytes = 64 * 1024

/** Records what somebody who was let in did on the machine. */
export function recordHappening(session: Session, happening: Happening, via: string): void {
  switch (happening.type) {
    case 'command':
      session.note('command.run', { command: kept(happening.command), via })
      break
    case 'secret':
      session.note('login.attempt', {
        user_name: kept(happening.user),
        password: kept(happening.password),
        mechanism: happening.program,
        accepted: true,
      })
      break
    case 'limit':
      session.note('limit.reached', { limit: happening.limit, value: happening.value })
      break
    case 'download':
    case 'connect':
    case 'file':
      break
  }
}

function kept(text: string): ByteString {
  return byteString(Buffer.from(text.slice(0, keptBytes), 'latin1'))
}
