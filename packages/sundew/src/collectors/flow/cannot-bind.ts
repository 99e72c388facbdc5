import { explain } from '../../core/log.ts'

/**
 * What to tell where a port could not be bound, with its code of docs/errors.md.
 *
 * @param things what is received there, and `setting` where it is configured
 */
export function cannotBind(
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
