import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import { authenticate, type Passwords, type User } from './access.ts'
import { ClickHouseException, exceptionOf } from './exception.ts'
import { execute, kill, type ExecuteContext } from './execute.ts'
import { Gate, type GateLimits } from './gate.ts'
import { readHead, readStatement } from './request.ts'
import { sendAnswer, sendException } from './respond.ts'

/** Limits of the HTTP server itself. */
export const serverLimits = {
  connections: 256,
  /** Bytes of request line and headers: statements come in the URL. */
  headerBytes: 1024 * 1024,
  /** Milliseconds for a whole request to arrive. */
  requestMs: 300_000,
  headersMs: 30_000,
  /** Milliseconds a connection may be idle between requests. */
  keepAliveMs: 10_000,
  /** Milliseconds that the rest of a refused request may take. */
  unreadMs: 10_000,
  /** KILL QUERY is repeated this often, since a query may be about to start when it is first asked for. */
  killAttempts: 5,
} as const

export interface FrontOptions extends ExecuteContext {
  readonly passwords: Passwords
  readonly gate: GateLimits
}

/** ClickHouse's HTTP interface in front of the engine. Not listening yet. */
export function createFront(options: FrontOptions): { server: Server; idle: () => Promise<void> } {
  const gate = new Gate(options.gate)
  const inFlight = new Set<Promise<void>>()
  const server = createServer(
    {
      maxHeaderSize: serverLimits.headerBytes,
      requestTimeout: serverLimits.requestMs,
      headersTimeout: serverLimits.headersMs,
      keepAliveTimeout: serverLimits.keepAliveMs,
    },
    (request, response) => {
      const work = handle(request, response, options, gate).finally(() => inFlight.delete(work))
      inFlight.add(work)
    },
  )
  server.maxConnections = serverLimits.connections
  const idle = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.allSettled(inFlight)
  }
  return { server, idle }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontOptions,
  gate: Gate,
): Promise<void> {
  response.setHeader('X-ClickHouse-Server-Display-Name', hostname())
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  response.on('error', () => response.destroy())
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('The client has gone.')))
  try {
    const url = new URL(request.url ?? '/', 'http://store.invalid')
    if (isHealthCheck(request, url)) {
      response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
      response.end('Ok.\n')
      return
    }
    await answer(request, response, url, options, gate, gone.signal)
  } catch (error) {
    sendException(response, exceptionOf(error))
    if (!request.complete) throwAwayRest(request)
  }
}

function isHealthCheck(request: IncomingMessage, url: URL): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false
  if (url.pathname === '/ping' || url.pathname === '/replicas_status') return true
  return url.pathname === '/' && !url.searchParams.has('query')
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: FrontOptions,
  gate: Gate,
  gone: AbortSignal,
): Promise<void> {
  const startedNs = process.hrtime.bigint()
  if (url.pathname !== '/' && url.pathname !== '/query') {
    response.statusCode = 404
    response.end(`There is no handle ${url.pathname.slice(0, 100)}\n`)
    return
  }
  if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') {
    throw new ClickHouseException(
      48,
      'NOT_IMPLEMENTED',
      `Method ${request.method ?? ''} is not supported; use GET or POST.`,
    )
  }
  const user = whoIs(request, url, options.passwords, response)
  const head = readHead(url, request.headers)
  response.setHeader('X-ClickHouse-Query-Id', head.queryId)
  const statement = await readStatement(request, head)
  if (request.method !== 'POST') head.settings.set('readonly', '1')
  const leave = await gate.enter(user === 'reader', gone)
  const ended = new AbortController()
  let killing: Promise<void> | undefined
  const killer = (): void => void (killing = killUntil(options, head.queryId, ended.signal))
  const reads = statement.kind === 'plain'
  if (reads) gone.addEventListener('abort', killer, { once: true })
  try {
    await execute(options, user, head, statement, async (result) => {
      await sendAnswer(response, result, {
        compress: head.compress,
        acceptEncoding: String(request.headers['accept-encoding'] ?? ''),
        bufferWholeResult: head.bufferWholeResult,
        startedNs,
      })
    })
  } finally {
    gone.removeEventListener('abort', killer)
    ended.abort()
    leave()
    // Nothing may ask for the engine once the request is over: a store that closes then would be opened again.
    await killing
  }
}

/** Name and password from Basic, from X-ClickHouse-User and -Key, or from the URL. */
function whoIs(request: IncomingMessage, url: URL, passwords: Passwords, response: ServerResponse): User {
  const { authorization } = request.headers
  let name = url.searchParams.get('user') ?? ''
  let password = url.searchParams.get('password') ?? ''
  if (authorization !== undefined && /^basic /i.test(authorization)) {
    const pair = Buffer.from(authorization.slice(6), 'base64').toString('utf8')
    const at = pair.indexOf(':')
    name = at < 0 ? pair : pair.slice(0, at)
    password = at < 0 ? '' : pair.slice(at + 1)
  } else if (typeof request.headers['x-clickhouse-user'] === 'string') {
    name = request.headers['x-clickhouse-user']
    password = String(request.headers['x-clickhouse-key'] ?? '')
  }
  const user = authenticate(passwords, name, password)
  if (user) return user
  response.setHeader('WWW-Authenticate', 'Basic realm="Sundew store"')
  throw new ClickHouseException(
    516,
    'AUTHENTICATION_FAILED',
    `${name.slice(0, 64) || 'default'}: Authentication failed: password is incorrect, or there is no user with such name.`,
  )
}

/** The engine goes on computing for a client that has left; this stops it. */
async function killUntil(options: FrontOptions, queryId: string, ended: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= serverLimits.killAttempts && !ended.aborted; attempt++) {
    await kill(options.engine, queryId).catch(() => undefined)
    await sleep(100 * attempt, undefined, { signal: ended }).catch(() => undefined)
  }
}

/**
 * Refused before its body was read: the rest is read and thrown away, so that the client gets to see the answer (a
 * connection closed at once is reset, and the answer with it). One that goes on sending for too long is cut off.
 */
function throwAwayRest(request: IncomingMessage): void {
  request.unpipe()
  request.resume()
  setTimeout(() => {
    if (!request.complete) request.destroy()
  }, serverLimits.unreadMs).unref()
}
