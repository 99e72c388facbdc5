import type { Document, Page } from './answer.ts'
import type { HttpRequest } from './request.ts'

/** One request as a site sees it, its body read. */
export interface Visit {
  readonly request: HttpRequest
  readonly path: string
  readonly fields: ReadonlyMap<string, string>
  /** The beginning of the body, one character (U+0000-U+00FF) a byte. */
  readonly body: string
  readonly uploads: number
  /** Tries to log in: records the attempt and tells whether it is let in. */
  login(user: string, password: string, mechanism: string): boolean
  /** The name and password of Basic, where they came; each visit's are recorded once, by whoever asks first. */
  basic(): boolean
  cookie(name: string): string | undefined
  readonly hostname: string
  readonly https: boolean
}

/** What a site makes of a visit; undefined for what it does not have. */
export type SiteAnswer = { readonly document: Document } | { readonly page: Page } | undefined

/** The pages behind a front. */
export interface Site {
  visit(visit: Visit): SiteAnswer
}
