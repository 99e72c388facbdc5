import { isAddressLiteral, isDomain } from './domain.ts'

/** The operand of MAIL FROM or RCPT TO. */
export interface Operand {
  /** What stood between the brackets, or the bare word; source route and quotes as sent. */
  readonly path: string
  /** The words after it, as sent. */
  readonly words: readonly string[]
}

/**
 * Takes `FROM:<a@b> SIZE=1` apart as Postfix does: the keyword in any case, blanks around the path, and the path up to
 * the first blank outside quotes and brackets. Undefined where the keyword, the colon or the path is missing.
 * `open` is set where a bracket or a quote was never closed.
 */
export function splitOperand(
  text: string,
  keyword: 'FROM' | 'TO',
): (Operand & { open: boolean }) | undefined {
  const colon = keyword.length
  if (text.charCodeAt(colon) !== 0x3a || text.slice(0, colon).toUpperCase() !== keyword) return undefined
  let at = colon + 1
  while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) at++
  if (at >= text.length) return undefined
  const begin = at
  let depth = 0
  let quoted = false
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === 0x5c) at++
    else if (c === 0x22) quoted = !quoted
    else if (quoted) continue
    else if (c === 0x3c) depth++
    else if (c === 0x3e) depth = Math.max(0, depth - 1)
    else if ((c === 0x20 || c === 0x09) && depth === 0) break
  }
  const rest = text.slice(at).trim()
  return {
    path: text.slice(begin, at),
    words: rest === '' ? [] : rest.split(/[ \t]+/),
    open: depth > 0 || quoted,
  }
}

/**
 * The address within a path as Postfix's lenient reading has it: brackets stripped, however many, or missing.
 * Undefined where it is no address Postfix takes; the empty string for `<>`.
 */
export function addressOf(path: string): string | undefined {
  let begin = 0
  let end = path.length
  while (path.charCodeAt(begin) === 0x3c || path.charCodeAt(begin) === 0x20) begin++
  while (end > begin && (path.charCodeAt(end - 1) === 0x3e || path.charCodeAt(end - 1) === 0x20)) end--
  const address = path.slice(begin, end)
  return address === '' || isAddress(address) ? address : undefined
}

function isAddress(address: string): boolean {
  const at = lastAt(address)
  if (at === 'bad') return false
  if (at < 0) return true
  const domain = address.slice(at + 1)
  return domain.startsWith('[') ? isAddressLiteral(domain) : isDomain(domain)
}

/** Where the domain's `@` is; -1 where there is none; `bad` where what stands before it is more than one word. */
function lastAt(address: string): number | 'bad' {
  let quoted = false
  let comment = 0
  let found = -1
  // A source route's commas and colon are no part of the local part (RFC 5321 §4.1.2, appendix C).
  const colon = address.startsWith('@') ? address.indexOf(':') : -1
  for (let i = colon + 1; i < address.length; i++) {
    const c = address.charCodeAt(i)
    if (c === 0x5c) i++
    else if (c === 0x22) quoted = !quoted
    else if (quoted) continue
    else if (c === 0x28) comment++
    else if (c === 0x29) comment--
    else if (comment > 0) continue
    else if (c === 0x40) found = i
    else if (c === 0x20 || c === 0x09 || c === 0x2c || c === 0x3b || c === 0x3c || c === 0x3e) return 'bad'
  }
  return quoted ? 'bad' : found
}
