const usualPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * Whether a redirect from one address may be followed to another: to the same host on the same port or its usual ones, and
 * to hosts that the owner names (`host`, then on the usual ports, or `host:port`). Never from https to http, never with a
 * name and a password in the address.
 */
export function mayFollow(from: URL, to: URL, named: readonly string[] = []): boolean {
  const usual = usualPorts[to.protocol]
  if (usual === undefined || (from.protocol === 'https:' && to.protocol === 'http:')) return false
  if (to.username !== '' || to.password !== '') return false
  const port = portOf(to)
  if (to.hostname === from.hostname && (port === usual || port === portOf(from))) return true
  return named.some((name) => {
    const [host, itsPort = usual] = split(name.toLowerCase())
    return host === to.hostname && itsPort === port
  })
}

function portOf(url: URL): string {
  return url.port === '' ? (usualPorts[url.protocol] ?? '') : url.port
}

/** `host:port`, also of an IPv6 address in brackets. */
function split(name: string): [string, string?] {
  const [, host = name, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(name) ?? []
  return port === undefined ? [host] : [host, port]
}
