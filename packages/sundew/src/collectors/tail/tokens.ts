import { space } from './scan.ts'

/** A line with more words is none that is looked for. */
const mostTokens = 64

/** The words of a line, by where they stand. One object, used again for the next line. */
export class Tokens {
  readonly #from = new Int32Array(mostTokens)
  readonly #to = new Int32Array(mostTokens)
  count = 0

  /** Cuts line[from, to) at blanks; -1 where there are too many words. */
  split(line: Uint8Array, from: number, to: number): number {
    let count = 0
    let at = from
    while (at < to) {
      while (at < to && line[at] === space) at++
      if (at === to) break
      if (count === mostTokens) return (this.count = -1)
      this.#from[count] = at
      while (at < to && line[at] !== space) at++
      this.#to[count++] = at
    }
    return (this.count = count)
  }

  from(index: number): number {
    return this.#from[index]!
  }

  to(index: number): number {
    return this.#to[index]!
  }
}
