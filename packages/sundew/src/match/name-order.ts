import type { GrowingBytes } from './growing-bytes.ts'
import { domainCode, hostnameCode, kindCodes, urlCode } from './name-hash.ts'
import type { TextKind } from './named.ts'

const longestText = 4096
const longestName = 253

const encoder = new TextEncoder()
const control = /[\u0000-\u001f\u007f]/
const notInNames = /[^!-~]/
const dot = 0x2e

/** What separates labels, and parts of a text, while texts are sorted: below all that may stand in one. */
export const separator = 0x01

/**
 * A text as nodes are sorted by: its kind, then the labels of a name from the right, or a URL's host and path before its
 * scheme. A host name has a separator at its end: it comes after the domain of the same name, and before what lies in that.
 *
 * @throws RangeError for a text that no indicator has: empty, too long, or with control characters
 */
export function pushSorted(bytes: GrowingBytes, kind: TextKind, indicator: string): void {
  const code = kindCodes[kind]
  const length = indicator.length
  if (length === 0 || length > (code <= hostnameCode ? longestName : longestText))
    throw new RangeError(`A ${kind} has no ${length} characters`)
  if ((code <= hostnameCode ? notInNames : control).test(indicator))
    throw new RangeError(`A ${kind} has no such characters: ${JSON.stringify(indicator.slice(0, 100))}`)
  bytes.push(code === hostnameCode ? domainCode + 1 : code + 1)
  if (code <= hostnameCode) {
    pushName(bytes, indicator)
    if (code === hostnameCode) bytes.push(separator)
  } else if (code === urlCode) {
    const scheme = /^https?:\/\//.exec(indicator)?.[0] ?? ''
    pushText(bytes, indicator.slice(scheme.length))
    bytes.push(separator)
    pushText(bytes, scheme)
  } else pushText(bytes, indicator)
}

/** The labels of a name from the right; a character is a byte. */
function pushName(bytes: GrowingBytes, name: string): void {
  const into = bytes.reserve(name.length)
  let to = bytes.length
  let end = name.length
  for (let at = end - 1; at >= -1; at--) {
    if (at >= 0 && name.charCodeAt(at) !== dot) continue
    for (let from = at + 1; from < end; from++) into[to++] = name.charCodeAt(from)
    if (at >= 0) into[to++] = separator
    end = at
  }
  bytes.length = to
}

function pushText(bytes: GrowingBytes, text: string): void {
  const into = bytes.reserve(text.length * 3)
  let to = bytes.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) {
      bytes.length += encoder.encodeInto(text, into.subarray(bytes.length)).written
      return
    }
    into[to++] = code
  }
  bytes.length = to
}
