import { Growing } from './growing.ts'
import { type Label, type LabelColumns, labelStride, verdictOf } from './labels.ts'
import { Numbered } from './numbered.ts'

/** A label whose source is told by name. */
export type NamedLabel = Omit<Label, 'source'> & { readonly source: string }

/** Labels behind those that a set has already: numbers of the former stay as they are. */
export class MoreLabels {
  readonly #former: LabelColumns
  readonly #sources: string[]
  readonly #strings = new Numbered()
  readonly #words = Growing.of()
  readonly #known = new Map<string, number>()

  /** @param sources names of those that the former columns have */
  constructor(former: LabelColumns, sources: readonly string[]) {
    this.#former = former
    this.#sources = [...sources]
  }

  number({ source, title, link, action, confidence }: NamedLabel): number {
    const key = [source, title, link, action, confidence].join('\u0000')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const label = (this.#former.labelWords.length + this.#words.length) / labelStride
    if (!this.#sources.includes(source)) this.#sources.push(source)
    this.#words.push(this.#sources.indexOf(source))
    this.#words.push(this.#string(title))
    this.#words.push(this.#string(link))
    this.#words.push(verdictOf(action, confidence))
    this.#known.set(key, label)
    return label
  }

  columns(): LabelColumns {
    const former = this.#former
    const names = this.#sources.slice(former.sources.length).map((name) => this.#string(name))
    const more = this.#strings.columns()
    const end = former.strings.length
    return {
      labelWords: joined(former.labelWords, this.#words.view),
      sources: joined(former.sources, Uint32Array.from(names)),
      // Its first string is the empty one, whose number is not used.
      stringFrom: joined(
        former.stringFrom,
        more.stringFrom.subarray(1).map((from) => from + end),
      ),
      strings: Buffer.concat([former.strings, more.strings]),
    }
  }

  #string(text: string): number {
    return text === '' ? 0 : this.#former.stringFrom.length - 1 + this.#strings.number(text)
  }
}

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
