import { labelAction, labelAt } from './labels.ts'
import {
  anyCase,
  domainCode,
  filterShift,
  finish,
  hostnameCode,
  kindCodes,
  mix,
  saltOf,
  startOf,
  textKinds,
  upperCase,
  urlCode,
  urlKeyFrom,
} from './name-hash.ts'
import { nodeBits, type NameSetParts, readNameParts, removed } from './name-set-file.ts'
import type { NamedEntry, NameLookup, TextKind } from './named.ts'
import { nothing } from './segments4.ts'

/** A name is asked for up to here, as text without its final dot (RFC 1035 §2.3.4). */
const longestName = 253
/** Any other text, bytes. */
const longestText = 4096
/** Entries that {@link NameSet.entries} tells, where nothing else is asked. */
const usuallyTold = 64

const [dot, slash, question, hashSign] = [0x2e, 0x2f, 0x3f, 0x23]

const utf8 = new TextDecoder()
const encoder = new TextEncoder()

/**
 * Which listed texts name a host name, a URL, a hash …: built once into one buffer (`name-set-builder.ts`), used from any
 * process as views over it, swapped whole. A look-up reads bytes where they lie and allocates nothing: the name is hashed
 * once from the right, and at each dot the table is asked whether the domain so far is listed.
 */
export class NameSet implements NameLookup {
  readonly #parts: NameSetParts
  readonly #table: Uint32Array
  readonly #filter: Uint32Array
  readonly #filterShift: number
  readonly #keyFrom: Uint32Array
  readonly #keys: Uint8Array
  readonly #kinds: Uint8Array
  readonly #factor: number
  /** Where hashes begin, by kind. */
  readonly #starts: readonly number[]
  readonly #nameStart: number
  readonly #fewestLabels: number
  readonly #ranges: { readonly from: number; readonly to: number }[] = []
  readonly #text: Buffer
  readonly #scratch = new Uint8Array(longestText + longestName)
  readonly sources: readonly { readonly name: string }[]
  readonly size: number

  constructor(parts: NameSetParts) {
    this.#parts = parts
    this.#table = parts.table
    this.#filter = parts.filter
    this.#filterShift = filterShift(parts.filter)
    this.#keyFrom = parts.keyFrom
    this.#keys = parts.keys
    this.#kinds = parts.kinds
    this.#text = Buffer.from(parts.keys.buffer, parts.keys.byteOffset, parts.keys.byteLength)
    const salt = saltOf(parts.facts[0]!)
    this.#factor = salt.factor
    this.#starts = textKinds.map((_, kind) => startOf(salt, kind))
    this.#nameStart = this.#starts[domainCode]!
    this.#fewestLabels = parts.facts[1]!
    this.sources = Array.from(parts.labelColumns.sources, (string) => ({ name: this.#string(string) }))
    this.size = parts.labels.length
  }

  /**
   * The set that a builder wrote; it keeps looking at `bytes`.
   *
   * @throws RangeError where it is something else, cut, or contradicts itself
   */
  static from(bytes: Uint8Array): NameSet {
    return new NameSet(readNameParts(bytes))
  }

  /** What it is made of, for `name-set-patch.ts`. */
  get parts(): NameSetParts {
    return this.#parts
  }

  findName(bytes: Uint8Array, from: number, to: number): number {
    const end = to > from && bytes[to - 1] === dot ? to - 1 : to
    if (end <= from || end - from > longestName) return -1
    const factor = this.#factor
    let hash = this.#nameStart
    let labels = 1
    let found = -1
    for (let at = end - 1; at >= from; at--) {
      let byte = bytes[at]!
      if (byte === dot) {
        if (labels >= this.#fewestLabels) {
          const node = this.#probe(hash, bytes, at + 1, end, domainCode)
          if (node >= 0) found = this.#domainOf(node, found)
        }
        labels++
      } else if (byte >= 0x41 && byte <= 0x5a) byte |= 0x20
      hash = mix(hash, byte, factor)
    }
    const node = this.#probe(hash, bytes, from, end, domainCode)
    if (node >= 0) found = node
    return found >= 0 && this.#isHole(found) ? -1 : found
  }

  findText(kind: TextKind, bytes: Uint8Array, from: number, to: number): number {
    const code = kindCodes[kind]
    const begin = code === urlCode ? urlKeyFrom(bytes, from, to) : from
    if (to <= begin || to - begin > longestText) return -1
    const node = this.#probe(this.#hash(code, bytes, begin, to), bytes, begin, to, code)
    if (code > hostnameCode || node < 0) return node
    // The last of a name's nodes was found: what is asked for is that, or what it lies in.
    const found = this.#kinds[node] === code ? node : code === domainCode ? this.#domainOf(node, -1) : -1
    return found >= 0 && this.#isHole(found) ? -1 : found
  }

  /**
   * The node of a URL as logs have it: any case of scheme and host, with or without scheme, with or without a port that need
   * not be said, a fragment or the path. http and https are not told apart.
   */
  findUrl(bytes: Uint8Array, from: number, to: number): number {
    const key = this.#scratch
    let length = 0
    let at = urlKeyFrom(bytes, from, to)
    if (to - at > longestText) return -1
    for (; at < to; at++) {
      const byte = bytes[at]!
      if (byte === slash || byte === question || byte === hashSign) break
      key[length++] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }
    const usual = endsWith(key, length, ':80') ? 3 : endsWith(key, length, ':443') ? 4 : 0
    const asked = (end: number): number => {
      let written = key[end - 1] === dot ? end - 1 : end
      if (written === 0) return -1
      let rest = at
      if (bytes[rest] !== slash || rest >= to) key[written++] = slash
      for (; rest < to && bytes[rest] !== hashSign; rest++) key[written++] = bytes[rest]!
      return this.#probe(this.#hash(urlCode, key, 0, written), key, 0, written, urlCode)
    }
    if (usual === 0) return asked(length)
    // The port that need not be said; listed it may stand with the other scheme, where it had to be.
    const port = key.slice(length - usual, length)
    const found = asked(length - usual)
    if (found >= 0) return found
    key.set(port, length - usual)
    return asked(length)
  }

  find(kind: TextKind, text: string): number {
    if (text.length > longestText) return -1
    const bytes = encoder.encode(text)
    if (kind === 'domain' || kind === 'hostname') return this.findName(bytes, 0, bytes.length)
    return kind === 'url' ? this.findUrl(bytes, 0, bytes.length) : this.findText(kind, bytes, 0, bytes.length)
  }

  entries(node: number, most = usuallyTold): NamedEntry[] {
    const { parents } = this.#parts
    const found: NamedEntry[] = []
    // What lies above a hole says nothing of what lies below it.
    for (
      let at = node;
      at !== nothing && at >= 0 && !this.#isHole(at) && found.length < most;
      at = parents[at]!
    )
      this.#tell(at, found, most)
    return found
  }

  /** Distinct texts that are listed, and holes: nodes are the numbers below. For walking through the set. */
  get nodes(): number {
    return this.#kinds.length
  }

  /**
   * Nodes of a kind, from the first to before the last: names of both kinds together, by their labels from the right, a parent
   * before its children and they right after it, a domain before the host name of the same name.
   */
  range(kind: TextKind): { readonly from: number; readonly to: number } {
    const code = kindCodes[kind]
    const [first, last] = code <= hostnameCode ? [domainCode, hostnameCode] : [code, code]
    this.#ranges[first] ??= { from: this.#firstOf(first), to: this.#firstOf(last + 1) }
    return this.#ranges[first]
  }

  kind(node: number): TextKind {
    return textKinds[this.#kinds[node]!]!
  }

  /** The text of a node, normalised. */
  text(node: number): string {
    // Names are ASCII, which is quicker told.
    const form = this.#kinds[node]! <= hostnameCode ? 'latin1' : 'utf8'
    return this.#text.toString(form, this.#keyFrom[node], this.#keyFrom[node + 1])
  }

  /** The domain that a name lies in, if one is listed; -1 where none is. */
  parent(node: number): number {
    const parent = this.#parts.parents[node]!
    return parent === nothing ? -1 : parent
  }

  /** `block` where one of the node's own entries is to be. */
  action(node: number): 'block' | 'alert' {
    const { firstEntry, labels, labelColumns } = this.#parts
    const to = firstEntry[node + 1]!
    for (let entry = firstEntry[node]!; entry < to; entry++)
      if (labelAction(labelColumns.labelWords, labels[entry]!) === 'block') return 'block'
    return 'alert'
  }

  /** The entries that are the node's own, those of it but not of the domains it lies in; none of a hole. */
  own(node: number): NamedEntry[] {
    const found: NamedEntry[] = []
    this.#tell(node, found, Infinity)
    return found
  }

  #tell(node: number, found: NamedEntry[], most: number): void {
    const { firstEntry, labels, labelColumns } = this.#parts
    const type = this.kind(node)
    const indicator = this.text(node)
    const to = firstEntry[node + 1]!
    for (let entry = firstEntry[node]!; entry < to && found.length < most; entry++)
      found.push({
        type,
        indicator,
        ...labelAt(labelColumns.labelWords, labels[entry]!, (number) => this.#string(number)),
      })
  }

  /** The domain of the name that this is the last node of; `other` where there is none. */
  #domainOf(node: number, other: number): number {
    if (this.#kinds[node] === domainCode) return node
    const parent = this.#parts.parents[node]!
    const same = parent !== nothing && this.#length(parent) === this.#length(node)
    return same ? parent : other
  }

  /** An allowed name under a listed one: it has a node, and no entry. */
  #isHole(node: number): boolean {
    const { firstEntry } = this.#parts
    return firstEntry[node] === firstEntry[node + 1]
  }

  #length(node: number): number {
    return this.#keyFrom[node + 1]! - this.#keyFrom[node]!
  }

  /** The first node whose kind is this one or comes after; not asked of host names, which are among domains. */
  #firstOf(code: number): number {
    let low = 0
    let high = this.nodes
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#kinds[middle]! >= code) high = middle
      else low = middle + 1
    }
    return low
  }

  #hash(kind: number, bytes: Uint8Array, from: number, to: number): number {
    let hash = this.#starts[kind]!
    const lower = anyCase[kind]!
    const upper = upperCase[kind]!
    for (let at = to - 1; at >= from; at--) {
      const byte = bytes[at]!
      hash = mix(hash, lower ? cased(byte, upper) : byte, this.#factor)
    }
    return hash
  }

  /** The last node of this text, whose hash is known. */
  #probe(hash: number, bytes: Uint8Array, from: number, to: number, kind: number): number {
    const mixed = finish(hash)
    const bit = mixed >>> this.#filterShift
    if (((this.#filter[bit >>> 5]! >>> (bit & 31)) & 1) === 0) return -1
    const table = this.#table
    const mask = table.length - 1
    const tag = mixed >>> 24
    for (let slot = mixed & mask; ; slot = (slot + 1) & mask) {
      const found = table[slot]!
      if (found === 0) return -1
      const node = found & nodeBits
      if (found >>> 24 === tag && node !== removed && this.#is(node - 1, bytes, from, to, kind))
        return node - 1
    }
  }

  #is(node: number, bytes: Uint8Array, from: number, to: number, kind: number): boolean {
    const code = this.#kinds[node]!
    if (code !== kind && (code > hostnameCode || kind > hostnameCode)) return false
    const keys = this.#keys
    const end = this.#keyFrom[node + 1]!
    let at = this.#keyFrom[node]!
    if (kind === urlCode) at = urlKeyFrom(keys, at, end)
    if (end - at !== to - from) return false
    const lower = anyCase[kind]!
    const upper = upperCase[kind]!
    for (let asked = from; asked < to; asked++, at++) {
      const byte = bytes[asked]!
      if (keys[at] !== byte && (!lower || keys[at] !== cased(byte, upper))) return false
    }
    return true
  }

  #string(number: number): string {
    if (number === 0) return ''
    const { stringFrom, strings } = this.#parts.labelColumns
    return utf8.decode(strings.subarray(stringFrom[number], stringFrom[number + 1]))
  }
}

/** An ASCII letter in the case that its kind has. */
function cased(byte: number, upper: boolean): number {
  if (upper) return byte >= 0x61 && byte <= 0x7a ? byte & 0xdf : byte
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
}

function endsWith(bytes: Uint8Array, length: number, text: string): boolean {
  if (length <= text.length) return false
  for (let at = 0; at < text.length; at++)
    if (bytes[length - text.length + at] !== text.charCodeAt(at)) return false
  return true
}
