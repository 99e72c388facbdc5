import { bytesOf, type ByteString } from '../../event/bytes.ts'
import type { MailFacts } from './mime.ts'

/** What a probe would carry to be recognised when it arrives: what is ours. */
export interface Known {
  /** Our addresses as text, IPv4 or IPv6: those the peer may think we have. */
  readonly addresses: readonly string[]
  readonly hostnames: readonly string[]
  readonly credentials: readonly { readonly user: string; readonly password: string }[]
}

export interface ProbeMail {
  readonly facts: MailFacts
  readonly mailFrom: ByteString
  readonly rcptTo: readonly ByteString[]
}

/** Characters looked at from the start of the text; names and passwords shorter than this prove nothing. */
const headCharacters = 8 * 1024
const shortestName = 5
const shortestPassword = 4

interface Looked {
  /** Subject, X- headers and both ends of the text, lower-case. */
  readonly text: string
  /** The same in the case it was written. */
  readonly raw: string
  readonly subject: string
  readonly mail: ProbeMail
}

interface Rule {
  readonly reason: string
  readonly test: (looked: Looked, needles: Needles) => boolean
}

/** One line a rule. A reason is given once, however many rules find it. */
const rules: readonly Rule[] = [
  { reason: 'own-address', test: ({ text }, n) => n.dotted.some((a) => hasWord(text, a)) },
  { reason: 'own-address-reversed', test: ({ text }, n) => n.reversed.some((a) => hasWord(text, a)) },
  { reason: 'own-address-decimal', test: ({ text }, n) => n.decimal.some((a) => hasWord(text, a)) },
  { reason: 'own-address-hex', test: ({ text }, n) => n.hex.some((a) => hasHex(text, a)) },
  { reason: 'own-address-base64', test: ({ raw }, n) => n.base64.some((a) => raw.includes(a)) },
  { reason: 'own-hostname', test: ({ text }, n) => n.hostnames.some((h) => hasWord(text, h)) },
  {
    reason: 'own-credentials',
    test: ({ text }, n) => n.pairs.some(([u, p]) => hasWord(text, u) && hasWord(text, p)),
  },
  { reason: 'tester-header', test: ({ mail }) => mail.facts.headers.some((h) => testerHeaders.has(h.name)) },
  { reason: 'to-self', test: ({ mail }) => toSelf(mail) },
  { reason: 'tester-subject', test: ({ subject }) => testerSubjects.some((s) => s.test(subject)) },
]

/** Headers that open-relay testers write and mail programs don't. */
const testerHeaders = new Set([
  'x-spaminfo',
  'x-relay-test',
  'x-relaytest',
  'x-openrelay',
  'x-orbs-test',
  'x-smtp-test',
])

/** Subjects of open-relay testers. Anchored or of fixed words, so that each is one walk over the subject. */
const testerSubjects = [
  /^(?:open[ -]?)?relay[ -]?(?:test|check|probe)\b/,
  /^(?:test|testing|check|probe)[ :-]*(?:open[ -]?)?(?:smtp|relay|proxy)\b/,
  /^(?:smtp|mail ?server)[ -]?(?:test|check|checker|tester|cracked?|login)\b/,
  /^\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?:[|,;: ]\S{1,80}){0,3}$/,
]

/**
 * Why a mail looks like a test of whether we relay; empty where it doesn't. What is ours may be written dotted, reversed,
 * decimal, in hex or in base64; it is looked for in Subject, X- headers and the first and last of the text.
 */
export function probeReasons(mail: ProbeMail, known: Known): string[] {
  const { facts } = mail
  const subject = facts.subjectText.slice(0, 1024)
  const extra = facts.headers.filter((h) => h.name.startsWith('x-')).map((h) => h.value.slice(0, 512))
  const raw = [subject, ...extra.slice(0, 50), facts.text.slice(0, headCharacters), facts.tail].join('\n')
  const looked = { raw, text: raw.toLowerCase(), subject: subject.trim().toLowerCase(), mail }
  const needles = needlesOf(known)
  return [...new Set(rules.filter((rule) => rule.test(looked, needles)).map((rule) => rule.reason))]
}

interface Needles {
  dotted: string[]
  reversed: string[]
  decimal: string[]
  hex: string[]
  base64: string[]
  hostnames: string[]
  pairs: [user: string, password: string][]
}

const made = new WeakMap<Known, Needles>()

/** Kept for as long as the caller keeps `known`: hand over the same object while nothing of it changes. */
function needlesOf(known: Known): Needles {
  const before = made.get(known)
  if (before !== undefined) return before
  const n: Needles = { dotted: [], reversed: [], decimal: [], hex: [], base64: [], hostnames: [], pairs: [] }
  for (const address of known.addresses) {
    n.dotted.push(address.toLowerCase())
    n.base64.push(...base64Forms(address))
    const octets = address.split('.').map(Number)
    if (octets.length !== 4 || octets.some((o) => !Number.isInteger(o) || o < 0 || o > 255)) continue
    const backwards = octets.toReversed()
    const reversed = backwards.join('.')
    if (reversed !== address) n.reversed.push(reversed)
    n.decimal.push(String(Buffer.from(octets).readUInt32BE()))
    n.hex.push(Buffer.from(octets).toString('hex'), Buffer.from(backwards).toString('hex'))
    n.hex.push(octets.map((o) => o.toString(16).padStart(2, '0')).join('.'))
  }
  for (const name of known.hostnames) {
    if (name.length < shortestName || !name.includes('.')) continue
    n.hostnames.push(name.toLowerCase())
    n.base64.push(...base64Forms(name))
  }
  for (const { user, password } of known.credentials) {
    if (user === '' || password.length < shortestPassword || user === password) continue
    n.pairs.push([user.toLowerCase(), password.toLowerCase()])
  }
  made.set(known, n)
  return n
}

/** How `text` looks inside base64 at each of the three offsets, less the characters that its neighbours share. */
function base64Forms(text: string): string[] {
  if (text.length < shortestName + 2) return []
  const forms: string[] = []
  for (const offset of [0, 1, 2]) {
    const coded = Buffer.from('\0'.repeat(offset) + text, 'utf8')
      .toString('base64')
      .replace(/=+$/, '')
    const skip = offset === 0 ? 0 : offset + 1
    forms.push(coded.slice(skip, (offset + text.length) % 3 === 0 ? undefined : -1))
  }
  return forms
}

/**
 * `word` with neither letter nor digit beside it, and no dot that carries it on: 10.0.0.1 is not in 110.0.0.12 or
 * 10.0.0.1.9, but is in 10.0.0.1.in-addr.arpa; mail.a.example is not in mail.a.example.org.
 */
function hasWord(text: string, word: string): boolean {
  const carriesOn = isDigit(word.at(-1)) ? isDigit : isWord
  let at = text.indexOf(word)
  for (let tries = 0; at !== -1 && tries < 1000; tries++) {
    const end = at + word.length
    const before = isWord(text[at - 1]) || (text[at - 1] === '.' && isWord(text[at - 2]))
    const after = isWord(text[end]) || (text[end] === '.' && carriesOn(text[end + 1]))
    if (!before && !after) return true
    at = text.indexOf(word, at + 1)
  }
  return false
}

/** Eight hex digits of an address: no hex digit before, and at most one after (`1D9808AFD:8080` has one). */
function hasHex(text: string, hex: string): boolean {
  let at = text.indexOf(hex)
  for (let tries = 0; at !== -1 && tries < 1000; tries++) {
    const end = at + hex.length
    const before = text[at - 1]
    const clean = !isHex(before) || text.startsWith('0x', at - 2)
    if (clean && !(isHex(text[end]) && isHex(text[end + 1]))) return true
    at = text.indexOf(hex, at + 1)
  }
  return false
}

function isWord(c: string | undefined): boolean {
  return c !== undefined && /^[a-z0-9]$/.test(c)
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && /^[0-9]$/.test(c)
}

function isHex(c: string | undefined): boolean {
  return c !== undefined && /^[0-9a-f]$/.test(c)
}

function toSelf({ mailFrom, rcptTo }: ProbeMail): boolean {
  const sender = plain(mailFrom)
  return sender.includes('@') && rcptTo.length > 0 && rcptTo.every((r) => plain(r) === sender)
}

function plain(address: ByteString): string {
  return bytesOf(address).toString('utf8').replace(/^<|>$/g, '').trim().toLowerCase()
}
