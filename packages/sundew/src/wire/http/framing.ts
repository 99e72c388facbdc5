import { fieldsOf, type RequestHead } from './head.ts'

/** How the body of a request is delimited (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }

/**
 * Where two servers could disagree about where a request ends: what request smuggling is made of (RFC 9112 §11.2).
 * `length-and-chunks` alone leaves a framing to go by; after the others nobody can know where the next request begins.
 */
export type FramingFault =
  | 'bad-length'
  | 'unlike-lengths'
  | 'length-and-chunks'
  | 'chunks-not-last'
  | 'odd-encoding'
  | 'chunks-in-1.0'

export interface Framed {
  readonly framing: Framing
  readonly faults: readonly FramingFault[]
}

const none: Framed = { framing: { kind: 'none' }, faults: [] }

/** How the body after this head is delimited, and what is wrong with how it says so. */
export function framingOf(head: RequestHead): Framed {
  const encodings = fieldsOf(head, 'transfer-encoding')
  const lengths = fieldsOf(head, 'content-length')
  if (encodings.length === 0 && lengths.length === 0) return none
  const faults: FramingFault[] = []
  const numbers = lengths.flatMap(members)
  let bytes = 0
  for (const number of numbers) {
    if (!/^\d{1,15}$/.test(number)) faults.push('bad-length')
    else if (number !== numbers[0]) faults.push('unlike-lengths')
    else bytes = Number(number)
  }
  if (encodings.length === 0) return { framing: { kind: 'length', bytes }, faults }
  if (lengths.length > 0) faults.push('length-and-chunks')
  const codings = encodings.flatMap(members).map((value) => value.toLowerCase())
  if (codings.at(-1) !== 'chunked' || codings.indexOf('chunked') !== codings.length - 1)
    faults.push('chunks-not-last')
  if (
    encodings.length > 1 ||
    codings.some((coding) => !/^(chunked|gzip|x-gzip|deflate|compress|identity)$/.test(coding))
  ) {
    faults.push('odd-encoding')
  }
  if (head.version?.major === 1 && head.version.minor === 0) faults.push('chunks-in-1.0')
  return { framing: { kind: 'chunked' }, faults }
}

/** Members of a list (RFC 9110 §5.6.1). Blank and tab alone are trimmed: String.trim() would hide a vertical tab. */
function members(value: string): string[] {
  return value.split(',').map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
}
