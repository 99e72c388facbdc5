/** Each string once, by number; 0 is the empty one. */
export class Numbered {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = []

  constructor() {
    this.number('')
  }

  number(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#texts.length)
    return this.#texts.push(text) - 1
  }

  at(number: number): string {
    return this.#texts[number]!
  }

  /** String n is the UTF-8 from stringFrom[n] to before stringFrom[n + 1]. */
  columns(): { readonly stringFrom: Uint32Array; readonly strings: Uint8Array } {
    const encoder = new TextEncoder()
    const stringFrom = new Uint32Array(this.#texts.length + 1)
    // UTF-8 takes three bytes a UTF-16 unit at most.
    const all = new Uint8Array(this.#texts.reduce((sum, text) => sum + text.length * 3, 0))
    let at = 0
    for (const [index, text] of this.#texts.entries()) {
      at += encoder.encodeInto(text, all.subarray(at)).written
      stringFrom[index + 1] = at
    }
    return { stringFrom, strings: all.slice(0, at) }
  }
}
