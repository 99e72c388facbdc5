import { explain } from '../core/log.ts'
import type { ListenerStatus } from '../core/status.ts'

export interface WantedPort {
  readonly port: number
  readonly transport: 'udp' | 'tcp' | 'tls'
}

export interface PortsOptions {
  readonly service: string
  /** What is received there, in words, and where the ports are configured. */
  readonly things: string
  readonly setting: string
  readonly addresses: readonly string[]
  readonly ports: readonly WantedPort[]
}

/**
 * Binds every port that can be bound, at every address; those that cannot are told as notices.
 *
 * @param bind gives the port that was bound; rejects where it cannot be
 */
export async function bindPorts(
  { service, things, setting, addresses, ports }: PortsOptions,
  bind: (address: string, port: number, transport: WantedPort['transport']) => Promise<number>,
): Promise<{ listeners: ListenerStatus[]; notices: string[] }> {
  const listeners: ListenerStatus[] = []
  const notices: string[] = []
  for (const { port, transport } of ports) {
    for (const address of addresses) {
      try {
        const bound = await bind(address, port, transport)
        listeners.push({
          service,
          address,
          port: bound,
          as: bound,
          tls: transport === 'tls',
          transport: transport === 'udp' ? 'udp' : 'tcp',
        })
      } catch (error) {
        notices.push(cannotBind(things, setting, address, port, transport, error))
      }
    }
  }
  return { listeners, notices }
}

/** What to tell where a port could not be bound, with its code of docs/errors.md. */
function cannotBind(
  things: string,
  setting: string,
  address: string,
  port: number,
  transport: string,
  error: unknown,
): string {
  const { code } = error as NodeJS.ErrnoException
  const what = `${things} could not be received on ${transport} port ${port} of ${address}`
  if (code === 'EADDRINUSE') {
    return `SUNDEW_PORT_IN_USE: ${what}: another program has it. Stop that program ("ss -lntup" names it), or change ${setting}.`
  }
  if (code === 'EACCES') {
    return `SUNDEW_PORT_FORBIDDEN: ${what}: ports below 1024 need root or CAP_NET_BIND_SERVICE. Use a high port and redirect to it in the firewall.`
  }
  return `SUNDEW_PORT_FAILED: ${what}: ${explain(error)}.`
}
