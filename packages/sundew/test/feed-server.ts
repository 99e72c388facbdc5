import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'

/** How one address is answered. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void

/** A publisher's web server on loopback: serves lists, and fails in the ways that such servers do. */
export class FeedServer implements AsyncDisposable {
  readonly #server: Server
  readonly #replies = new Map<string, Reply>()
  /** What was asked, in order. */
  readonly asked: { readonly path: string; readonly headers: IncomingMessage['headers'] }[] = []

  private constructor(server: Server) {
    this.#server = server
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const path = request.url ?? ''
      this.asked.push({ path, headers: request.headers })
      const reply = this.#replies.get(path) ?? this.#replies.get(path.replace(/\?.*$/, ''))
      // A proxy is asked for whole addresses.
      ;(reply ?? this.#replies.get('*') ?? answered(404, 'no such list\n'))(request, response)
    })
  }

  static async start(server: Server = createServer()): Promise<FeedServer> {
    const started = new FeedServer(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return started
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get server(): Server {
    return this.#server
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  /** Answers a path, with or without its query, so from now on; `*` is every other. */
  on(path: string, reply: Reply | string | Uint8Array): void {
    this.#replies.set(path, typeof reply === 'function' ? reply : whole(reply))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync }

/** The body with ETag and Last-Modified; 304 to who has it already. */
export function whole(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Reply {
  const bytes = Buffer.from(body)
  const etag = `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`
  const modified = 'Wed, 25 Nov 2026 12:00:00 GMT'
  return (request, response) => {
    const same =
      request.headers['if-none-match'] === etag ||
      (request.headers['if-none-match'] === undefined && request.headers['if-modified-since'] === modified)
    const told = { etag, 'last-modified': modified, ...headers }
    if (same) response.writeHead(304, told).end()
    else response.writeHead(200, { ...told, 'content-length': bytes.length }).end(bytes)
  }
}

export function packed(body: string | Uint8Array, coding: keyof typeof packers): Reply {
  return whole(packers[coding](body), { 'content-encoding': coding })
}

/** Says that the body is longer than what it sends, and breaks off. */
export function truncated(body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Reply {
  const bytes = Buffer.from(body)
  return (_, response) => {
    response.writeHead(200, { ...headers, 'content-length': bytes.length * 2 + 1 })
    response.write(bytes, () => response.destroy())
  }
}

/** Sends half of a packed body, and tells a length that fits: only the packing shows that the rest is missing. */
export function halfPacked(body: string | Uint8Array, coding: keyof typeof packers): Reply {
  const bytes = packers[coding](body)
  return whole(bytes.subarray(0, Math.floor(bytes.length / 2)), { 'content-encoding': coding })
}

/** Sends a part in chunks (RFC 9112 §7.1), and breaks off without the last. */
export function chunksCut(body: string | Uint8Array): Reply {
  return (_, response) => {
    response.writeHead(200)
    response.write(body, () => response.destroy())
  }
}

export function answered(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Reply {
  return (_, response) => response.writeHead(status, headers).end(body)
}

export function moved(location: string, status = 302): Reply {
  return answered(status, '', { location })
}

/** What a gateway shows in place of the list, and calls a success. */
export function errorPage(): Reply {
  return whole(
    '<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head>\n<body><h1>Service 127.0.0.2</h1></body></html>\n',
    { 'content-type': 'text/html; charset=utf-8' },
  )
}

/** A byte every so often, milliseconds, without end. */
export function drip(everyMs: number): Reply {
  return (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('1'), everyMs)
    response.on('close', () => clearInterval(timer))
  }
}

/** Takes the connection and says nothing. */
export function silent(): Reply {
  return () => {}
}

/** The same again and again, as fast as it is taken. */
export function endless(piece: string): Reply {
  const bytes = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
  return (_, response) => {
    response.writeHead(200)
    const more = () => {
      while (!response.destroyed && response.write(bytes));
    }
    response.on('drain', more)
    more()
  }
}

/** One reply after the other; the last goes on. */
export function inTurn(...replies: readonly Reply[]): Reply {
  let at = 0
  return (request, response) => replies[Math.min(at++, replies.length - 1)]!(request, response)
}

/** The reply for who has the key in this header; 403 for others. */
export function withKey(header: string, key: string, reply: Reply): Reply {
  return (request, response) => {
    if (request.headers[header.toLowerCase()] === key) reply(request, response)
    else answered(403, 'Unknown key')(request, response)
  }
}
