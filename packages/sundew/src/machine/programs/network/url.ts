/** A URL as these programs take it apart: nothing is normalised that they would send as it is. */
export interface ParsedUrl {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly givenPort: boolean
  readonly path: string
  readonly user: string
  readonly text: string
}

const ports: Record<string, number> = {
  http: 80,
  https: 443,
  ftp: 21,
  ftps: 990,
  tftp: 69,
  sftp: 22,
  scp: 22,
  telnet: 23,
  gopher: 70,
  ldap: 389,
  dict: 2628,
  smb: 445,
  smtp: 25,
  pop3: 110,
  imap: 143,
  mqtt: 1883,
  rtsp: 554,
}

/** Undefined where it is none. `http://` is added where there is no scheme. */
export function parseUrl(text: string): ParsedUrl | undefined {
  const match =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^/?#]*)@)?(\[[0-9A-Fa-f:.]*\]|[^/?#:]*)(?::(\d*))?([/?#].*)?$/s.exec(
      text,
    )
  if (match === null) return undefined
  const scheme = (match[1] ?? 'http').toLowerCase()
  const host = match[3]!
  const given = match[4] !== undefined && match[4] !== ''
  const port = given ? Number(match[4]) : (ports[scheme] ?? 0)
  if (port > 65535) return undefined
  let path = match[5] ?? '/'
  if (!path.startsWith('/')) path = `/${path}`
  return {
    scheme,
    host: host.toLowerCase(),
    port,
    givenPort: given && port !== ports[scheme],
    path,
    user: match[2] ?? '',
    text: `${scheme}://${match[2] === undefined ? '' : `${match[2]}@`}${host.toLowerCase()}${given && port !== ports[scheme] ? `:${port}` : ''}${path}`,
  }
}
