import type { Call } from '../common/contracts.ts'
import { verdict, type Verdict } from './verdict.ts'

/** Tries to connect, in the time it would take, and says that it was asked for. Never anything but a failure, or a silent peer. */
export async function connecting(
  call: Call,
  host: string,
  port: number,
  tool: string,
  timeoutMs: number,
  bytes: Uint8Array = new Uint8Array(0),
): Promise<Verdict> {
  call.happened({ type: 'connect', host, port, tool, bytes })
  const how = verdict(call.machine, host, port)
  if (how.type === 'name') await call.sleep(Math.min(timeoutMs, 10_000))
  else if (how.type === 'timeout') await call.sleep(timeoutMs)
  else await call.sleep(5 + call.machine.chance(`distance:${how.address}`) * 180)
  // A peer that took the connection would have to be played: it resets it instead.
  return how
}

const services: Record<string, number> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  tftp: 69,
  http: 80,
  pop3: 110,
  imap: 143,
  https: 443,
}

/** A port by number or name; undefined where it is none. */
export function portOf(text: string): number | undefined {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text)
  return services[text]
}
