import type { FramingFault } from '../../../wire/http/framing.ts'
import { fieldsOf, type Oddity, type RequestHead } from '../../../wire/http/head.ts'
import { httpDate, type Answer, type Document, type Page } from '../answer.ts'
import { outcomeOf, takesGzip } from '../conditions.ts'
import type { Front } from '../front.ts'
import type { HttpRequest } from '../request.ts'
import { reasons } from './messages.ts'

export interface NginxOptions {
  /** `nginx/1.22.1` */
  readonly server: string
}

/** Where nginx words a status differently. */
const own: Readonly<Record<number, string>> = {
  302: 'Moved Temporarily',
  405: 'Not Allowed',
  408: 'Request Time-out',
  414: 'Request-URI Too Large',
  401: 'Authorization Required',
}
const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  zip: 'application/zip',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jar: 'application/java-archive',
  js: 'application/javascript',
  css: 'text/css',
  xml: 'text/xml',
  json: 'application/json',
  mp3: 'audio/mpeg',
}
/** Oddities nginx bears. */
const borne: ReadonlySet<Oddity> = new Set([
  'bare-lf',
  'extra-blanks',
  'no-colon',
  'bad-name',
  'bad-target',
  'bad-value',
])
const knownOnly = /^[A-Z_-]+$/

/** nginx 1.22 as Debian 12 sets it up. Held against the real one in testdata/http. */
export function nginx({ server }: NginxOptions): Front {
  const wording = (status: number): string => own[status] ?? reasons[status] ?? 'Error'

  function error(status: number, _request: HttpRequest | undefined, _place: unknown, note = ''): Answer {
    const phrase = `${status} ${wording(status)}`
    const [title, more] = note === '' ? [phrase, ''] : [`${status} ${note}`, `<center>${note}</center>\r\n`]
    const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${phrase}</h1></center>\r\n${more}<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`
    return { status, fields: [], type: 'text/html', body: Buffer.from(page, 'latin1') }
  }
  const refused = (status: number, note?: string): Answer => ({
    ...error(status, undefined, undefined, note),
    close: true,
  })

  function serialise(
    answer: Answer,
    request: HttpRequest | undefined,
    keep: { readonly left: number } | undefined,
  ): Buffer[] {
    const version = request?.version ?? 11
    if (version === 9) return [answer.body]
    const { status, body } = answer
    const chunked = answer.framing === 'chunked' && version >= 11
    const bare = request?.method === 'HEAD' || status === 304
    const first = answer.fields.filter(([name]) => name === 'Last-Modified' || name === 'Location')
    const last = answer.fields.filter(([name]) => name !== 'Last-Modified' && name !== 'Location')
    const lines = [`HTTP/1.1 ${status} ${wording(status)}`, `Server: ${server}`, `Date: ${httpDate()}`]
    if (answer.type !== undefined) lines.push(`Content-Type: ${answer.type}`)
    if ((answer.framing ?? 'length') === 'length') lines.push(`Content-Length: ${body.length}`)
    lines.push(...first.map(([name, value]) => `${name}: ${value}`))
    if (chunked && !bare) lines.push('Transfer-Encoding: chunked')
    lines.push(`Connection: ${keep === undefined && status !== 412 ? 'close' : 'keep-alive'}`)
    lines.push(...last.map(([name, value]) => `${name}: ${value}`))
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
    if (bare) return [head]
    if (!chunked) return [head, body]
    return [head, Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]
  }

  return {
    limits: {
      requestLine: 8190,
      field: 8190,
      fields: 1_000,
      head: 32 * 1024,
      blankLines: 100,
      requests: 1_000,
      keepAliveMs: 75_000,
      headMs: 60_000,
      bodyMs: 60_000,
    },
    error,
    serialise,

    refuse(head: RequestHead, framing: readonly FramingFault[]) {
      const { oddities, version } = head
      if (oddities.has('request-line-too-long')) return refused(414)
      if (oddities.has('field-too-long') || oddities.has('too-many-fields')) {
        return refused(400, 'Request Header Or Cookie Too Large')
      }
      if (oddities.has('bad-version') && /HTTP\/[2-9]/.test(head.lines[0] ?? '')) return refused(505)
      for (const oddity of oddities) if (!borne.has(oddity)) return refused(400)
      if (!knownOnly.test(head.method) || (head.lines[0] ?? '').includes('\t')) return refused(400)
      if (!/^(\/|https?:\/\/)/i.test(head.target)) return refused(400)
      if (!version) return head.method === 'GET' ? undefined : refused(400)
      if (version.major > 1) return refused(505)
      const hosts = fieldsOf(head, 'host')
      if (hosts.length > 1 || (hosts.length === 0 && version.minor > 0)) return refused(400)
      if (hosts[0] !== undefined && /[\x00-\x20\x7f/]/.test(hosts[0])) return refused(400)
      if (head.method === 'TRACE') return refused(405)
      const encodings = fieldsOf(head, 'transfer-encoding')
      if (encodings.length > 1 || (encodings[0] !== undefined && encodings[0].toLowerCase() !== 'chunked')) {
        return refused(501)
      }
      return framing.length > 0 ? refused(400) : undefined
    },

    answerItself(request) {
      const { pathFault } = request
      if (pathFault === undefined || pathFault === 'slash') {
        return pathFault === 'slash' ? error(404, request, undefined) : undefined
      }
      return refused(400)
    },

    file(request, document) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return error(405, request, undefined)
      const type = document.type ?? types[document.extension] ?? 'application/octet-stream'
      const tag = etagOf(document)
      const outcome = outcomeOf(request, document, `"${tag}"`)
      const modified: [string, string] = ['Last-Modified', document.modified.toUTCString()]
      switch (outcome.kind) {
        case 'not-modified':
          return {
            status: 304,
            fields: [modified, ['ETag', `"${tag}"`]],
            type: undefined,
            body: Buffer.alloc(0),
            framing: 'none',
          }
        case 'failed':
          return { ...error(412, request, undefined), close: true }
        case 'no-such-range':
          return {
            ...error(416, request, undefined),
            fields: [['Content-Range', `bytes */${document.body.length}`]],
          }
        case 'part': {
          const range = `bytes ${outcome.from}-${outcome.to}/${document.body.length}`
          const fields: [string, string][] = [modified, ['ETag', `"${tag}"`], ['Content-Range', range]]
          return { status: 206, fields, type, body: document.body.subarray(outcome.from, outcome.to + 1) }
        }
        case 'whole': {
          const gzip =
            type === 'text/html' && request.version >= 11 && takesGzip(request) ? document.gzip : undefined
          if (!gzip) {
            const fields: [string, string][] = [modified, ['ETag', `"${tag}"`], ['Accept-Ranges', 'bytes']]
            return { status: 200, fields, type, body: document.body }
          }
          const fields: [string, string][] = [modified, ['ETag', `W/"${tag}"`], ['Content-Encoding', 'gzip']]
          return { status: 200, fields, type, body: gzip, framing: 'chunked' }
        }
      }
    },

    missing: (request) => error(404, request, undefined),

    badBody: (request) => ({ ...error(404, request, undefined), close: true }),

    page(page: Page) {
      const body = Buffer.from(page.body, 'latin1')
      return { status: page.status, fields: page.fields ?? [], type: page.type, body }
    },

    created(request) {
      return {
        status: 201,
        fields: [['Location', (request.path ?? '/').replace(/[^\x21-\x7e]/g, '')]],
        type: undefined,
        body: Buffer.alloc(0),
      }
    },

    slow: () => undefined,

    plainText(bytes) {
      if (!/^[A-Z]+ \S+ HTTP\/1/.test(Buffer.from(bytes).toString('latin1'))) return undefined
      const answer = refused(400, 'The plain HTTP request was sent to HTTPS port')
      return Buffer.concat(serialise(answer, undefined, undefined))
    },
  }
}

/** Time of change and size. */
function etagOf(document: Document): string {
  return `${Math.floor(document.modified.getTime() / 1000).toString(16)}-${document.body.length.toString(16)}`
}
