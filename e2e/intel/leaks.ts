import { parseAddress, parseRange } from '../../packages/sundew/src/match/parse-address.ts'
import { compareWords } from '../../packages/sundew/src/match/words.ts'

/** What the suite's owner allows, though it is listed or lies in what is. */
export const allowed = {
  names: ['freetibet.top', 'good.worse.example.org'],
  addresses: ['198.51.100.53', '2001:db8:bad::53', '118.193.225.133'],
} as const

/** Files that say what is allowed, and lines that do: they are meant to hold it. */
const sayAllowed = /(^|\/)allow|\.previous$|passthru|allow\.rpz/
const allowLine =
  /@@|always_transparent|\btransparent\b|rpz-passthru|server=\/|accept|allowed|allow|whitelist|pass |DUNNO/i

/**
 * Allowed values in what was published, looked for by other means than those that keep them out: every word of every file that is
 * a name or an address, a prefix or a range of any notation, is held against them. `file: word` each.
 */
export function leaksIn(files: ReadonlyMap<string, string>): string[] {
  const addresses = allowed.addresses.map((text) => parseAddress(text)!)
  const names = new Set<string>(allowed.names)
  const found: string[] = []
  for (const [file, text] of files) {
    if (sayAllowed.test(file)) continue
    for (const line of text.split('\n')) {
      if (allowLine.test(line)) continue
      for (const word of line.split(/[\s,;"'{}|=()<>]+/)) {
        if (names.has(word.toLowerCase().replace(/\.$/, ''))) found.push(`${file}: ${word}`)
        const range = parseRange(fromReversed(word) ?? word)
        if (!range) continue
        const inside = addresses.some(
          (address) => compareWords(range.first, address) <= 0 && compareWords(address, range.last) <= 0,
        )
        if (inside) found.push(`${file}: ${word}`)
      }
    }
  }
  return found
}

/** `24.0.113.0.203.rpz-ip` is 203.0.113.0/24. */
function fromReversed(word: string): string | undefined {
  const match = /^(\d+)\.((?:[0-9a-f]+|zz)(?:\.(?:[0-9a-f]+|zz))*)\.rpz-(?:ns)?ip$/.exec(word)
  if (!match) return undefined
  const parts = match[2]!.split('.').reverse()
  if (parts.length === 4 && parts.every((part) => /^\d+$/.test(part))) return `${parts.join('.')}/${match[1]}`
  return `${parts.join(':').replace('zz', '').replace(/^:|:$/, '::').replace(/:::+/, '::')}/${match[1]}`
}
