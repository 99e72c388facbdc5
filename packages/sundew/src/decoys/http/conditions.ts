import { fieldOf } from '../../wire/http/head.ts'
import type { Document } from './answer.ts'
import type { HttpRequest } from './request.ts'

/** What conditions and ranges make of a request for a file (RFC 9110 §13.2.2, §14.2). */
export type Outcome =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'no-such-range' }

export function outcomeOf(request: HttpRequest, document: Document, etag: string): Outcome {
  const { head } = request
  const modified = Math.floor(document.modified.getTime() / 1000)
  const ifMatch = fieldOf(head, 'if-match')
  if (ifMatch !== undefined && !matches(ifMatch, etag)) return { kind: 'failed' }
  const unmodified = timeOf(fieldOf(head, 'if-unmodified-since'))
  if (ifMatch === undefined && unmodified !== undefined && modified > unmodified) return { kind: 'failed' }
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const noneMatch = fieldOf(head, 'if-none-match')
  if (noneMatch !== undefined) {
    if (matches(noneMatch, etag)) return { kind: reads ? 'not-modified' : 'failed' }
  } else {
    const since = timeOf(fieldOf(head, 'if-modified-since'))
    if (reads && since !== undefined && modified <= since) return { kind: 'not-modified' }
  }
  return request.method === 'GET' ? rangeOf(request, document, etag) : { kind: 'whole' }
}

function rangeOf(request: HttpRequest, document: Document, etag: string): Outcome {
  const range = fieldOf(request.head, 'range')
  const ifRange = fieldOf(request.head, 'if-range')
  if (
    range === undefined ||
    (ifRange !== undefined && ifRange !== etag && ifRange !== document.modified.toUTCString())
  ) {
    return { kind: 'whole' }
  }
  // Several ranges at once are answered with the whole, as a server may.
  const parts = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range)
  if (!parts || (parts[1] === '' && parts[2] === '')) return { kind: 'whole' }
  const size = document.body.length
  const from = parts[1] === '' ? Math.max(0, size - Number(parts[2])) : Number(parts[1])
  const to = parts[1] === '' || parts[2] === '' ? size - 1 : Math.min(size - 1, Number(parts[2]))
  if (parts[1] !== '' && parts[2] !== '' && Number(parts[2]) < from) return { kind: 'whole' }
  return from >= size || from > to ? { kind: 'no-such-range' } : { kind: 'part', from, to }
}

function matches(list: string, etag: string): boolean {
  return list.trim() === '*' || list.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}

function timeOf(value: string | undefined): number | undefined {
  const time = value === undefined ? NaN : Date.parse(value)
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}

/** Whether the peer takes gzip. */
export function takesGzip(request: HttpRequest): boolean {
  return /(^|,)\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*(,|$))|,|$)/i.test(
    fieldOf(request.head, 'accept-encoding') ?? '',
  )
}
