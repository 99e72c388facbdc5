const [blank, quote, equals, backslash] = [0x20, 0x22, 0x3d, 0x5c]

/**
 * Walks over `key=value key="a value" …`, the form of FortiGate's and Sophos's logs. Within quotes a backslash takes the next byte
 * out of its meaning; a quote that nothing closes reaches to the end. Words without `=` are left out. One object a parser, used
 * again for every line.
 */
export class Pairs {
  #line: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  keyFrom = 0
  keyTo = 0
  /** The value, without its quotes. */
  from = 0
  to = 0

  set(line: Uint8Array, from: number, to: number): void {
    this.#line = line
    this.#at = from
    this.#end = to
  }

  /** Goes to the next pair; false where there is none. */
  next(): boolean {
    const line = this.#line
    const end = this.#end
    let at = this.#at
    while (at < end) {
      while (at < end && line[at]! <= blank) at++
      this.keyFrom = at
      while (at < end && line[at] !== equals && line[at]! > blank) at++
      if (at >= end || line[at] !== equals) continue
      this.keyTo = at++
      this.#at = line[at] === quote && at < end ? this.#quoted(at + 1) : this.#plain(at)
      return true
    }
    this.#at = end
    return false
  }

  #quoted(at: number): number {
    const line = this.#line
    const end = this.#end
    this.from = at
    while (at < end && line[at] !== quote) at += line[at] === backslash ? 2 : 1
    this.to = Math.min(at, end)
    return this.to + 1
  }

  #plain(at: number): number {
    const line = this.#line
    const end = this.#end
    this.from = at
    while (at < end && line[at]! > blank) at++
    this.to = at
    return at
  }
}
