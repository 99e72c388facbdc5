import { getRequestListener } from '@hono/node-server'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { BlockList, isIPv4, isIPv6, type AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { logFor, type Log } from '../../core/log.ts'
import type { LiveBus } from '../live.ts'
import { createApp, type ApiSources } from './app.ts'
import { loadAssets } from './assets.ts'
import { Password } from './auth/password.ts'
import { Sessions } from './auth/sessions.ts'
import { Tokens } from './auth/tokens.ts'
import { LiveFeed } from './live-feed.ts'

export interface ApiOptions extends ApiSources {
  readonly address: string
  /** 0 for any. */
  readonly port: number
  /** PEM files. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined
  /** Allow an address other than loopback without TLS. */
  readonly allowPlain: boolean
  /** `console.hostnames`: further names under which the page is reached, as behind a proxy. */
  readonly hostnames?: readonly string[]
  /** Holds the password's hash and the tokens' digests; made where missing. */
  readonly stateFolder: string
  /** The built page. */
  readonly publicFolder: string
  readonly live: LiveBus
  readonly log?: Log
}

export interface Api {
  readonly url: string
  /** The password, where it was made at this start: shown once, kept nowhere. */
  readonly initialPassword: string | undefined
  /** Keeps the hash of a new password. Call it when that is about to be shown: one that nobody saw is made again. */
  keepPassword(): Promise<void>
  /** Whether the page has been built; without it only the API answers. */
  readonly pageBuilt: boolean
  close(): Promise<void>
}

/** Limits of the server under the API. */
const server = {
  connections: 256,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 15_000,
} as const

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Starts the page and the API.
 *
 * @throws Error SUNDEW_CONSOLE_PLAIN for an address other than loopback without TLS, unless that was allowed;
 *   SUNDEW_CONSOLE_TLS where certificate or key can't be used; SUNDEW_CONSOLE_PORT where it can't listen
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const {
    address,
    port,
    tls,
    allowPlain,
    stateFolder,
    publicFolder,
    live,
    store,
    storeStarted,
    status,
    openFile,
    networks,
    listed,
    intel,
    lookForScans,
    scanMembers,
    daily,
    collections,
  } = options
  const log = options.log ?? logFor('console')
  if (!tls && !allowPlain && !isLoopback(address)) throw plainRefused(address, port)
  const certificate = tls && (await readCertificate(tls))

  await mkdir(stateFolder, { recursive: true, mode: 0o700 })
  const { password, initial, keep } = await Password.open(stateFolder)
  const tokens = await Tokens.open(stateFolder)
  const assets = await loadAssets(publicFolder)
  const feed = new LiveFeed(live)
  const names = new Set(
    ['localhost', hostname(), ...(certificate?.names ?? []), ...(options.hostnames ?? [])].map((name) =>
      name.toLowerCase(),
    ),
  )
  const app = createApp({
    tls: tls !== undefined,
    names,
    password,
    sessions: new Sessions(),
    tokens,
    feed,
    assets,
    log,
    store,
    storeStarted,
    status,
    openFile,
    ...(networks ? { networks } : {}),
    ...(listed ? { listed } : {}),
    intel,
    lookForScans,
    scanMembers,
    daily,
    ...(collections ? { collections } : {}),
  })
  // The globals stay Node's own, and a body that nobody reads is not read for its sender's sake.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const handle = (...args: Parameters<typeof listener>) => void listener(...args)
  const limits = {
    maxHeaderSize: server.headerBytes,
    headersTimeout: server.headersMs,
    requestTimeout: server.requestMs,
    keepAliveTimeout: server.keepAliveMs,
  }
  const http = certificate
    ? createHttpsServer({ ...limits, cert: certificate.cert, key: certificate.key }, handle)
    : createHttpServer(limits, handle)
  http.maxConnections = server.connections

  http.listen(port, address)
  try {
    await once(http, 'listening')
  } catch (cause) {
    throw new Error(
      `SUNDEW_CONSOLE_PORT: tried to listen for the console on ${show(address)}:${port} and could not. Choose another console.port, or end the program that has it ("ss -ltnp" names it).`,
      { cause },
    )
  }
  const bound = http.address() as AddressInfo
  return {
    url: `${certificate ? 'https' : 'http'}://${show(bound.address)}:${bound.port}`,
    initialPassword: initial,
    keepPassword: keep,
    pageBuilt: assets !== undefined,
    async close() {
      feed.close()
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
    },
  }
}

function isLoopback(address: string): boolean {
  return isIPv4(address) || isIPv6(address)
    ? loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
    : address === 'localhost'
}

function plainRefused(address: string, port: number): Error {
  return new Error(
    `SUNDEW_CONSOLE_PLAIN: console.address ${address} is not loopback, and without TLS the password would cross the network in the clear. Keep 127.0.0.1 and come through SSH ("ssh -L ${port}:127.0.0.1:${port} …"), or give console.tls a certificate and key, or say console.allow_plain: true.`,
  )
}

async function readCertificate({ certFile, keyFile }: { certFile: string; keyFile: string }) {
  try {
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)])
    const names = (new X509Certificate(cert).subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
    return { cert, key, names }
  } catch (cause) {
    throw new Error(
      `SUNDEW_CONSOLE_TLS: tried to use the certificate ${certFile} and the key ${keyFile} for the console and could not. Both should be PEM files that Sundew's user may read.`,
      { cause },
    )
  }
}

function show(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}
