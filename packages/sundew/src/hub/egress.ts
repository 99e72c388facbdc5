import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect as connectTcp, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import {
  destinationOf,
  EgressError,
  type Answer,
  type Datagrams,
  type Destination,
  type Download,
  type Egress,
  type Post,
  type Question,
  type Trust,
} from '../core/egress.ts'
import { download } from './fetch/download.ts'
import { tlsOptions } from './tls-options.ts'

/** How long a connection may take to be there, milliseconds: name, TCP and TLS. */
const connectMs = 10_000
/** How long an answer to a POST may take in all, milliseconds. */
const postMs = 15_000
/** Of an answer so much is read, bytes. */
const answerBytes = 1024
/** A connection on which nothing moves is asked whether it is still there after this long, milliseconds. */
const keepAliveMs = 30_000

/** The way to the destinations named, which are all that it leads to. */
export function egressTo(named: readonly Destination[]): Egress {
  const known = new Set(named.map(nameOf))
  const check = (to: Destination) => {
    if (!known.has(nameOf(to)))
      throw new EgressError(`${nameOf(to)} is no destination that the configuration names`)
  }
  return {
    async connect(to, trust) {
      check(to)
      const socket = connectTcp({
        host: to.host,
        port: to.port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: keepAliveMs,
      })
      await within(socket, 'connect', to)
      return to.transport === 'tls' ? encrypted(socket, to, trust) : socket
    },
    async secure(stream, to, trust) {
      check(to)
      return encrypted(stream, to, trust)
    },
    async datagrams(to) {
      check(to)
      return datagramsTo(to)
    },
    async ask(question) {
      check(question.to)
      return answerOf(question)
    },
    async post(post) {
      const to = destinationOf(post.url)
      check(to)
      return answerTo(post, to)
    },
    async download(asked: Download) {
      check(destinationOf(asked.url))
      for (const proxy of [asked.proxy?.http, asked.proxy?.https])
        if (proxy !== undefined) check(destinationOf(new URL(proxy)))
      return download(asked)
    },
  }
}

function nameOf({ host, port, transport }: Destination): string {
  return `${transport}://${isIP(host) === 6 ? `[${host}]` : host.toLowerCase()}:${port}`
}

async function encrypted(under: Duplex, to: Destination, trust?: Trust): Promise<Duplex> {
  const socket = connectTls({ socket: under, ...tlsOptions(to, trust) })
  try {
    await within(socket, 'secureConnect', to)
  } catch (error) {
    under.destroy()
    throw error
  }
  return socket
}

/** Waits for the event, {@link connectMs} at most. */
async function within(socket: Duplex, event: string, to: Destination): Promise<void> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(connectMs) })
  } catch (cause) {
    socket.on('error', () => {}).destroy()
    throw new EgressError(`${nameOf(to)} cannot be reached`, { cause })
  }
}

async function datagramsTo(to: Destination): Promise<Datagrams> {
  const socket = await socketTo(to)
  const { promise: refused, resolve } = Promise.withResolvers<void>()
  socket.on('error', () => resolve())
  return { send: (datagram) => sendOne(socket, datagram, to), refused, close: () => close(socket) }
}

async function answerOf({ to, datagram, accepts, withinMs }: Question): Promise<Uint8Array> {
  const socket = await socketTo(to)
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const fail = (cause?: unknown) => reject(new EgressError(`${nameOf(to)} did not answer`, { cause }))
  const timer = setTimeout(fail, withinMs)
  socket.on('error', fail)
  socket.on('message', (answer) => {
    if (accepts(answer)) resolve(answer)
  })
  try {
    // Both at once: it may be refused before the system says that it was taken.
    await Promise.all([sendOne(socket, datagram, to), promise])
    return await promise
  } finally {
    clearTimeout(timer)
    close(socket)
  }
}

/** Connected, so that the system tells us where nobody is there, and takes datagrams from no one else. */
async function socketTo(to: Destination): Promise<UdpSocket> {
  const { address, family } = await lookup(to.host).catch((cause: unknown) => {
    throw new EgressError(`${nameOf(to)} cannot be reached`, { cause })
  })
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  socket.connect(to.port, address)
  await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) })
  return socket
}

function sendOne(socket: UdpSocket, datagram: Uint8Array, to: Destination): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, (cause) => {
      if (cause) reject(new EgressError(`${nameOf(to)} takes no datagrams`, { cause }))
      else resolve()
    })
  })
}

function close(socket: UdpSocket): void {
  try {
    socket.close()
  } catch {
    // Closed already.
  }
}

function answerTo({ url, headers, body, trust = {} }: Post, to: Destination): Promise<Answer> {
  const bytes = Buffer.from(body)
  const options: RequestOptions & { minVersion?: 'TLSv1.2' } = {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'content-length': bytes.length, connection: 'close' },
    signal: AbortSignal.timeout(postMs),
    ...(to.transport === 'tls' && tlsOptions(to, trust)),
  }
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(new EgressError(`a POST to ${nameOf(to)} was not answered`, { cause }))
    const request: ClientRequest = (to.transport === 'tls' ? httpsRequest : httpRequest)(url, options)
    request.on('error', fail)
    request.on('response', (response) => {
      const parts: Buffer[] = []
      let length = 0
      const answered = () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).subarray(0, answerBytes).toString('utf8'),
        })
      response.on('error', fail)
      response.on('end', answered)
      response.on('data', (part: Buffer) => {
        parts.push(part)
        length += part.length
        if (length < answerBytes) return
        answered()
        request.destroy()
      })
    })
    request.end(bytes)
  })
}
