import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as httpRequest,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream/promises'
import {
  destinationOf,
  type Download,
  type Downloaded,
  DownloadError,
  type DownloadFailure,
  type DownloadLimits,
  type Proxy,
} from '../../core/egress.ts'
import { tlsOptions } from '../tls-options.ts'
import { counted, decoders, unpacked } from './decode.ts'
import { mayFollow } from './redirect.ts'
import { refusal } from './refusal.ts'

/** What one download may be where the caller says nothing else. */
export const usualLimits: DownloadLimits = { bytes: 512 * 1024 * 1024, ms: 15 * 60_000, idleMs: 60_000 }
/** Redirects that are followed, one after another. */
const mostRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** What is read of an answer that is none, bytes. */
const refusalBytes = 512

/**
 * Fetches a body into the file, whole or not at all: of one that breaks off, is too large or too slow nothing is left.
 * Redirects are followed by {@link mayFollow}; the caller's headers go to the host of the address alone.
 *
 * @throws DownloadError
 */
export async function download(request: Download): Promise<Downloaded> {
  const asked = { ...request, shown: request.shown ?? withoutPassword(request.url) }
  const limits = { ...usualLimits, ...asked.limits }
  const late = AbortSignal.timeout(limits.ms)
  const signal = asked.signal ? AbortSignal.any([late, asked.signal]) : late
  const { shown } = asked
  let url = asked.url
  let begun = false
  try {
    for (let hops = 0; ; hops++) {
      const response = await answerOf(url, asked, limits, signal)
      const { statusCode: status = 0, headers } = response
      if (redirects.has(status) && headers.location !== undefined) {
        response.destroy()
        const next = URL.canParse(headers.location, url) ? new URL(headers.location, url) : undefined
        if (hops >= mostRedirects)
          throw new DownloadError(`${shown} leads from redirect to redirect`, 'redirect', { status })
        if (!next || !mayFollow(url, next, asked.redirectsTo))
          throw new DownloadError(
            `${shown} leads to ${next ? next.host : 'nowhere'}, where no redirect is followed to`,
            'redirect',
            { status },
          )
        url = next
        continue
      }
      const known = asked.etag !== undefined || asked.lastModified !== undefined
      if (status === 304 && known) {
        response.destroy()
        return { changed: false, bytes: 0, headers: headersOf(response) }
      }
      if (status !== 200) throw refusal(shown, response, await beginningOf(response))
      begun = true
      return {
        changed: true,
        bytes: await written(response, asked, limits, signal),
        headers: headersOf(response),
      }
    }
  } catch (error) {
    if (error instanceof DownloadError) throw error
    if (asked.signal?.aborted)
      throw new DownloadError(`the download of ${shown} was given up`, 'aborted', { cause: error })
    if (late.aborted)
      throw new DownloadError(`${shown} was not there after ${limits.ms / 1000} s`, 'time', { cause: error })
    throw failure(shown, error, begun)
  }
}

type Asked = Download & { readonly shown: string }

/** Settles with the answer's head. */
function answerOf(
  url: URL,
  asked: Asked,
  { idleMs }: DownloadLimits,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const to = destinationOf(url)
  const tls = to.transport === 'tls'
  const own = url.origin === asked.url.origin
  const proxyEnv = proxyOf(asked.proxy)
  const options: RequestOptions = {
    agent: new (tls ? HttpsAgent : HttpAgent)({ keepAlive: false, ...(proxyEnv && { proxyEnv }) }),
    headers: {
      'accept-encoding': 'gzip, deflate, br, zstd',
      ...(asked.etag !== undefined && { 'if-none-match': asked.etag }),
      ...(asked.lastModified !== undefined && { 'if-modified-since': asked.lastModified }),
      ...(own ? asked.headers : { 'user-agent': asked.headers?.['user-agent'] ?? 'Sundew' }),
      connection: 'close',
    },
    signal,
    timeout: idleMs,
    ...(tls && tlsOptions(to, own ? asked.trust : undefined)),
  }
  return new Promise((resolve, reject) => {
    const request = (tls ? httpsRequest : httpRequest)(url, options)
    request.on('error', reject)
    request.on('response', resolve)
    request.on('timeout', () => {
      request.destroy(new DownloadError(`${asked.shown} sent nothing for ${idleMs / 1000} s`, 'time'))
    })
    request.end()
  })
}

async function written(
  response: IncomingMessage,
  { file, shown }: Asked,
  { bytes: most }: DownloadLimits,
  signal: AbortSignal,
): Promise<number> {
  try {
    const tooMuch = () => new DownloadError(`${shown} has more than ${most} bytes`, 'size')
    const through = decoders(response.headers['content-encoding'])
    if (!through) throw new DownloadError(`${shown} is compressed in a way that is not known`, 'encoding')
    // The length that it should have is known to few servers; where it is, node:http holds the body against it.
    const length = Number(response.headers['content-length'] ?? 0)
    if (length > most) throw tooMuch()
    const wire = counted(most, tooMuch)
    const plain = counted(most, tooMuch)
    await pipeline(
      [response, wire.stream, ...through, plain.stream, createWriteStream(file, { mode: 0o600 })],
      {
        signal,
      },
    )
    return await unpacked(file, plain.bytes(), most, tooMuch, signal)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/** The address as messages may show it. */
function withoutPassword(url: URL): string {
  return url.href.replace(/^([a-z]+:\/\/)[^/?#]*@/, '$1')
}

/** Node's own names of the environment's. */
function proxyOf(proxy: Proxy | undefined) {
  if (proxy?.http === undefined && proxy?.https === undefined) return undefined
  const { http, https, except } = proxy
  return {
    ...(http !== undefined && { HTTP_PROXY: http }),
    ...(https !== undefined && { HTTPS_PROXY: https }),
    ...(except !== undefined && { NO_PROXY: except }),
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part)
      bytes += part.length
      if (bytes >= refusalBytes) break
    }
  } catch {
    // What came of it is enough.
  }
  response.destroy()
  return Buffer.concat(parts).subarray(0, refusalBytes).toString('utf8')
}

/** What went wrong below HTTP: `begun` where the head of an answer had come. */
function failure(shown: string, cause: unknown, begun: boolean): DownloadError {
  const { code = '', syscall = '' } = cause as NodeJS.ErrnoException
  const fail = (what: string, reason: DownloadFailure) => new DownloadError(what, reason, { cause })
  if (code.startsWith('ERR_PROXY')) return fail(`the proxy does not lead to ${shown}`, 'proxy')
  if (!begun) return fail(`${shown} cannot be reached`, 'unreachable')
  if (['open', 'write', 'close', 'rename'].includes(syscall) && code !== 'EPIPE')
    return fail(`what ${shown} has cannot be written`, 'disk')
  if (/^(?:Z_(?!BUF)|ZSTD_|ERR__)/.test(code))
    return fail(`the compression of ${shown} is broken`, 'encoding')
  return fail(`${shown} broke off before its end`, 'truncated')
}
