import { isIP } from 'node:net'
import type { Destination, Trust } from '../core/egress.ts'

/** What node:tls is told of the other end: its name, and who vouches for it. */
export function tlsOptions({ host }: Destination, { ca, serverName, certificate, key }: Trust = {}) {
  const name = serverName ?? host
  return {
    // A name for SNI must be no address (RFC 6066 §3); the certificate is held against it all the same.
    ...(isIP(name) === 0 ? { servername: name } : { host: name }),
    minVersion: 'TLSv1.2' as const,
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
  }
}
