import { readHeaders, type HeaderField } from './headers.ts'

/** Names taken from a message's headers at most, and characters of each. */
export const envelopeLimits = { recipients: 100, characters: 1024 } as const

/** What the headers of a stored message say of how it came. All of it may be forged: whoever wrote the message may have written these too. */
export interface HeaderEnvelope {
  /** Undefined where no header names a sender; empty for the null sender. */
  readonly sender: string | undefined
  readonly recipients: readonly string[]
  /** The name given in HELO or EHLO. */
  readonly helo: string
  /** Where the peer's address should stand, at most 64 characters; undefined where nothing does. Not checked to be one. */
  readonly peer: string | undefined
  /** When it was received, milliseconds since the Unix epoch. */
  readonly receivedMs: number | undefined
  /** The Date header, the same. */
  readonly dateMs: number | undefined
}

const senderHeaders = ['return-path', 'x-mail-args']
/** The first of these that a message has names all recipients. */
const recipientHeaders = ['x-original-to', 'delivered-to', 'envelope-to', 'x-inetsim-rcpt', 'x-rcpt-args']

/**
 * Reads what mail servers leave in front of a message that they store: Postfix, qmail, Exim, InetSim, smtp-sink. Of several `Received`
 * the topmost counts.
 * @param head the message's first bytes, its header block at least as far as it should be looked at
 */
export function headerEnvelope(head: Buffer): HeaderEnvelope {
  const { fields } = readHeaders(head, 0, head.length)
  const received = first(fields, ['received']) ?? ''
  const clause = /^from[ \t]+([^ \t(]+)[ \t]*(\([^)]*\))?/i.exec(received)
  return {
    sender: address(first(fields, senderHeaders)),
    recipients: recipientsOf(fields),
    helo: (first(fields, ['x-helo-args']) ?? clause?.[1] ?? '').slice(0, envelopeLimits.characters),
    peer: bare(first(fields, ['x-client-addr'])) ?? bracketed(clause?.[2]) ?? bracketed(clause?.[1]),
    receivedMs: dateOf(received.slice(received.lastIndexOf(';') + 1)),
    dateMs: dateOf(first(fields, ['date']) ?? ''),
  }
}

function first(fields: readonly HeaderField[], names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = fields.find((field) => field.name === name)
    if (found) return found.value
  }
  return undefined
}

function recipientsOf(fields: readonly HeaderField[]): string[] {
  const name = recipientHeaders.find((wanted) => fields.some((field) => field.name === wanted))
  const named = fields.filter((field) => field.name === name).map(({ value }) => value)
  // smtp-sink writes the arguments of RCPT, one header a recipient; the others may name several.
  const each = named.flatMap((value) => (name === 'x-rcpt-args' ? [value] : value.split(/,/)))
  const found = each.map((value) => address(value) ?? '').filter((value) => value !== '')
  return [...new Set(found)].slice(0, envelopeLimits.recipients)
}

/** What stands in angle brackets, or all of it. */
function address(value: string | undefined): string | undefined {
  const text = value?.slice(0, envelopeLimits.characters).trim()
  return text === undefined ? undefined : (/<([^>]*)>/.exec(text)?.[1] ?? text)
}

/** The address literal of RFC 5321 §4.1.3 in it. */
function bracketed(text: string | undefined): string | undefined {
  return bare(/\[([^\]]{1,64})\]/.exec(text ?? '')?.[1])
}

function bare(text: string | undefined): string | undefined {
  return text
    ?.replace(/^ipv6:/i, '')
    .trim()
    .slice(0, 64)
}

function dateOf(text: string): number | undefined {
  const short = text.trim().slice(0, 80)
  // Only what looks like RFC 5322 §3.3: Date.parse takes nearly any words with a number in them.
  if (!/^(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d{2}/.test(short)) return undefined
  const ms = Date.parse(short)
  return Number.isFinite(ms) ? ms : undefined
}
