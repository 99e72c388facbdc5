import type { FramingFault } from '../../../wire/http/framing.ts'
import { fieldOf, fieldsOf, type RequestHead } from '../../../wire/http/head.ts'
import { escapeHtml, httpDate, type Answer, type Document, type Page } from '../answer.ts'
import { outcomeOf, takesGzip } from '../conditions.ts'
import type { Front, Place } from '../front.ts'
import type { HttpRequest } from '../request.ts'
import { apacheMessages, reasons } from './messages.ts'

/** What the server calls itself, and whether its pages say where they come from (ServerSignature). */
export interface ApacheOptions {
  /** `Apache/2.4.71 (Debian)` */
  readonly server: string
}

/** Methods Apache knows; any other is answered 501. */
const methods = new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK VERSION-CONTROL CHECKOUT UNCHECKOUT CHECKIN UPDATE LABEL REPORT MKWORKSPACE MKACTIVITY BASELINE-CONTROL MERGE'.split(
    ' ',
  ),
)
const allowed = 'GET,POST,OPTIONS,HEAD'
const latin = 'text/html; charset=iso-8859-1'
/** What mod_deflate gives out in one piece; longer bodies are chunked. */
const deflateBufferBytes = 8096

/** Media types of Debian's /etc/mime.types, as far as they are served. */
const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  ico: 'image/vnd.microsoft.icon',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  zip: 'application/zip',
  gz: 'application/x-gzip',
  tgz: 'application/x-gzip',
  tar: 'application/x-tar',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  exe: 'application/x-msdos-program',
  dll: 'application/x-msdos-program',
  apk: 'application/vnd.android.package-archive',
  jar: 'application/java-archive',
  sh: 'application/x-sh',
  js: 'text/javascript',
  css: 'text/css',
  xml: 'application/xml',
  json: 'application/json',
  mp3: 'audio/mpeg',
}
const compressed = new Set(['text/html', 'text/plain', 'text/css', 'text/javascript', 'application/xml'])

/** Apache 2.4 as Debian 12 sets it up. Held against the real one in testdata/http. */
export function apache({ server }: ApacheOptions): Front {
  const html = (
    status: number,
    reason: string,
    text: string,
    place: Place,
    host?: string,
    port?: number,
  ): string =>
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n${text}<hr>\n<address>${server} Server at ${escapeHtml(host ?? place.hostname)} Port ${port ?? place.port}</address>\n</body></html>\n`

  function error(status: number, request: HttpRequest | undefined, place: Place, note = ''): Answer {
    const reason = reasons[status] ?? 'Error'
    const text = apacheMessages(status, request, note)
    const ofHost = request?.host !== undefined && request.host !== ''
    const page = html(
      status,
      reason,
      text,
      place,
      ofHost ? request.host!.toLowerCase() : undefined,
      ofHost ? (request.hostPort ?? place.port) : undefined,
    )
    return { status, fields: [], type: latin, body: Buffer.from(page, 'latin1') }
  }

  const refused = (status: number, place: Place, note?: string): Answer => ({
    ...error(status, undefined, place, note),
    close: true,
  })

  return {
    limits: {
      requestLine: 8190,
      field: 8190,
      fields: 100,
      // Ours: Apache takes 800 KiB, which four thousand connections would have us hold.
      head: 64 * 1024,
      blankLines: 100,
      requests: 100,
      keepAliveMs: 5_000,
      headMs: 20_000,
      bodyMs: 10_000,
    },
    error,

    refuse(head: RequestHead, framing: readonly FramingFault[], place: Place) {
      const { oddities } = head
      if (oddities.has('request-line-too-long')) return refused(414, place)
      if (oddities.has('field-too-long'))
        return refused(400, place, 'Size of a request header field exceeds server limit.')
      if (oddities.has('too-many-fields')) {
        return refused(400, place, "The number of request header fields exceeds this server's limit.")
      }
      // Oddities it bears: a folded field.
      if (oddities.size > (oddities.has('folded') ? 1 : 0)) return refused(400, place)
      if (!head.version) return head.method === 'GET' ? undefined : refused(400, place)
      const hosts = fieldsOf(head, 'host')
      const ofOne = head.version.major === 1 && head.version.minor === 0
      if (hosts.length > 1 || (hosts.length === 0 && !ofOne)) return refused(400, place)
      if (hosts[0] !== undefined && !hostForm.test(hosts[0])) return refused(400, place)
      if (
        framing.some(
          (fault) => fault === 'bad-length' || fault === 'unlike-lengths' || fault === 'chunks-not-last',
        )
      ) {
        return refused(400, place)
      }
      return undefined
    },

    answerItself(request, place) {
      const { method, pathFault, path } = request
      if (pathFault === 'target' || pathFault === 'percent' || pathFault === 'above-root')
        return refused(400, place)
      const expect = fieldOf(request.head, 'expect')
      if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
        return { ...error(417, request, place, expect), close: true }
      }
      if (method === 'TRACE') return { ...error(405, request, place), fields: [['Allow', '']] }
      if (!methods.has(method)) {
        return { ...error(501, request, place), fields: [['Allow', allowed]], close: true }
      }
      if (pathFault !== undefined) return error(404, request, place)
      if (path?.split('/').some((part) => part.length > 255)) return error(403, request, place)
      if (path !== undefined && /(^|\/)\.ht[^/]*/.test(path)) return error(403, request, place)
      if (method === 'OPTIONS') {
        const whole = path === undefined
        return {
          status: 200,
          fields: whole ? [] : [['Allow', allowed]],
          type: path === '/' ? 'text/html' : undefined,
          body: Buffer.alloc(0),
        }
      }
      if (method !== 'GET' && method !== 'HEAD' && method !== 'POST' && method !== 'PUT') {
        return { ...error(405, request, place), fields: [['Allow', allowed]] }
      }
      return undefined
    },

    file(request, document, place) {
      if (request.method === 'PUT') return { ...error(405, request, place), fields: [['Allow', allowed]] }
      const type = document.type ?? types[document.extension]
      const tag = etagOf(document)
      const outcome = outcomeOf(request, document, `"${tag}"`)
      const pressed = type !== undefined && compressed.has(type)
      const gzip = pressed && outcome.kind === 'whole' && takesGzip(request) ? document.gzip : undefined
      const base: [string, string][] = [
        ['Last-Modified', document.modified.toUTCString()],
        ['ETag', gzip ? `"${tag}-gzip"` : `"${tag}"`],
        ['Accept-Ranges', 'bytes'],
      ]
      const vary: [string, string][] = pressed ? [['Vary', 'Accept-Encoding']] : []
      switch (outcome.kind) {
        case 'not-modified':
          return { status: 304, fields: base, type: undefined, body: Buffer.alloc(0), framing: 'none' }
        case 'failed':
          return { status: 412, fields: base, type, body: Buffer.alloc(0) }
        case 'no-such-range':
          return { ...error(416, request, place), framing: 'chunked' }
        case 'part': {
          const body = document.body.subarray(outcome.from, outcome.to + 1)
          const range = `bytes ${outcome.from}-${outcome.to}/${document.body.length}`
          const fields = [...base, lengthOf(body), ...vary, ['Content-Range', range] as [string, string]]
          return { status: 206, fields, type, body }
        }
        case 'whole': {
          if (!gzip)
            return {
              status: 200,
              fields: [...base, lengthOf(document.body), ...vary],
              type,
              body: document.body,
            }
          const fields: [string, string][] = [...base, ...vary, ['Content-Encoding', 'gzip']]
          const long = gzip.length > deflateBufferBytes
          return { status: 200, fields, type, body: gzip, framing: long ? 'chunked' : 'length' }
        }
      }
    },

    missing(request, place) {
      if (request.method === 'PUT') return { ...error(405, request, place), fields: [['Allow', allowed]] }
      return error(404, request, place)
    },

    badBody(request, place) {
      return { ...error(400, request, place), close: true, framing: 'none' }
    },

    page(page: Page) {
      return {
        status: page.status,
        fields: [...(page.fields ?? []), ['Vary', 'Accept-Encoding']],
        type: page.type,
        body: Buffer.from(page.body, 'latin1'),
      }
    },

    created(request, place) {
      const path = request.path ?? '/'
      const scheme = place.port === 443 ? 'https' : 'http'
      const location = `${scheme}://${request.host ?? place.hostname}${encodePath(path)}`
      return {
        ...error(201, request, place, path),
        fields: [['Location', location.replace(/[^\x21-\x7e]/g, '')]],
      }
    },

    serialise(answer, request, keep) {
      return serialise(server, answer, request, keep)
    },

    slow(request, place) {
      return request === 'line' ? undefined : refused(408, place)
    },

    plainText(bytes, place) {
      if (
        !/^(GET|HEAD|POST|PUT|OPTIONS|DELETE|CONNECT|TRACE|PROPFIND|PATCH) \S* HTTP\/\d/.test(
          Buffer.from(bytes).toString('latin1'),
        )
      ) {
        return undefined
      }
      const note =
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n Instead use the HTTPS scheme to access this URL, please.<br />"
      return Buffer.concat(serialise(server, refused(400, place, note), undefined, undefined))
    },
  }
}

const hostForm = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:\d{0,5})?$/

function lengthOf(body: Buffer): [string, string] {
  return ['Content-Length', String(body.length)]
}

/** Size and time of change in microseconds (FileETag MTime Size). */
function etagOf(document: Document): string {
  return `${document.body.length.toString(16)}-${(BigInt(document.modified.getTime()) * 1000n).toString(16)}`
}

function encodePath(path: string): string {
  return path.replace(
    /[^A-Za-z0-9/._~!$&'()*+,;=:@-]/g,
    (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

function serialise(
  server: string,
  answer: Answer,
  request: HttpRequest | undefined,
  keep: { readonly left: number } | undefined,
): Buffer[] {
  const version = request?.version ?? 11
  const bare = request?.method === 'HEAD'
  if (version === 9) return [answer.body]
  const { status, body } = answer
  const framing = answer.framing ?? 'length'
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}`,
    `Date: ${httpDate()}`,
    `Server: ${server}`,
  ]
  let told = framing !== 'length' || (bare && answer.fields.length === 0 && status >= 400)
  // mod_deflate is the last to know the length; everything else has it before Vary.
  const late = answer.fields.some(([name]) => name === 'Content-Encoding')
  for (const [name, value] of answer.fields) {
    if (!told && !late && name === 'Vary') {
      lines.push(`Content-Length: ${body.length}`)
      told = true
    }
    if (name === 'Content-Length') told = true
    lines.push(`${name}: ${value}`)
  }
  if (!told) lines.push(`Content-Length: ${body.length}`)
  const chunked = framing === 'chunked' && version >= 11
  if (keep === undefined) {
    if (!hides(answer)) lines.push('Connection: close')
  } else if (version < 11 || request?.connection.includes('keep-alive')) {
    lines.push(`Keep-Alive: timeout=5, max=${keep.left}`, 'Connection: Keep-Alive')
  }
  if (chunked) lines.push('Transfer-Encoding: chunked')
  if (answer.type !== undefined) lines.push(`Content-Type: ${answer.type}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  if (bare || status === 304) return [head]
  if (!chunked) return [head, body]
  return [head, Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]
}

/** A 417 ends the connection without saying so beforehand. */
function hides(answer: Answer): boolean {
  return answer.status === 417
}
