const [blank, colon, comma] = [0x20, 0x3a, 0x2c]

/**
 * Walks over `Src IP: 192.0.2.1, Dst Port: 23, Hit-count = 1`, the form of Cisco's FTD and Nexus logs. A value goes to a comma and
 * a blank. One object a parser, used again for every line.
 */
export class Labels {
  #line: Uint8Array = new Uint8Array(0)
  #at = 0
  #end = 0
  keyFrom = 0
  keyTo = 0
  from = 0
  to = 0

  set(line: Uint8Array, from: number, to: number): void {
    this.#line = line
    this.#at = from
    this.#end = to
  }

  /** Goes to the next label; false where there is none. */
  next(): boolean {
    const line = this.#line
    const end = this.#end
    let at = this.#at
    while (at < end && (line[at] === blank || line[at] === comma)) at++
    this.keyFrom = at
    while (at < end && line[at] !== colon) at++
    if (at >= end) return false
    this.keyTo = at++
    while (at < end && line[at] === blank) at++
    this.from = at
    while (at < end && !(line[at] === comma && (at + 1 >= end || line[at + 1] === blank))) at++
    this.to = at
    this.#at = at
    return true
  }
}
