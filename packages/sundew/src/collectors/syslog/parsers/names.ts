import { lower } from './number.ts'

interface Name {
  readonly bytes: Uint8Array
  readonly index: number
}

/** A list of names that is looked into by bytes, whatever the size of their letters. */
export class Names {
  readonly #byLength: (Name[] | undefined)[] = []

  constructor(names: readonly string[]) {
    for (const [index, name] of names.entries())
      (this.#byLength[name.length] ??= []).push({ bytes: Uint8Array.from(name, small), index })
  }

  /** Which name line[from, to) is, by its place in the list; -1 of none. */
  find(line: Uint8Array, from: number, to: number): number {
    const list = this.#byLength[to - from]
    if (list === undefined) return -1
    for (const { bytes, index } of list) {
      let same = 0
      while (same < bytes.length && lower(line[from + same]!) === bytes[same]) same++
      if (same === bytes.length) return index
    }
    return -1
  }
}

function small(letter: string): number {
  return lower(letter.charCodeAt(0))
}
