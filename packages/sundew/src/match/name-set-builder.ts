import { Growing } from './growing.ts'
import { type LabelAction, Labels } from './labels.ts'
import {
  domainCode,
  finish,
  hostnameCode,
  kindCodes,
  mix,
  mostSalts,
  saltOf,
  startOf,
  urlCode,
  urlKeyFrom,
} from './name-hash.ts'
import { NameSet } from './name-set.ts'
import { mostNodes, type NameSetParts, writeNameParts } from './name-set-file.ts'
import type { NameCollector, TextKind } from './named.ts'
import { nothing } from './segments4.ts'
import { sameText, sortTexts } from './sort-texts.ts'

/** Bytes of all texts at most; entries are bounded by nodes. */
const mostBytes = 2 ** 30
const longestText = 4096
const longestName = 253
/** Slots looked at for one text; more, and texts were chosen to collide. */
const longestChain = 512

const encoder = new TextEncoder()
const control = /[\u0000-\u001f\u007f]/
const notInNames = /[^!-~]/

/**
 * What separates labels, and what a text is of from the text, while texts are sorted: below all that may stand in one.
 */
const separator = 0x01
const dot = 0x2e

/** Collects listed texts and makes a {@link NameSet} of them. */
export class NameSetBuilder implements NameCollector {
  readonly #labels = new Labels()
  /** A text each, as it is sorted: its kind, then labels from the right, or a URL's host and path before its scheme. */
  readonly #bytes = new Bytes()
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
    const code = kindCodes[kind]
    const length = indicator.length
    if (length === 0 || length > (code <= hostnameCode ? longestName : longestText))
      throw new RangeError(`A ${kind} has no ${length} characters`)
    if ((code <= hostnameCode ? notInNames : control).test(indicator))
      throw new RangeError(`A ${kind} has no such characters: ${JSON.stringify(indicator.slice(0, 100))}`)
    const bytes = this.#bytes
    const from = bytes.length
    bytes.push(code === hostnameCode ? domainCode + 1 : code + 1)
    if (code <= hostnameCode) {
      pushName(bytes, indicator)
      if (code === hostnameCode) bytes.push(separator)
    } else if (code === urlCode) {
      const scheme = /^https?:\/\//.exec(indicator)?.[0] ?? ''
      pushText(bytes, indicator.slice(scheme.length))
      bytes.push(separator)
      pushText(bytes, scheme)
    } else pushText(bytes, indicator)
    this.#from.push(from)
    this.#entryLabels.push(label)
    return true
  }

  build(): NameSet {
    return new NameSet(this.#parts())
  }

  toBytes(): Uint8Array {
    return writeNameParts(this.#parts())
  }

  #parts(): NameSetParts {
    const bytes = this.#bytes.view
    const from = new Uint32Array(this.#from.length + 1)
    from.set(this.#from.view)
    from[this.#from.length] = bytes.length
    const nodes = new Nodes(bytes.length)
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
  #entries(nodes: Nodes, texts: Uint32Array): void {
    const first = this.#entryLabels.get(texts[0]!)
    if (texts.length === 1) {
      nodes.labels.push(first)
      return
    }
    const labels = new Set(Array.from(texts, (text) => this.#entryLabels.get(text)))
    for (const label of [...labels].sort((a, b) => this.#labels.compare(a, b))) nodes.labels.push(label)
  }
}

/** Nodes as they come in order. */
class Nodes {
  readonly #kinds = new Bytes()
  readonly #keys: Bytes
  readonly #keyFrom = new Growing()
  readonly #parents = new Growing()
  readonly #firstEntry = new Growing()
  readonly labels = new Growing()
  /** Domains that the last name lies in, and it itself if it is one. */
  readonly #open: number[] = []
  #fewestLabels = 0xff

  constructor(bytes: number) {
    this.#keys = new Bytes(bytes)
  }

  /** A node whose text was sorted so. Its labels follow. */
  add(bytes: Uint8Array, from: number, to: number): void {
    const node = this.#keyFrom.length
    const sorted = bytes[from]! - 1
    const isName = sorted === domainCode
    const kind = isName && bytes[to - 1] === separator ? hostnameCode : sorted
    this.#kinds.push(kind)
    this.#keyFrom.push(this.#keys.length)
    this.#firstEntry.push(this.labels.length)
    if (isName) this.#addName(node, kind, bytes, from + 1, kind === hostnameCode ? to - 1 : to)
    else if (kind === urlCode) this.#addUrl(node, bytes, from + 1, to)
    else {
      this.#keys.add(bytes, from + 1, to)
      this.#parents.push(nothing)
    }
  }

  parts(labels: Labels): NameSetParts {
    const count = this.#keyFrom.length
    const closed = (positions: Growing, end: number) => {
      const all = new Uint32Array(count + 1)
      all.set(positions.view)
      all[count] = end
      return all
    }
    const used = this.labels.view.slice()
    const columns = {
      kinds: this.#kinds.view.slice(),
      keyFrom: closed(this.#keyFrom, this.#keys.length),
      keys: this.#keys.view.slice(),
      parents: this.#parents.view.slice(),
      firstEntry: closed(this.#firstEntry, used.length),
      labelColumns: labels.canonicalColumns(used),
      labels: used,
    }
    for (let salt = 0; salt < mostSalts; salt++) {
      const table = tableOf(columns, salt)
      if (table) return { ...columns, table, facts: Uint32Array.of(salt, this.#fewestLabels) }
    }
    throw new RangeError('Its texts collide however they are hashed')
  }

  #addName(node: number, kind: number, bytes: Uint8Array, from: number, to: number): void {
    let labels = 1
    let end = to
    for (let at = to - 1; at >= from; at--) {
      if (bytes[at] !== separator) continue
      this.#keys.add(bytes, at + 1, end)
      this.#keys.push(dot)
      end = at
      labels++
    }
    this.#keys.add(bytes, from, end)
    while (this.#open.length > 0 && !this.#liesIn(this.#open.at(-1)!)) this.#open.pop()
    this.#parents.push(this.#open.at(-1) ?? nothing)
    if (kind !== domainCode) return
    this.#open.push(node)
    this.#fewestLabels = Math.min(this.#fewestLabels, labels)
  }

  /** Whether the name that was just added is this domain or lies below it. */
  #liesIn(domain: number): boolean {
    const keys = this.#keys.view
    const from = this.#keyFrom.get(domain)
    let at = this.#keyFrom.get(domain + 1)
    let end = keys.length
    const start = this.#keyFrom.get(this.#keyFrom.length - 1)
    while (at > from) if (end <= start || keys[--at] !== keys[--end]) return false
    return end === start || keys[end - 1] === dot
  }

  #addUrl(node: number, bytes: Uint8Array, from: number, to: number): void {
    const mark = bytes.lastIndexOf(separator, to - 1)
    this.#keys.add(bytes, mark + 1, to)
    this.#keys.add(bytes, from, mark)
    const keys = this.#keys.view
    const isOther =
      node > 0 &&
      this.#kinds.view[node - 1] === urlCode &&
      sameKey(
        keys,
        [this.#keyFrom.get(node - 1), this.#keyFrom.get(node)],
        [this.#keyFrom.get(node), keys.length],
      )
    this.#parents.push(isOther ? node - 1 : nothing)
  }
}

/** Whether two URLs differ in their scheme at most. */
function sameKey(
  keys: Uint8Array,
  [aFrom, aTo]: readonly [number, number],
  [bFrom, bTo]: readonly [number, number],
): boolean {
  let [a, b] = [urlKeyFrom(keys, aFrom, aTo), urlKeyFrom(keys, bFrom, bTo)]
  if (aTo - a !== bTo - b) return false
  while (a < aTo) if (keys[a++] !== keys[b++]) return false
  return true
}

type Columns = Pick<NameSetParts, 'kinds' | 'keyFrom' | 'keys' | 'parents'>

/** The table of these nodes, the last of those with one text; undefined where a chain becomes too long. */
function tableOf({ kinds, keyFrom, keys, parents }: Columns, number: number): Uint32Array | undefined {
  const salt = saltOf(number)
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(8, kinds.length * 2))))
  const mask = table.length - 1
  for (let node = 0; node < kinds.length; node++) {
    if (isSameAsNext(kinds, keyFrom, parents, node)) continue
    const kind = kinds[node]!
    const to = keyFrom[node + 1]!
    const from = kind === urlCode ? urlKeyFrom(keys, keyFrom[node]!, to) : keyFrom[node]!
    let hash = startOf(salt, kind)
    for (let at = to - 1; at >= from; at--) hash = mix(hash, keys[at]!, salt.factor)
    const mixed = finish(hash)
    let slot = mixed & mask
    for (let looked = 0; table[slot] !== 0; slot = (slot + 1) & mask)
      if (++looked > longestChain) return undefined
    table[slot] = ((mixed & 0xff00_0000) | (node + 1)) >>> 0
  }
  return table
}

/** Whether the next node is of the same text: a host name after its domain, a URL with the other scheme. */
function isSameAsNext(kinds: Uint8Array, keyFrom: Uint32Array, parents: Uint32Array, node: number): boolean {
  if (parents[node + 1] !== node) return false
  if (kinds[node] === urlCode) return true
  return keyFrom[node + 2]! - keyFrom[node + 1]! === keyFrom[node + 1]! - keyFrom[node]!
}

/** The labels of a name from the right. */
function pushName(bytes: Bytes, name: string): void {
  let end = name.length
  for (;;) {
    const mark = name.lastIndexOf('.', end - 1)
    for (let at = mark + 1; at < end; at++) bytes.push(name.charCodeAt(at))
    if (mark < 0) return
    bytes.push(separator)
    end = mark
  }
}

function pushText(bytes: Bytes, text: string): void {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) {
      const rest = encoder.encode(text.slice(at))
      bytes.add(rest, 0, rest.length)
      return
    }
    bytes.push(code)
  }
}

/** A Uint8Array that grows. */
class Bytes {
  #bytes: Uint8Array
  length = 0

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity)
  }

  push(byte: number): void {
    if (this.length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.length++] = byte
  }

  add(bytes: Uint8Array, from: number, to: number): void {
    if (this.length + to - from > this.#bytes.length) this.#grow(to - from)
    for (let at = from; at < to; at++) this.#bytes[this.length++] = bytes[at]!
  }

  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(16, this.#bytes.length * 2, this.length + by))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
