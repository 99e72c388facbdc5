import { Growing } from './growing.ts'
import { GrowingBytes } from './growing-bytes.ts'
import { type LabelAction, Labels } from './labels.ts'
import { NameNodes } from './name-nodes.ts'
import { pushSorted } from './name-order.ts'
import { NameSet } from './name-set.ts'
import { mostNodes, type NameSetParts, writeNameParts } from './name-set-file.ts'
import type { NameCollector, TextKind } from './named.ts'
import { nothing } from './segments4.ts'
import { sameText, sortTexts } from './sort-texts.ts'

/** Bytes of all texts at most; entries are bounded by nodes. */
const mostBytes = 2 ** 30

/** Collects listed texts and makes a {@link NameSet} of them. */
export class NameSetBuilder implements NameCollector {
  readonly #labels = new Labels()
  /** A text each, as it is sorted: its kind, then labels from the right, or a URL's host and path before its scheme. */
  readonly #bytes = new GrowingBytes()
  readonly #from = new Growing()
  readonly #entryLabels = new Growing()

  source(name: string): number {
    return this.#labels.source(name)
  }

  label(source: number, title: string, link: string, action: LabelAction, confidence: number): number {
    return this.#labels.label(source, title, link, action, confidence)
  }

  /** No further entry is taken. */
  get full(): boolean {
    return this.#from.length >= mostNodes || this.#bytes.length >= mostBytes
  }

  /**
   * The text is listed under this label.
   *
   * @param indicator in its normal form (`intel/indicator/parse.ts`)
   * @returns false where it is full
   * @throws RangeError for a text that no indicator has: empty, too long, or with control characters
   */
  add(kind: TextKind, indicator: string, label: number): boolean {
    if (this.full) return false
    if (!(label < this.#labels.size)) throw new RangeError(`There is no label ${label}`)
    this.#push(kind, indicator, label)
    return true
  }

  /**
   * The name, and all below it where `covers` says so, is not named by a listed domain above it: an allowed one.
   *
   * @returns false where it is full
   */
  hole(name: string, covers: 'itself' | 'all'): boolean {
    if (this.full) return false
    this.#push(covers === 'all' ? 'domain' : 'hostname', name, nothing)
    return true
  }

  build(): NameSet {
    return new NameSet(this.#parts())
  }

  toBytes(): Uint8Array {
    return writeNameParts(this.#parts())
  }

  #push(kind: TextKind, indicator: string, label: number): void {
    const from = this.#bytes.length
    pushSorted(this.#bytes, kind, indicator)
    this.#from.push(from)
    this.#entryLabels.push(label)
  }

  #parts(): NameSetParts {
    const bytes = this.#bytes.view
    const from = new Uint32Array(this.#from.length + 1)
    from.set(this.#from.view)
    from[this.#from.length] = bytes.length
    const nodes = new NameNodes(bytes.length)
    const order = sortTexts(bytes, from)
    for (let at = 0; at < order.length;) {
      const text = order[at]!
      let end = at + 1
      while (end < order.length && sameText(bytes, from, text, order[end]!)) end++
      nodes.add(bytes, from[text]!, from[text + 1]!)
      this.#entries(nodes, order.subarray(at, end))
      at = end
    }
    return nodes.parts(this.#labels)
  }

  /** The labels of one node, each once, in an order of their own. */
  #entries(nodes: NameNodes, texts: Uint32Array): void {
    const first = this.#entryLabels.get(texts[0]!)
    if (texts.length === 1) {
      if (first !== nothing) nodes.labels.push(first)
      return
    }
    const labels = new Set(Array.from(texts, (text) => this.#entryLabels.get(text)))
    labels.delete(nothing)
    for (const label of [...labels].sort((a, b) => this.#labels.compare(a, b))) nodes.labels.push(label)
  }
}
