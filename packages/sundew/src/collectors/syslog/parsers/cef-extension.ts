const [blank, equals, backslash] = [0x20, 0x3d, 0x5c]

/**
 * Walks over a CEF extension, `src=203.0.113.9 cs1=a rule with blanks msg=x \= y`: a value goes on to the blank before the next key, and
 * a backslash takes an equals sign out of its meaning. What has an equals sign but no key before it is part of a value, as addresses
 * of the web are. One object a parser, used again for every line.
 */
export class CefExtension {
  #line: Uint8Array = new Uint8Array(0)
  #end = 0
  #nextKey = 0
  #nextEquals = 0
  keyFrom = 0
  keyTo = 0
  /** The value; backslashes are as they were. */
  from = 0
  to = 0

  set(line: Uint8Array, from: number, to: number): void {
    this.#line = line
    this.#end = to
    this.to = this.#findKey(from, true)
  }

  /** Goes to the next key; false where there is none. */
  next(): boolean {
    const end = this.#end
    if (this.#nextEquals >= end) return false
    this.keyFrom = this.#nextKey
    this.keyTo = this.#nextEquals
    this.from = this.keyTo + 1
    this.to = this.#findKey(this.from, false)
    return true
  }

  /** Finds where the next key and its equals sign stand, and says where the value before ends. */
  #findKey(from: number, first: boolean): number {
    const line = this.#line
    const end = this.#end
    let at = from
    let key = from
    let isKey = first
    while (at < end) {
      const byte = line[at]!
      if (byte === blank) {
        key = at + 1
        isKey = true
      } else if (byte === equals) {
        if (isKey && at > key) {
          this.#nextKey = key
          this.#nextEquals = at
          return Math.max(from, key - 1)
        }
        isKey = false
      } else if (isKey && !isKeyByte(byte)) isKey = false
      at += byte === backslash ? 2 : 1
    }
    this.#nextKey = this.#nextEquals = end
    return end
  }
}

/** Letters, digits and `_-.[]`. */
function isKeyByte(byte: number): boolean {
  const small = byte | 0x20
  return (
    (small >= 0x61 && small <= 0x7a && byte < 0x80) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x5b ||
    byte === 0x5d
  )
}
