import { fieldOf, fieldsOf, type RequestHead } from '../../wire/http/head.ts'

/** One request, as far as its head tells. Bytes are one character (U+0000-U+00FF) each. */
export interface HttpRequest {
  readonly head: RequestHead
  readonly method: string
  /** Decoded, without dots and double slashes; undefined where {@link pathFault} says why there is none. */
  readonly path: string | undefined
  readonly pathFault: PathFault | undefined
  /** What follows the `?`, as sent. */
  readonly query: string
  /** The host asked for, without its port; undefined where none was named. */
  readonly host: string | undefined
  readonly hostPort: number | undefined
  /** 10 times major plus minor: 9 for HTTP/0.9, 11 for HTTP/1.1. */
  readonly version: number
  /** Words of the Connection field, in lower case. */
  readonly connection: readonly string[]
}

export type PathFault = 'target' | 'percent' | 'slash' | 'nul' | 'above-root'

export function requestOf(head: RequestHead): HttpRequest {
  const { method, target } = head
  const absolute = /^https?:\/\/([^/?#]*)([^]*)$/i.exec(target)
  const authority = absolute?.[1] ?? (method === 'CONNECT' ? target : fieldOf(head, 'host'))
  const local = absolute ? (absolute[2]!.startsWith('/') ? absolute[2]! : `/${absolute[2]!}`) : target
  const mark = local.indexOf('?')
  const resolved = resolve(mark < 0 ? local : local.slice(0, mark), method)
  const port = authority === undefined ? undefined : /:(\d{1,5})$/.exec(authority)?.[1]
  return {
    head,
    method,
    path: resolved.path,
    pathFault: resolved.fault,
    query: mark < 0 ? '' : local.slice(mark + 1),
    host: authority?.replace(/:\d*$/, ''),
    hostPort: port === undefined ? undefined : Number(port),
    version: head.version ? head.version.major * 10 + head.version.minor : 9,
    connection: fieldsOf(head, 'connection')
      .flatMap((value) => value.toLowerCase().split(','))
      .map((word) => word.trim()),
  }
}

/** The path that a target names (RFC 3986 §5.2.4), never above the root. */
function resolve(raw: string, method: string): { path: string | undefined; fault: PathFault | undefined } {
  const no = (fault: PathFault): { path: undefined; fault: PathFault } => ({ path: undefined, fault })
  if (method === 'CONNECT' || (method === 'OPTIONS' && raw === '*'))
    return { path: undefined, fault: undefined }
  if (!raw.startsWith('/')) return no('target')
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return no('percent')
  const decoded = raw.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  )
  const segments: string[] = []
  const parts = decoded.split('/').slice(1)
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1
    if (part === '..') {
      if (segments.length === 0) return no('above-root')
      segments.pop()
    } else if (part !== '.' && part !== '') segments.push(part)
    if (last && (part === '' || part === '.' || part === '..')) segments.push('')
  }
  if (decoded.includes('\0')) return no('nul')
  if (/%2f/i.test(raw)) return no('slash')
  return { path: `/${segments.join('/')}`, fault: undefined }
}

/** Fields of a form or query (application/x-www-form-urlencoded), the first of each name; at most `max` of them. */
export function formFields(text: string, max = 200): Map<string, string> {
  const fields = new Map<string, string>()
  for (const pair of text.split('&', max)) {
    const equals = pair.indexOf('=')
    const name = formText(equals < 0 ? pair : pair.slice(0, equals))
    if (name !== '' && !fields.has(name)) fields.set(name, equals < 0 ? '' : formText(pair.slice(equals + 1)))
  }
  return fields
}

function formText(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}
