import type { Front } from './front.ts'

/** What a persona answers; the front adds its own fields and puts them in its order. */
export interface Answer {
  readonly status: number
  readonly fields: readonly (readonly [string, string])[]
  readonly type: string | undefined
  readonly body: Buffer
  /** End the connection afterwards. */
  readonly close?: boolean
  /** How the body's length is told; `none` for a 304 and the few places where a real server forgets it. */
  readonly framing?: 'length' | 'chunked' | 'none'
  /** Written by another server than the persona. */
  readonly serialise?: Front['serialise']
}

/** A file that can be served: whole, in part, compressed, or not at all because the peer has it. */
export interface Document {
  readonly body: Buffer
  /** Its gzip form, where servers would compress it. */
  readonly gzip: Buffer | undefined
  readonly extension: string
  /** Media type set by the owner. */
  readonly type: string | undefined
  readonly modified: Date
}

/** A page that a program on the server made: no validators, no ranges. */
export interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly fields?: readonly (readonly [string, string])[]
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for a page: nothing a peer sent may become markup. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => escapes[char]!)
}

let second = 0
let date = ''

/** The time as HTTP tells it (RFC 9110 §5.6.7). */
export function httpDate(): string {
  const now = Math.floor(Date.now() / 1000)
  if (now !== second) {
    second = now
    date = new Date(now * 1000).toUTCString()
  }
  return date
}
