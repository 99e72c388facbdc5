import { Growing } from './growing.ts'
import { GrowingBytes } from './growing-bytes.ts'
import type { Labels } from './labels.ts'
import { domainCode, hostnameCode, urlCode, urlKeyFrom } from './name-hash.ts'
import { separator } from './name-order.ts'
import type { NameSetParts } from './name-set-file.ts'
import { tables } from './name-table.ts'
import { nothing } from './segments4.ts'

const dot = 0x2e

/** Nodes as they come in order. */
export class NameNodes {
  readonly #kinds = new GrowingBytes()
  readonly #keys: GrowingBytes
  readonly #keyFrom = new Growing()
  readonly #parents = new Growing()
  readonly #firstEntry = new Growing()
  readonly labels = new Growing()
  /** Domains that the last name lies in, and it itself if it is one. */
  readonly #open: number[] = []
  #fewestLabels = 0xff

  constructor(bytes: number) {
    this.#keys = new GrowingBytes(bytes)
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
    const { salt, ...tabled } = tables(columns)
    return { ...columns, ...tabled, facts: Uint32Array.of(salt, this.#fewestLabels) }
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
export function sameKey(
  keys: Uint8Array,
  [aFrom, aTo]: readonly [number, number],
  [bFrom, bTo]: readonly [number, number],
): boolean {
  let [a, b] = [urlKeyFrom(keys, aFrom, aTo), urlKeyFrom(keys, bFrom, bTo)]
  if (aTo - a !== bTo - b) return false
  while (a < aTo) if (keys[a++] !== keys[b++]) return false
  return true
}
