import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { CertificateSource } from '../core/decoy.ts'
import type { Session } from '../core/session.ts'
import { byteString, type ByteString } from '../event/bytes.ts'
import {
  maxHelloBytes,
  parseClientHello,
  type ClientHello,
  type HelloResult,
} from '../wire/tls/client-hello.ts'
import { ja4 } from '../wire/tls/ja4.ts'

/** What TLS is spoken over: a connection, or one within another. */
export type Ending = Duplex & { destroySoon(): void }

/** How long the ClientHello may take to come, and how long the handshake after it, milliseconds. */
const handshakeMs = 10_000
/** Bytes of what was no ClientHello that are kept. */
const detailBytes = 512

/**
 * Ends TLS on `socket`: reads the ClientHello (its JA4 becomes a `client.fingerprint` event), asks `certificates` for
 * the name it wants, and makes the clear text `session.socket`. False where no handshake came of it.
 */
export async function startTls(
  session: Session,
  socket: Duplex,
  certificates: CertificateSource,
): Promise<boolean> {
  const { bytes, result } = await readHello(socket)
  if (socket.destroyed || bytes.length === 0) return false
  if (result.state !== 'whole') {
    const reason = result.state === 'more' ? 'cut-short' : result.reason
    malformed(session, `tls.bad-hello`, `${reason}: `, bytes)
    if (reason === 'plain-text') {
      await say(socket, certificates.answerPlainText?.(bytes))
      return false
    }
    if (reason === 'cut-short' || reason === 'not-tls') return false
    // What is TLS, but not as it should be, gets OpenSSL's own alert.
  }
  const hello = result.state === 'whole' ? result.hello : undefined
  if (hello) fingerprint(session, hello)
  const context = await certificates.contextFor(hostNameOf(hello) ?? session.through?.hostname)
  if (socket.destroyed) return false
  socket.unshift(bytes)
  const alpn = certificates.alpn?.filter((name) => hello?.alpn.includes(name)) ?? []
  // Over what is no socket of the system Node's TLS runs as well.
  const secure = new TLSSocket(socket as Socket, {
    isServer: true,
    secureContext: context,
    ...(alpn.length > 0 ? { ALPNProtocols: [...alpn] } : {}),
  })
  const failure = await handshake(secure)
  if (failure !== undefined) {
    if (hello) malformed(session, 'tls.handshake-failed', failure, new Uint8Array())
    secure.destroy()
    return false
  }
  session.tls = {
    version: secure.getProtocol() ?? '',
    cipher: secure.getCipher().standardName,
    serverName: hello?.serverName as ByteString | undefined,
  }
  secure.on('error', () => {
    session.closeReason ??= 'error'
  })
  session.socket = secure
  return true
}

function malformed(session: Session, reason: string, why: string, bytes: Uint8Array): void {
  const detail = `${why}${byteString(bytes.subarray(0, detailBytes))}` as ByteString
  session.note('protocol.malformed', { reason, detail })
}

function fingerprint(session: Session, hello: ClientHello): void {
  const { serverName } = hello
  session.note('client.fingerprint', {
    method: 'ja4',
    fingerprint: ja4(hello),
    ...(serverName === undefined ? {} : { server_name: serverName as ByteString }),
    raw: byteString(hello.message),
  })
}

const hostName =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The name asked for, in lower case; undefined where it is none that a host can have. */
function hostNameOf(hello: ClientHello | undefined): string | undefined {
  const name = hello?.serverName?.toLowerCase()
  return name !== undefined && hostName.test(name) ? name : undefined
}

/** Takes bytes off the socket until they hold a ClientHello, cannot become one, or no more come in time. */
function readHello(socket: Duplex): Promise<{ bytes: Buffer; result: HelloResult }> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0)
    let result: HelloResult = { state: 'more' }
    const finish = (): void => {
      clearTimeout(timer)
      socket.off('readable', read).off('end', finish).off('close', finish)
      resolve({ bytes, result })
    }
    const read = (): void => {
      for (let chunk: Buffer | null; (chunk = socket.read() as Buffer | null) !== null;) {
        bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      }
      result = parseClientHello(
        bytes.length > maxHelloBytes * 2 ? bytes.subarray(0, maxHelloBytes * 2) : bytes,
      )
      if (result.state !== 'more') finish()
    }
    const timer = setTimeout(finish, handshakeMs)
    if (socket.destroyed || socket.readableEnded) {
      finish()
      return
    }
    socket.on('readable', read).on('end', finish).on('close', finish)
  })
}

/** Undefined once the handshake is done, else the code of what it failed with. */
function handshake(secure: TLSSocket): Promise<string | undefined> {
  return new Promise((resolve) => {
    const finish = (failure: string | undefined): void => {
      clearTimeout(timer)
      secure.off('secure', done).off('close', closed).off('end', closed).off('readable', look)
      resolve(failure)
    }
    const done = (): void => finish(undefined)
    const closed = (): void => finish('closed by the peer')
    // Half-open connections are allowed: without a read, a peer that left would be noticed by the timer alone.
    const look = (): void => {
      if (secure.readableLength === 0) secure.read()
    }
    const timer = setTimeout(() => finish('took too long'), handshakeMs)
    secure.once('secure', done).once('close', closed).once('end', closed).on('readable', look)
    secure.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message))
    // The one above is gone after the first; a second must not end the process.
    secure.on('error', () => {})
  })
}

function say(socket: Duplex, answer: Uint8Array | undefined): Promise<void> {
  if (!answer || socket.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    socket.once('close', resolve)
    socket.end(answer, () => resolve())
  })
}
