import { readHeaders, type HeaderField } from '../../wire/mail/headers.ts'
import { field, structured } from './header.ts'

/** A leaf of a message: a part that holds no other parts. Offsets are into the buffer that was walked. */
export interface Part {
  readonly type: string
  readonly parameters: Map<string, string>
  readonly disposition: string
  readonly name: string
  readonly encoding: string
  readonly bodyAt: number
  readonly bodyEnd: number
}

export interface Walk {
  /** Fields of the message's own header. */
  readonly fields: HeaderField[]
  readonly bodyAt: number
  readonly parts: Part[]
  readonly problems: Set<string>
}

/** How deep parts may nest, how many there may be in all, and how long a boundary is (RFC 2046 §5.1.1 says 70). */
export interface PartLimits {
  depth: number
  parts: number
}

const longestBoundary = 256
/** How often a boundary's bytes may turn up where they are no boundary, in all. */
const mostLookalikes = 20_000

/**
 * Finds the parts of a message (RFC 2046 §5.1) without copying any. Time is at most `limits.depth` searches over the
 * bytes, whatever they are: an unterminated part ends with its parent, what is past a limit is left as one opaque part.
 */
export function walk(raw: Buffer, limits: PartLimits): Walk {
  const problems = new Set<string>()
  const parts: Part[] = []
  const top = readHeaders(raw, 0, raw.length)
  if (top.truncated) problems.add('headers-truncated')
  let seen = 0
  let lookalikes = 0

  const visit = (fields: HeaderField[], bodyAt: number, bodyEnd: number, depth: number): void => {
    seen++
    const { value, parameters } = structured(field(fields, 'content-type'))
    const disposition = structured(field(fields, 'content-disposition'))
    const encoding = field(fields, 'content-transfer-encoding').slice(0, 64).trim().toLowerCase()
    const boundary = parameters.get('boundary') ?? ''
    const nests = value.startsWith('multipart/') || (value === 'message/rfc822' && !isCoded(encoding))
    if (nests && depth >= limits.depth) problems.add('nesting-too-deep')
    else if (value.startsWith('multipart/')) {
      if (boundary !== '' && boundary.length <= longestBoundary) {
        split(boundary, bodyAt, bodyEnd, depth)
        return
      }
      problems.add('boundary-missing')
    } else if (nests && disposition.value !== 'attachment') {
      readPart(bodyAt, bodyEnd, depth + 1)
      return
    }
    parts.push({
      type: value === '' ? 'text/plain' : value,
      parameters,
      disposition: disposition.value,
      name: disposition.parameters.get('filename') ?? parameters.get('name') ?? '',
      encoding,
      bodyAt,
      bodyEnd,
    })
  }

  const readPart = (from: number, to: number, depth: number): void => {
    const header = readHeaders(raw, from, to)
    if (header.truncated) problems.add('headers-truncated')
    visit(header.fields, Math.min(header.bodyAt, to), to, depth)
  }

  const split = (boundary: string, from: number, to: number, depth: number): void => {
    const marker = Buffer.from(`--${boundary}`, 'latin1')
    const region = raw.subarray(0, to)
    let partAt = -1
    let at = from
    while (at < to) {
      const found = region.indexOf(marker, at)
      if (found === -1) break
      at = found + marker.length
      if (lookalikes++ > mostLookalikes) {
        problems.add('too-many-parts')
        return
      }
      if (found > from && raw[found - 1] !== 10) continue
      const closing = raw[at] === 45 && raw[at + 1] === 45
      let end = closing ? at + 2 : at
      while (end < to && (raw[end] === 32 || raw[end] === 9 || raw[end] === 13)) end++
      if (end < to && raw[end] !== 10) continue
      if (partAt !== -1) {
        if (seen >= limits.parts) {
          problems.add('too-many-parts')
          return
        }
        readPart(partAt, lineEndBefore(raw, partAt, found), depth + 1)
      }
      partAt = closing ? -1 : Math.min(end + 1, to)
      at = Math.max(at, end)
      if (closing) return
    }
    problems.add('boundary-unterminated')
    if (partAt !== -1 && seen < limits.parts) readPart(partAt, to, depth + 1)
  }

  visit(top.fields, top.bodyAt, raw.length, 0)
  return { fields: top.fields, bodyAt: top.bodyAt, parts, problems }
}

/** RFC 2046 §5.1.1: the line end before a boundary belongs to the boundary. */
function lineEndBefore(raw: Buffer, from: number, boundaryAt: number): number {
  let end = boundaryAt
  if (end > from && raw[end - 1] === 10) end--
  if (end > from && raw[end - 1] === 13) end--
  return end
}

function isCoded(encoding: string): boolean {
  return encoding === 'base64' || encoding === 'quoted-printable'
}
