import type { MailFacts } from './mime.ts'
import { mixed } from './minhash.ts'
import { Words, type Word } from './words.ts'

/** What of a mail decides its campaign. */
export type CampaignFacts = Pick<MailFacts, 'subjectText' | 'text' | 'attachments'>

/** Characters of text read, words used, and features kept of a mail (those of the smallest hashes: a fair sample). */
export const featureLimits = { text: 16 * 1024, words: 2048, features: 256 } as const

const words = new Words()

/**
 * What a mail says with all that changes from copy to copy masked, as 32-bit hashes: each word, each pair of neighbours in
 * a line, the subject's words apart, and kind and rough size of attachments. Numbers, tokens with digits, links, addresses
 * and the name after a greeting are masked, so they count only for the words beside them.
 */
export function features(facts: CampaignFacts): Uint32Array {
  const gathered = new Gathered()
  gathered.addLines(facts.text.slice(0, featureLimits.text), 1)
  gathered.addLines(facts.subjectText.slice(0, 512), 2)
  for (const { mimeType, bytes } of facts.attachments.slice(0, 16))
    gathered.add(words.hashOf(`${mimeType} ${Math.round(Math.log2(bytes.length + 1) * 2)}`))
  return gathered.least(featureLimits.features)
}

/** Two features a word of text and subject, and the attachments. One for all: nothing here waits. */
const scratch = new Uint32Array(4 * featureLimits.words + 16)

class Gathered {
  #count = 0

  add(hash: number): void {
    scratch[this.#count++] = hash
  }

  addLines(text: string, seed: number): void {
    let left: number = featureLimits.words
    let previous = 0
    let afterGreeting = false
    words.read(text, (word: Word, startsLine: boolean) => {
      if (startsLine) {
        previous = 0
        afterGreeting = false
      }
      const isName = afterGreeting && !word.isGreeting
      afterGreeting = word.isGreeting
      const h = mixed((isName ? words.name.hash : word.hash) ^ seed)
      // What is masked is in every spam: alone it tells nothing, beside a word it does.
      if (!isName && !word.isMasked) this.add(h)
      if (previous !== 0) this.add(mixed(previous ^ Math.imul(h, 0x9e3779b1)))
      previous = h
      return --left > 0
    })
  }

  /** The smallest, each once, in order. */
  least(most: number): Uint32Array {
    const sorted = scratch.subarray(0, this.#count).sort()
    const out = new Uint32Array(Math.min(most, this.#count))
    let length = 0
    for (let i = 0; i < sorted.length && length < most; i++)
      if (i === 0 || sorted[i] !== sorted[i - 1]) out[length++] = sorted[i]!
    return out.subarray(0, length)
  }
}
