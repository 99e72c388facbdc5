import type { Envelope, Facts } from '../persona.ts'

const keyword = /^(?:FROM|TO):[ \t]*/i
const mailParameter = /^(.*[^ \t])[ \t]+(SIZE|BODY|RET|ENVID|AUTH|PRDR|SMTPUTF8)(?:=([^ \t]*))?[ \t]*$/is
/** Exim names at most this much of what it did not expect. */
const shownBytes = 32
const maxAddressBytes = 320

/** The operand of MAIL or RCPT as Exim 4.96 reads it, parameters from the end backwards, with its words of refusal. */
export function eximEnvelope(verb: 'MAIL' | 'RCPT', rest: string, facts: Facts): Envelope {
  let operand = rest.replace(keyword, '')
  if (operand === '') return { refuse: `501 ${verb} must have an address operand` }
  const params: string[] = []
  while (verb === 'MAIL') {
    const found = mailParameter.exec(operand)
    if (!found) break
    const [, before, name, value] = found
    if (/^BODY$/i.test(name!) && !/^(?:8BITMIME|7BIT)$/i.test(value ?? '')) {
      return { refuse: '501 invalid data for BODY' }
    }
    if (/^SIZE$/i.test(name!) && parseInt(value ?? '', 10) > facts.maxMessageBytes) {
      return { refuse: '552 Message size exceeds maximum permitted' }
    }
    params.unshift(value === undefined ? name! : `${name}=${value}`)
    operand = before!
  }
  const path = eximPath(operand)
  if ('why' in path) return { refuse: `501 ${operand}: ${path.why}` }
  if (path.address === '') {
    return verb === 'MAIL'
      ? { address: '', params }
      : { refuse: `501 ${operand}: missing or malformed local part` }
  }
  if (path.domain === undefined) {
    return {
      refuse: `501 ${operand}: ${verb === 'MAIL' ? 'sender' : 'recipient'} address must contain a domain`,
    }
  }
  if (verb === 'RCPT' && restricted(path.local, path.domain === facts.host)) {
    return { refuse: '550 restricted characters in address' }
  }
  return { address: path.address, params }
}

/** Debian's acl_check_rcpt: characters that a local part had better not have. */
function restricted(local: string, ours: boolean): boolean {
  return ours ? /^\.|[@%!/|`#&?]/.test(local) : /^[./|]|[@%!`#&?]|\/\.\.\//.test(local)
}

type EximPath =
  | { readonly why: string }
  | { readonly address: string; readonly local: string; readonly domain: string | undefined }

/** An address by Exim's grammar, or what it says against it. */
export function eximPath(text: string): EximPath {
  const bracket = text.startsWith('<')
  const body = text.slice(bracket ? 1 : 0)
  if (bracket && body.startsWith('>')) return { address: '', local: '', domain: undefined }
  const route = /^@[^<>:]*:/.exec(body)?.[0] ?? ''
  const local = /^(?:"(?:[^"\\]|\\.)*"|[^\s<>@,;:()[\]\\"])*/s.exec(body.slice(route.length))![0]
  let at = route.length + local.length
  if (local === '') return { why: 'missing or malformed local part' }
  let domain: string | undefined
  if (body[at] === '@') {
    domain = /^(?:\[[^\]]*\]|[^\s<>@]*)/.exec(body.slice(at + 1))![0]
    at += 1 + domain.length
    if (domain.startsWith('[')) return { why: 'domain literals not allowed' }
    if (!isEximDomain(domain)) return { why: 'domain missing or malformed' }
  } else if (at < body.length && body[at] !== '>') {
    return { why: `"@" or "." expected after "${body.slice(0, at)}"` }
  }
  const address = body.slice(0, at)
  if (address.length > maxAddressBytes) {
    return { why: `address is ridiculously long: ${address.slice(0, 2 * shownBytes)}...` }
  }
  const before = text.slice(0, at + (bracket ? 1 : 0))
  if (!bracket) return at < body.length ? misplaced(body.slice(at), before) : { address, local, domain }
  if (at >= body.length) return { why: "'>' missing at end of address" }
  if (body[at] !== '>') return misplaced(body.slice(at), before)
  const after = body.slice(at + 1)
  const words = after.trimStart()
  if (words === '') return { address, local, domain }
  return misplaced(words, `${before}>${after.slice(0, after.length - words.length)}`)
}

function misplaced(text: string, before: string): { why: string } {
  return { why: `malformed address: ${text.slice(0, shownBytes)} may not follow ${before}` }
}

function isEximDomain(domain: string): boolean {
  return /^[\w\x80-\xff](?:[\w\x80-\xff-]*[\w\x80-\xff])?(?:\.[\w\x80-\xff](?:[\w\x80-\xff-]*[\w\x80-\xff])?)*$/.test(
    domain,
  )
}
