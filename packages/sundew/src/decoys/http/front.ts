import type { FramingFault } from '../../wire/http/framing.ts'
import type { RequestHead } from '../../wire/http/head.ts'
import type { Answer, Document, Page } from './answer.ts'
import type { HttpRequest } from './request.ts'

/** Where an answer is given, for pages that name the server. */
export interface Place {
  /** The name the machine pretends to have. */
  readonly hostname: string
  /** The well-known port the peer came to. */
  readonly port: number
}

/** A web server's manners: what it refuses, how it words it, in which order its fields stand. Sites sit behind it. */
export interface Front {
  /** The answer to a head, or to what it says about its body, that the server refuses; undefined where it goes on. */
  refuse(head: RequestHead, framing: readonly FramingFault[], place: Place): Answer | undefined
  /** The answer to a method or path that needs no site: OPTIONS, TRACE, a path that cannot be. */
  answerItself(request: HttpRequest, place: Place): Answer | undefined
  /** A file, by conditions and ranges; or that it may not be asked for so. */
  file(request: HttpRequest, document: Document, place: Place): Answer
  page(page: Page): Answer
  /** The server's own page for a status. */
  error(status: number, request: HttpRequest | undefined, place: Place, note?: string): Answer
  /** What is not there. */
  missing(request: HttpRequest, place: Place): Answer
  /** A chunked body that is none; the connection ends. */
  badBody(request: HttpRequest, place: Place): Answer
  /** A PUT that made a file. */
  created(request: HttpRequest, place: Place): Answer
  /** The answer's head and body, in pieces that are not copied. `keep` is undefined where the connection ends. */
  serialise(
    answer: Answer,
    request: HttpRequest | undefined,
    keep: { readonly left: number } | undefined,
  ): Buffer[]
  /** Whether a slow request is told so (408), or the connection just ends. */
  slow(request: 'line' | 'fields' | 'body', place: Place): Answer | undefined
  /** Plain text on the port of TLS. */
  plainText(bytes: Uint8Array, place: Place): Buffer | undefined
  readonly limits: FrontLimits
}

export interface FrontLimits {
  readonly requestLine: number
  readonly field: number
  readonly fields: number
  readonly head: number
  readonly blankLines: number
  /** Requests on one connection. */
  readonly requests: number
  /** Milliseconds between two requests. */
  readonly keepAliveMs: number
  /** Milliseconds for a head, and between two pieces of a body. */
  readonly headMs: number
  readonly bodyMs: number
}
