import { readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'

/** PEM files of a listener. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
  /** Who connects must show a certificate of this authority. */
  readonly ca?: string | undefined
}

/**
 * Reads them.
 *
 * @param setting the one that names them: `collectors.flow.tls`
 * @throws Error where there are none, or a file cannot be read
 */
export async function tlsOptionsOf(tls: TlsFiles | undefined, setting: string): Promise<TlsOptions> {
  if (!tls) throw new Error(`${setting} names no certificate and key`)
  const [cert, key, ca] = await Promise.all([
    readFile(tls.certificate),
    readFile(tls.key),
    tls.ca === undefined ? undefined : readFile(tls.ca),
  ])
  return { cert, key, ...(ca && { ca, requestCert: true, rejectUnauthorized: true }) }
}
