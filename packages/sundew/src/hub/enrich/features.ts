import type { MailFacts } from './mime.ts'
import { mixed } from './minhash.ts'

/** What of a mail decides its campaign. */
export type CampaignFacts = Pick<MailFacts, 'subjectText' | 'text' | 'attachments'>

/** Characters of text read, words used, and features kept of a mail (those of the smallest hashes: a fair sample). */
export const featureLimits = { text: 16 * 1024, words: 2048, features: 256 } as const

/**
 * What a mail says with all that changes from copy to copy masked, as 32-bit hashes: each word, each pair of neighbours in
 * a line, the subject's words apart, and kind and rough size of attachments. Numbers, tokens with digits, links, addresses
 * and the name after a greeting are masked, so they count only for the words beside them.
 */
export function features(facts: CampaignFacts): Set<number> {
  const all = new Set<number>()
  let left: number = featureLimits.words
  for (const line of facts.text.slice(0, featureLimits.text).split('\n')) {
    if (left <= 0) break
    left -= addLine(line, 1, left, all)
  }
  addLine(facts.subjectText.slice(0, 512), 2, 64, all)
  for (const { mimeType, bytes } of facts.attachments.slice(0, 16))
    all.add(hash(`${mimeType} ${Math.round(Math.log2(bytes.length + 1) * 2)}`))
  if (all.size <= featureLimits.features) return all
  return new Set(Uint32Array.from(all).sort().subarray(0, featureLimits.features))
}

const word = /[^\s,;!?()[\]{}<>"“”«»|]+/g
const greetings = new Set([
  'dear',
  'hi',
  'hello',
  'hey',
  'hallo',
  'bonjour',
  'hola',
  'mr',
  'mrs',
  'ms',
  'greetings',
])

function addLine(line: string, seed: number, most: number, into: Set<number>): number {
  let previous = 0
  let words = 0
  let afterGreeting = false
  for (const match of line.matchAll(word)) {
    if (words >= most) break
    const found = wordOf(match[0])
    if (found === nothing) continue
    words++
    const { isGreeting } = found
    const isName = afterGreeting && !isGreeting
    afterGreeting = isGreeting
    const h = mixed((isName ? name : found.hash) ^ seed)
    // What is masked is in every spam: alone it tells nothing, beside a word it does.
    if (!isName && !found.isMasked) into.add(h)
    if (previous !== 0) into.add(mixed(previous ^ Math.imul(h, 0x9e3779b1)))
    previous = h
  }
  return words
}

interface Word {
  readonly hash: number
  readonly isMasked: boolean
  readonly isGreeting: boolean
}

const nothing: Word = { hash: 0, isMasked: true, isGreeting: false }
const name = hash('\u0001name')

/** Words seen before: spam repeats itself. Emptied when full. */
const seen = new Map<string, Word>()
const mostSeen = 50_000
const longestSeen = 32

function wordOf(raw: string): Word {
  const known = seen.get(raw)
  if (known !== undefined) return known
  const token = masked(raw)
  const found =
    token === ''
      ? nothing
      : { hash: hash(token), isMasked: token[0] === '\u0001', isGreeting: greetings.has(token) }
  // A token with a digit is of one mail and not worth its place.
  if (raw.length <= longestSeen && token !== '\u0001token') {
    if (seen.size >= mostSeen) seen.clear()
    // A copy, so that the word doesn't keep the whole mail in memory.
    seen.set(Buffer.from(raw, 'utf16le').toString('utf16le'), found)
  }
  return found
}

const longestWord = 24

function masked(raw: string): string {
  if (raw.includes('://') || raw.startsWith('www.')) return '\u0001url'
  if (raw.includes('@')) return '\u0001address'
  const token = raw.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
  if (token === '') return ''
  if (/\p{N}/u.test(token)) return '\u0001token'
  // A word without a vowel, or longer than words are: made up by a machine.
  if (token.length > longestWord || (token.length > 4 && /^[b-df-hj-np-tv-xz]+$/.test(token)))
    return '\u0001token'
  return token
}

/** FNV-1a, then mixed. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mixed(h)
}
