import { formatAddress } from '../../match/parse-address.ts'

/** Who sent each event: an index for each, and the names that they lead to. */
export class Sources {
  readonly #limit: number
  readonly #byWords = new Map<string, number>()
  readonly #indices: number[] = []
  readonly names: string[] = []

  /** @param limit events that are taken; more are let go */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** @param source four words */
  add(source: Uint32Array): void {
    if (this.#indices.length >= this.#limit) return
    const key = source.join()
    let index = this.#byWords.get(key)
    if (index === undefined) {
      index = this.names.push(formatAddress([source[0]!, source[1]!, source[2]!, source[3]!])) - 1
      this.#byWords.set(key, index)
    }
    this.#indices.push(index)
  }

  get indices(): Uint32Array {
    return Uint32Array.from(this.#indices)
  }
}
