import { mixed } from './minhash.ts'

export interface Word {
  /** 32 bits. */
  readonly hash: number
  /** True for what changes from copy to copy: a number, a link, an address, a made-up token. */
  readonly isMasked: boolean
  /** Dear, Hi …: a name follows. */
  readonly isGreeting: boolean
}

const greetings = new Set(
  'dear hi hello hey hallo bonjour hola mr mrs ms greetings guten liebe lieber sehr geehrte'.split(' '),
)

/** Words remembered; all are forgotten when there are more. A longer word than that is a token. Characters. */
const mostKnown = 50_000
const longestWord = 24

/** Characters that end a word: controls, space and those that punctuate. 1 in the table; 2 for digits, 3 for `@`, 4 for `:`. */
const classes = new Uint8Array(128).fill(1, 0, 33)
for (const c of ',;!?()[]{}<>"|*~=\x7f') classes[c.charCodeAt(0)] = 1
for (const c of '0123456789') classes[c.charCodeAt(0)] = 2
classes[64] = 3
classes[58] = 4

/** Splits text into words, each looked up by its hash: a word met before costs no more than reading its letters. */
export class Words {
  readonly name: Word = masked('name')
  readonly #token = masked('token')
  readonly #link = masked('link')
  readonly #address = masked('address')
  readonly #known = new Map<number, Word | null>()

  hashOf(text: string): number {
    let h = fnvBasis
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), fnvPrime)
    return mixed(h)
  }

  /** Calls `each` for every word, with whether it is the first of its line, until that returns false. */
  read(text: string, each: (word: Word, startsLine: boolean) => boolean): void {
    let startsLine = true
    let at = 0
    const end = text.length
    while (at < end) {
      const start = at
      let h = fnvBasis
      let marks = 0
      let c = 0
      for (; at < end; at++) {
        c = text.charCodeAt(at)
        const kind = c < 128 ? classes[c]! : isWideMark(c) ? 1 : 0
        if (kind === 1) break
        if (kind !== 0) marks |= 1 << kind
        if (c >= 65 && c <= 90) c |= 32
        h = Math.imul(h ^ c, fnvPrime)
      }
      if (at > start) {
        const word = this.#word(text, start, at, h, marks)
        // A link goes on over what ends a word.
        if (word === this.#link) while (at < end && !endsLink(text.charCodeAt(at))) at++
        if (word !== null) {
          if (!each(word, startsLine)) return
          startsLine = false
        }
      }
      if (text.charCodeAt(at) === 10) startsLine = true
      at++
    }
  }

  #word(text: string, start: number, end: number, h: number, marks: number): Word | null {
    if (marks & (1 << 3)) return this.#address
    if (marks & (1 << 4) && text.slice(start, Math.min(end, start + 16)).includes('://')) return this.#link
    if (marks & (1 << 2)) return text.startsWith('www.', start) ? this.#link : this.#token
    if (end - start > 2 * longestWord) return this.#token
    const known = this.#known.get(h)
    if (known !== undefined) return known
    if (this.#known.size >= mostKnown) this.#known.clear()
    const made = this.#made(text.slice(start, end))
    this.#known.set(h, made)
    return made
  }

  #made(raw: string): Word | null {
    const text = raw.toLowerCase()
    if (text.startsWith('www.')) return this.#link
    const bare = text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    if (bare === '') return null
    // Longer than words are, or without a vowel: made up by a machine.
    if (bare.length > longestWord || (bare.length > 4 && /^[b-df-hj-np-tv-xz]+$/.test(bare)))
      return this.#token
    return { hash: this.hashOf(bare), isMasked: false, isGreeting: greetings.has(bare) }
  }
}

const fnvBasis = 0x811c9dc5 | 0
const fnvPrime = 0x01000193

function masked(what: string): Word {
  let h = fnvBasis
  for (const c of `\u0001${what}`) h = Math.imul(h ^ c.charCodeAt(0), fnvPrime)
  return { hash: mixed(h), isMasked: true, isGreeting: false }
}

function endsLink(c: number): boolean {
  return c <= 32 || c === 34 || c === 60 || c === 62
}

/** No-break and general spaces, typographic quotes and dashes, CJK punctuation. */
function isWideMark(c: number): boolean {
  return (
    c === 0xa0 || c === 0xab || c === 0xbb || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f)
  )
}
