import type { Part, Word } from '../syntax/ast.ts'
import { TooDeep } from '../syntax/syntax-error.ts'

/** Words that braces may make of one. */
const maxWords = 100_000
const maxDepth = 100

/** Too many: bash says so and leaves the word as it is. */
export class TooManyWords extends Error {
  readonly count: string

  constructor(count: string) {
    super(count)
    this.count = count
  }
}

/** What `{a,b}` and `{1..3}` make of a word. Kept with the word, since it is always the same. @throws TooManyWords */
export function braces(word: Word): readonly Word[] {
  if (!word.braces) return [word]
  word.expanded ??= expandWord(word)
  return word.expanded
}

/** A character that could mean something, or a part that can't. */
type Atom = string | Part

function expandWord(word: Word): readonly Word[] {
  const atoms: Atom[] = word.parts.flatMap((part): Atom[] =>
    part.type === 'text' && !part.quoted ? part.text.split('') : [part],
  )
  const results = expand(atoms, 0, { left: maxWords })
  if (results.length === 1 && results[0]!.length === atoms.length) return [{ ...word, braces: false }]
  return results.map(wordOfAtoms)
}

function wordOfAtoms(atoms: readonly Atom[]): Word {
  const parts: Part[] = []
  let plain = ''
  const flush = () => {
    if (plain !== '') parts.push({ type: 'text', text: plain, quoted: false })
    plain = ''
  }
  for (const atom of atoms) {
    if (typeof atom === 'string') plain += atom
    else {
      flush()
      parts.push(atom)
    }
  }
  flush()
  return { parts, text: plain, plain: undefined, braces: false }
}

function expand(atoms: readonly Atom[], depth: number, words: { left: number }): (readonly Atom[])[] {
  if (depth > maxDepth) throw new TooDeep()
  for (let open = 0; open < atoms.length; open++) {
    if (atoms[open] !== '{') continue
    const inside = between(atoms, open)
    if (inside === undefined) continue
    const before = atoms.slice(0, open)
    const choices = inside.parts.flatMap((part) =>
      inside.sequence ? [part] : expand(part, depth + 1, words),
    )
    const rest = expand(atoms.slice(inside.end + 1), depth + 1, words)
    words.left -= choices.length * rest.length
    if (words.left < 0) throw new TooManyWords(String(choices.length * rest.length))
    return choices.flatMap((choice) => rest.map((tail) => [...before, ...choice, ...tail]))
  }
  return [atoms]
}

function between(
  atoms: readonly Atom[],
  open: number,
): { parts: (readonly Atom[])[]; end: number; sequence: boolean } | undefined {
  let nested = 0
  const commas: number[] = []
  for (let i = open + 1; i < atoms.length; i++) {
    const atom = atoms[i]
    if (atom === '{') nested++
    else if (atom === ',' && nested === 0) commas.push(i)
    else if (atom === '}' && nested-- === 0) {
      if (commas.length > 0) {
        const cuts = [open, ...commas, i]
        return {
          parts: cuts.slice(1).map((cut, k) => atoms.slice(cuts[k]! + 1, cut)),
          end: i,
          sequence: false,
        }
      }
      const inner = atoms.slice(open + 1, i)
      const sequence = inner.every((one) => typeof one === 'string') ? sequenceOf(inner.join('')) : undefined
      return sequence === undefined ? undefined : { parts: sequence, end: i, sequence: true }
    }
  }
  return undefined
}

function sequenceOf(text: string): string[][] | undefined {
  const numbers = /^([-+]?[0-9]+)\.\.([-+]?[0-9]+)(?:\.\.([-+]?[0-9]+))?$/.exec(text)
  if (numbers !== null) return numberSequence(numbers[1]!, numbers[2]!, numbers[3])
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([-+]?[0-9]+))?$/.exec(text)
  if (letters === null) return undefined
  const from = letters[1]!.charCodeAt(0)
  const to = letters[2]!.charCodeAt(0)
  return steps(from, to, letters[3]).map((code) => [String.fromCharCode(code)])
}

function numberSequence(first: string, last: string, step: string | undefined): string[][] | undefined {
  const from = Number(first)
  const to = Number(last)
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return undefined
  const padded = /^[-+]?0[0-9]/.test(first) || /^[-+]?0[0-9]/.test(last)
  const width = padded ? Math.max(first.length, last.length) : 0
  return steps(from, to, step).map((number) => {
    const digits = String(Math.abs(number)).padStart(number < 0 ? width - 1 : width, '0')
    return (number < 0 ? `-${digits}` : digits).split('')
  })
}

function steps(from: number, to: number, step: string | undefined): number[] {
  const by = Math.abs(Number(step ?? '1')) || 1
  const count = Math.floor(Math.abs(to - from) / by) + 1
  if (count > maxWords) throw new TooManyWords(String(count))
  return Array.from({ length: count }, (_, i) => (to >= from ? from + i * by : from - i * by))
}
