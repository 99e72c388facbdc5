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

/** The way to a proxy: its address, or for `http` and `https` one each, as programs find them in their environment. */
export interface Proxy {
  /** For `http:`, sent to the proxy with the whole address (RFC 9112 §3.2.2). */
  readonly http?: string | undefined
  /** For `https:`, by CONNECT (RFC 9110 §9.3.6): the proxy sees no more than the host's name. */
  readonly https?: string | undefined
  /** Hosts that are reached without it: names, `.suffix`, addresses, `*`; separated by commas. */
  readonly except?: string | undefined
}

/** How far a download may go. */
export interface DownloadLimits {
  /** What is written, bytes after decompression; and what comes over the wire. */
  readonly bytes: number
  /** All of it, with redirects, milliseconds. */
  readonly ms: number
  /** How long nothing may come, milliseconds. */
  readonly idleMs: number
}

/** A body to be fetched into a file. */
export interface Download {
  readonly url: URL
  /** The address as messages may show it, where it holds a key. */
  readonly shown?: string | undefined
  /** Sent to the host of `url` and to none that a redirect leads to. */
  readonly headers?: Readonly<Record<string, string>>
  readonly file: string
  /** What was last told of it: asks whether it has changed since. */
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
  /** Where redirects may lead beside the host of `url`: `host` or `host:port`. */
  readonly redirectsTo?: readonly string[] | undefined
  readonly trust?: Trust
  readonly proxy?: Proxy | undefined
  readonly limits?: Partial<DownloadLimits>
  readonly signal?: AbortSignal | undefined
}

/** How a download went. */
export interface Downloaded {
  /** False where it has not changed (304): nothing was written. */
  readonly changed: boolean
  /** Written to the file. */
  readonly bytes: number
  /** The answer's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** Why a download failed. */
export type DownloadFailure =
  /** No connection, or it ended before an answer. */
  | 'unreachable'
  /** The proxy did not let us through. */
  | 'proxy'
  /** 401 or 403: the key is missing or wrong. */
  | 'key'
  /** 429: asked too often. */
  | 'busy'
  /** 5xx. */
  | 'server'
  /** Another status. */
  | 'status'
  /** A redirect to where none may lead, or too many. */
  | 'redirect'
  /** The body ended before its end. */
  | 'truncated'
  /** The body is compressed in a way that is not known, or broken. */
  | 'encoding'
  /** More than may be read. */
  | 'size'
  /** Slower than may be. */
  | 'time'
  /** What came could not be written to the file. */
  | 'disk'
  /** The caller's signal. */
  | 'aborted'

/** Datagrams to one destination. */
export interface Datagrams {
  /** Settles when the system has taken it; rejects where it has heard that nobody is there. */
  send(datagram: Uint8Array): Promise<void>
  /** Settles when the system has heard that nobody takes what was sent (ICMP). */
  readonly refused: Promise<void>
  close(): void
}

/** A datagram that wants an answer. */
export interface Question {
  readonly to: Destination
  readonly datagram: Uint8Array
  /** Whether what came is the answer; what is not is passed over. */
  readonly accepts: (answer: Uint8Array) => boolean
  /** Milliseconds. */
  readonly withinMs: number
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
  /** One datagram from a port of its own, and the answer to it. Rejects where none came in time. */
  ask(question: Question): Promise<Uint8Array>
  /** One POST over a connection of its own. Redirects are answers like others: nothing is followed. */
  post(post: Post): Promise<Answer>
  /**
   * A body into a file, whole or not at all.
   *
   * @throws DownloadError
   */
  download(download: Download): Promise<Downloaded>
}

/** A connection that the configuration does not name, or that could not be had. */
export class EgressError extends Error {
  override readonly name = 'EgressError'
}

/** A download that failed. */
export class DownloadError extends EgressError {
  readonly reason: DownloadFailure
  readonly status: number | undefined
  /** How long the server asked to be left alone, milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    reason: DownloadFailure,
    more: { status?: number | undefined; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause })
    this.reason = reason
    this.status = more.status
    this.retryAfterMs = more.retryAfterMs
  }
}

/** Where a request to the URL goes. */
export function destinationOf(url: URL): Destination {
  const transport = url.protocol === 'https:' ? 'tls' : 'tcp'
  const port = url.port === '' ? (transport === 'tls' ? 443 : 80) : Number(url.port)
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, transport }
}
