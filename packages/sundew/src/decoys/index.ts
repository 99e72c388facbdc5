import type { Decoy } from '../core/decoy.ts'
import { http } from './http/http.ts'
import { smtp } from './smtp/smtp.ts'
import { ssh } from './ssh/ssh.ts'
import { telnet } from './telnet/telnet.ts'

/** Every decoy there is. A new one is a folder here, a line below, and a test that calls the conformance suite. */
export const decoys: readonly Decoy<never>[] = [listed(smtp), listed(http), listed(ssh), listed(telnet)]

/** What `start` takes is only what the decoy's own `config` gave, so the list need not know its type. */
function listed<C>(decoy: Decoy<C>): Decoy<never> {
  return decoy as unknown as Decoy<never>
}
