const [comma, quote] = [0x2c, 0x22]

/**
 * The fields of a line with commas between (RFC 4180), up to as many as are looked at: those in quotes without them, a doubled quote
 * within left as it is. A quote that no comma or end follows is one of the field. One object a parser, used again for every line.
 */
export class Csv {
  readonly #from: Int32Array
  readonly #to: Int32Array
  count = 0

  constructor(most: number) {
    this.#from = new Int32Array(most)
    this.#to = new Int32Array(most)
  }

  /** Cuts line[from, to) into its first `most` fields, and says how many there are. */
  split(line: Uint8Array, from: number, to: number, most = this.#from.length): number {
    let at = from
    let count = 0
    while (count < most) {
      let end = at
      if (at < to && line[at] === quote) {
        end = closing(line, at + 1, to)
        this.#from[count] = at + 1
        this.#to[count++] = end
        end = Math.min(to, end + 1)
      } else {
        while (end < to && line[end] !== comma) end++
        this.#from[count] = at
        this.#to[count++] = end
      }
      if (end >= to) break
      at = end + 1
    }
    return (this.count = count)
  }

  from(field: number): number {
    return field < this.count ? this.#from[field]! : 0
  }

  to(field: number): number {
    return field < this.count ? this.#to[field]! : 0
  }
}

/** Where the quote stands that ends a field; the end of the line where none does. */
function closing(line: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to) {
    if (line[at] !== quote) at++
    else if (at + 1 >= to || line[at + 1] === comma) return at
    else at += line[at + 1] === quote ? 2 : 1
  }
  return to
}
