import type { Duplex } from 'node:stream'

/** A place that the configuration names, and how it is spoken to there. */
export interface Destination {
  /** A name or an address, as the configuration has it. */
  readonly host: string
  readonly port: number
  readonly transport: 'tcp' | 'tls' | 'udp'
}

/** How the other end of a TLS connection is known. */
export interface Trust {
  /** PEM of the authorities it may be of; those that Node knows where none is given. */
  readonly ca?: string | undefined
  /** The name that its certificate must have; the host's where none is given. */
  readonly serverName?: string | undefined
  /** PEM of what we show of ourselves. */
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}

export interface Post {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly trust?: Trust
}

export interface Answer {
  readonly status: number
  /** The first bytes of what it said, as text. */
  readonly text: string
}

/** Datagrams to one destination. */
export interface Datagrams {
  /** Settles when the system has taken it; rejects where it has heard that nobody is there. */
  send(datagram: Uint8Array): Promise<void>
  /** Settles when the system has heard that nobody takes what was sent (ICMP). */
  readonly refused: Promise<void>
  close(): void
}

/**
 * The only way out of Sundew, lent by the hub: it leads to destinations that the configuration names for whom it is lent, and
 * nowhere else. Every call rejects with {@link EgressError} for another, and where the connection can't be had in time.
 */
export interface Egress {
  /** A connection, encrypted and its other end known where the transport is `tls`. Whoever asked ends it. */
  connect(to: Destination, trust?: Trust): Promise<Duplex>
  /** The same connection, encrypted from here on (STARTTLS). */
  secure(stream: Duplex, to: Destination, trust?: Trust): Promise<Duplex>
  datagrams(to: Destination): Promise<Datagrams>
  /** One POST over a connection of its own. Redirects are answers like others: nothing is followed. */
  post(post: Post): Promise<Answer>
}

/** A connection that the configuration does not name, or that could not be had. */
export class EgressError extends Error {
  override readonly name = 'EgressError'
}

/** Where a POST to the URL goes. */
export function destinationOf(url: URL): Destination {
  const transport = url.protocol === 'https:' ? 'tls' : 'tcp'
  const port = url.port === '' ? (transport === 'tls' ? 443 : 80) : Number(url.port)
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, transport }
}
