import { lower } from './number.ts'

interface Name {
  readonly bytes: Uint8Array
  readonly index: number
}

/** A list of names that is looked into by bytes, whatever the size of their letters. */
export class Names {
  /** By length and last byte, of which few share both. */
  readonly #lists: (Name[] | undefined)[] = []

  constructor(names: readonly string[]) {
    for (const [index, name] of names.entries()) {
      const bytes = Uint8Array.from(name, (letter) => lower(letter.charCodeAt(0)))
      ;(this.#lists[listOf(bytes, 0, bytes.length)] ??= []).push({ bytes, index })
    }
    // No holes: a list that is not there is looked for quickly, too.
    for (let list = 0; list < this.#lists.length; list++) this.#lists[list] ??= undefined
  }

  /** Which name line[from, to) is, by its place in the list; -1 of none. */
  find(line: Uint8Array, from: number, to: number): number {
    if (from >= to) return -1
    const list = this.#lists[listOf(line, from, to)]
    if (list === undefined) return -1
    for (const { bytes, index } of list) {
      if (bytes.length !== to - from) continue
      let same = 0
      while (same < bytes.length && lower(line[from + same]!) === bytes[same]) same++
      if (same === bytes.length) return index
    }
    return -1
  }
}

/** The same of letters of both sizes. */
function listOf(bytes: Uint8Array, from: number, to: number): number {
  return (Math.min(63, to - from) << 5) | (bytes[to - 1]! & 31)
}
