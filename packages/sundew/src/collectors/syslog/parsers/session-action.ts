import { firewallKinds } from '../../../wire/firewall/layout.ts'
import { Names } from './names.ts'
import { actionOf } from './scan-action.ts'

const blocking = ['reset', 'reset-both', 'reset-client', 'reset-server', 'prevent', 'prevented', 'terminate']
/** How a session began or ended that was let through. */
const allowing = [
  'built',
  'trust',
  'fastpath',
  'start',
  'close',
  'closed',
  'timeout',
  'client-rst',
  'server-rst',
  'ip-conn',
  'dns',
  'encrypt',
  'decrypt',
]
const words = new Names([...blocking, ...allowing])

/** What a firewall did by its own word for it, as a field of the line: `firewallKinds`. */
export function sessionAction(line: Uint8Array, from: number, to: number): number {
  const kind = actionOf(line, from, to)
  if (kind !== firewallKinds.other) return kind
  const word = words.find(line, from, to)
  if (word < 0) return firewallKinds.other
  return word < blocking.length ? firewallKinds.block : firewallKinds.allow
}
