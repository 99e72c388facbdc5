import { Growing } from './growing.ts'
import { Numbered } from './numbered.ts'

/** What may come of a listed indicator: it is published and matched, or only matched. */
export type LabelAction = 'block' | 'alert'

/** Words of one label: source, title's string, link's string, verdict. */
export const labelStride = 4

const blockBit = 0x100

/** What the entries of a set carry, as columns of its file. Strings are numbered; 0 is the empty one. */
export interface LabelColumns {
  /** {@link labelStride} words a label. */
  readonly labelWords: Uint32Array
  /** The string that names each source. */
  readonly sources: Uint32Array
  /** String n is the UTF-8 from stringFrom[n] to before stringFrom[n + 1]. */
  readonly stringFrom: Uint32Array
  readonly strings: Uint8Array
}

/** One label of {@link LabelColumns}. */
export interface Label {
  readonly source: number
  readonly title: string
  readonly link: string
  readonly action: LabelAction
  readonly confidence: number
}

/** Collects sources and labels, each once. */
export class Labels {
  readonly #strings = new Numbered()
  readonly #sources = Growing.of()
  readonly #words = Growing.of()
  /** Open addressing over labels: their number + 1. */
  #table = new Uint32Array(1024)
  #last = { source: -1, title: '', link: '', verdict: -1, label: -1 }

  get size(): number {
    return this.#words.length / labelStride
  }

  source(name: string): number {
    const string = this.#strings.number(name)
    const known = this.#sources.view.indexOf(string)
    if (known >= 0) return known
    this.#sources.push(string)
    return this.#sources.length - 1
  }

  /** @throws RangeError where there is no such source, or the confidence is not from 0 to 100 */
  label(source: number, title: string, link: string, action: LabelAction, confidence: number): number {
    const verdict = verdictOf(action, confidence)
    const last = this.#last
    if (source === last.source && verdict === last.verdict && title === last.title && link === last.link)
      return last.label
    if (!(source < this.#sources.length)) throw new RangeError(`There is no source ${source}`)
    const label = this.#find(source, this.#strings.number(title), this.#strings.number(link), verdict)
    this.#last = { source, title, link, verdict, label }
    return label
  }

  /** In the order of source's name, title, link and verdict: below 0, 0 or above 0. */
  compare(a: number, b: number): number {
    const words = this.#words
    const text = (label: number, word: number) => {
      const number = words.get(label * labelStride + word)
      return this.#strings.at(word === 0 ? this.#sources.get(number) : number)
    }
    for (let word = 0; word < 3; word++) {
      if (word > 0 && words.get(a * labelStride + word) === words.get(b * labelStride + word)) continue
      const [ours, theirs] = [text(a, word), text(b, word)]
      if (ours !== theirs) return ours < theirs ? -1 : 1
    }
    return words.get(a * labelStride + 3) - words.get(b * labelStride + 3)
  }

  /** All of them, by the numbers that were told. */
  columns(): LabelColumns {
    return {
      labelWords: this.#words.view.slice(),
      sources: this.#sources.view.slice(),
      ...this.#strings.columns(),
    }
  }

  /**
   * The same whatever the order in which they came: sources by name, labels in the order of their first use, which is
   * rewritten to the new numbers.
   */
  canonicalColumns(used: Uint32Array): LabelColumns {
    const strings = new Numbered()
    const names = Array.from(this.#sources.view, (string) => this.#strings.at(string))
    const sorted = names.toSorted()
    const sources = Uint32Array.from(sorted, (name) => strings.number(name))
    const sourceOf = names.map((name) => sorted.indexOf(name))
    const words = Growing.of()
    const numbers = new Uint32Array(this.size)
    for (let at = 0; at < used.length; at++) {
      const label = used[at]!
      if (numbers[label] === 0) {
        const from = label * labelStride
        words.push(sourceOf[this.#words.get(from)]!)
        words.push(strings.number(this.#strings.at(this.#words.get(from + 1))))
        words.push(strings.number(this.#strings.at(this.#words.get(from + 2))))
        words.push(this.#words.get(from + 3))
        numbers[label] = words.length / labelStride
      }
      used[at] = numbers[label]! - 1
    }
    return { labelWords: words.view.slice(), sources, ...strings.columns() }
  }

  #find(source: number, title: number, link: number, verdict: number): number {
    const words = this.#words
    if (this.size * 2 >= this.#table.length) this.#grow()
    const table = this.#table
    for (let slot = hash(source, title, link, verdict); ; slot++) {
      const at = slot & (table.length - 1)
      const found = table[at]! - 1
      if (found < 0) {
        for (const word of [source, title, link, verdict]) words.push(word)
        table[at] = this.size
        return this.size - 1
      }
      const from = found * labelStride
      if (
        words.get(from) === source &&
        words.get(from + 1) === title &&
        words.get(from + 2) === link &&
        words.get(from + 3) === verdict
      )
        return found
    }
  }

  #grow(): void {
    const table = new Uint32Array(this.#table.length * 2)
    const words = this.#words
    for (let label = 0; label < this.size; label++) {
      const at = label * labelStride
      let slot = hash(words.get(at), words.get(at + 1), words.get(at + 2), words.get(at + 3))
      while (table[slot & (table.length - 1)] !== 0) slot++
      table[slot & (table.length - 1)] = label + 1
    }
    this.#table = table
  }
}

/** A label as its set's columns have it; `string` tells a string by its number. */
export function labelAt(words: Uint32Array, label: number, string: (number: number) => string): Label {
  const at = label * labelStride
  const verdict = words[at + 3]!
  return {
    source: words[at]!,
    title: string(words[at + 1]!),
    link: string(words[at + 2]!),
    action: actionOf(verdict),
    confidence: verdict & 0xff,
  }
}

/** What may come of the entries of a label. */
export function labelAction(words: Uint32Array, label: number): LabelAction {
  return actionOf(words[label * labelStride + 3]!)
}

function actionOf(verdict: number): LabelAction {
  return (verdict & blockBit) === 0 ? 'alert' : 'block'
}

export function verdictOf(action: LabelAction, confidence: number): number {
  if (!(confidence >= 0 && confidence <= 100))
    throw new RangeError(`A confidence is from 0 to 100: ${confidence}`)
  return Math.round(confidence) | (action === 'block' ? blockBit : 0)
}

/** @throws RangeError where they point to what is not there */
export function checkLabels({ labelWords, sources, stringFrom, strings }: LabelColumns): void {
  const count = stringFrom.length - 1
  if (count < 1) throw new RangeError('It has no strings')
  if (labelWords.length % labelStride !== 0) throw new RangeError('Its last label is cut')
  let before = 0
  for (const position of stringFrom) {
    if (position < before) throw new RangeError('Positions of strings do not ascend')
    before = position
  }
  if (stringFrom[0] !== 0 || before !== strings.length)
    throw new RangeError('Positions of strings do not cover them')
  for (const string of sources) if (string >= count) throw new RangeError('A source points past its end')
  for (let at = 0; at < labelWords.length; at += labelStride) {
    const verdict = labelWords[at + 3]!
    if (
      labelWords[at]! >= sources.length ||
      labelWords[at + 1]! >= count ||
      labelWords[at + 2]! >= count ||
      (verdict & ~blockBit) > 100
    )
      throw new RangeError('A label points past its end')
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(
    a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, 0x9e37_79b1), 0x85eb_ca77), 0xc2b2_ae3d),
    0x27d4_eb2f,
  )
  mixed ^= mixed >>> 15
  return Math.imul(mixed, 0x1656_67b1) >>> 7
}
