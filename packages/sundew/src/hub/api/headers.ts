import type { MiddlewareHandler } from 'hono'

/** The page's own: nothing from elsewhere, nothing inline, in nobody's frame. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
/** For bytes that an intruder made: even opened as a document they may do nothing. */
const bytesPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; sandbox"

const always: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  ['X-Frame-Options', 'DENY'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'require-corp'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
]

/** Headers of every answer. Answers of the API are kept by no cache. */
export function securityHeaders(options: { tls: boolean }): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const { headers } = c.res
    for (const [name, value] of always) headers.set(name, value)
    if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', pagePolicy)
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
    if (options.tls) headers.set('Strict-Transport-Security', 'max-age=31536000')
  }
}

/** Headers of a download of bytes that came from an intruder. `name` is of our making. */
export function downloadHeaders(type: string, name: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${name}"`,
    'Content-Security-Policy': bytesPolicy,
  }
}
