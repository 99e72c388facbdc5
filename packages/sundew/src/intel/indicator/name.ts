import { domainToASCII } from 'node:url'
import { getPublicSuffix } from 'tldts'
import type { RefusalReason } from './refusal.ts'

/** RFC 1035 §2.3.4, as text without the final dot. */
export const nameLimits = { name: 253, label: 63, labels: 127 } as const

const suffixOptions = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
  mixedInputs: false,
} as const

/** The normal form of a name, or why it has none. */
export type NameReading = { readonly name: string } | { readonly reason: RefusalReason }

/**
 * A domain name in its normal form: lower case, ASCII (UTS 46 by Node's `domainToASCII`), without final dot; two labels at
 * least, of letters, digits, `-` (not at their beginning) and `_`, the last a top-level domain by its form.
 */
export function readName(text: string): NameReading {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  const reason = faultOf(name)
  if (reason === undefined) return { name }
  if (reason === 'upper') return readName(name.toLowerCase())
  if (reason !== 'foreign') return { reason }
  // It would decode %2e, and read 0x7f.1 as an address.
  if (name.length > nameLimits.name || name.includes('%')) return { reason: 'idna' }
  const ascii = domainToASCII(name)
  const again = faultOf(ascii)
  if (ascii === '' || /^[\d.]+$/.test(ascii) || again === 'foreign' || again === 'upper')
    return { reason: 'idna' }
  return again === undefined ? { name: ascii } : { reason: again }
}

/** Whether names are registered right below it by anybody: a public suffix, its private section included. */
export function isPublicSuffix(name: string): boolean {
  return getPublicSuffix(name, suffixOptions) === name
}

/** What is wrong with a name; `upper` and `foreign` where it may yet come right. */
function faultOf(name: string): RefusalReason | 'upper' | 'foreign' | undefined {
  let label = 0
  let labels = 1
  let upper = false
  let letters = false
  let underscore = false
  let last = 0
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at)
    if (code === 0x2e) {
      if (label === 0) return 'label'
      labels++
      label = 0
      letters = false
      underscore = false
    } else {
      if (code >= 0x61 && code <= 0x7a) letters = true
      else if (code >= 0x41 && code <= 0x5a) {
        letters = true
        upper = true
      } else if (code === 0x2d) {
        if (label === 0) return 'label'
      } else if (code === 0x5f) underscore = true
      else if (code > 0x7f) return 'foreign'
      else if (code < 0x30 || code > 0x39) return 'label'
      if (++label > nameLimits.label) return 'label'
    }
    last = code
  }
  if (name.length > nameLimits.name) return 'name-length'
  if (label === 0) return 'label'
  if (labels === 1) return 'single-label'
  if (!letters || underscore || last === 0x2d) return 'tld'
  return upper ? 'upper' : undefined
}
