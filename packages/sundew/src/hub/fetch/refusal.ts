import type { IncomingMessage } from 'node:http'
import { DownloadError, type DownloadFailure } from '../../core/egress.ts'

/** Longest pause that a server is granted, milliseconds. */
const longestRetryAfterMs = 24 * 3_600_000
/** What is told of what it said, characters. */
const mostTold = 120

/** What an answer other than 200 means. */
export function refusal(shown: string, response: IncomingMessage, text: string): DownloadError {
  const { statusCode: status = 0, headers } = response
  const reason = reasonOf(status)
  const retryAfterMs = retryAfter(headers['retry-after'], Date.now())
  const what =
    reason === 'key'
      ? `${shown} lets us not in (${status}): is the key right?`
      : reason === 'busy'
        ? `${shown} was asked too often (${status})`
        : `${shown} answered ${status}`
  return new DownloadError(`${what}${said(text)}`, reason, { status, retryAfterMs })
}

function reasonOf(status: number): DownloadFailure {
  if (status === 401 || status === 403) return 'key'
  if (status === 407) return 'proxy'
  if (status === 408) return 'time'
  if (status === 429) return 'busy'
  return status >= 500 ? 'server' : 'status'
}

/** Retry-After (RFC 9110 §10.2.3), seconds or a date, as milliseconds from now; undefined where there is none. */
export function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), longestRetryAfterMs) : undefined
}

/** What it said, where that is a sentence and no page. */
function said(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  const line = text.replace(/[\u0000-\u0020\u007f-\u009f]+/g, ' ').trim()
  if (line === '' || line.startsWith('<')) return ''
  return `: ${JSON.stringify(line.slice(0, mostTold))}`
}
