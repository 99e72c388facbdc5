/** ^R: a line of the history that holds what was typed. */
export class Search {
  /** The oldest first; the last is the line that was being typed. */
  readonly #lines: readonly string[]
  direction: -1 | 1
  text = ''
  failed = false
  found: { readonly line: string; readonly place: number; readonly at: number }

  constructor(lines: readonly string[], direction: -1 | 1) {
    this.#lines = lines
    this.direction = direction
    const place = lines.length - 1
    this.found = { line: lines[place] ?? '', place, at: (lines[place] ?? '').length }
  }

  /** False where nothing holds it. */
  add(text: string): boolean {
    this.text += text
    if (this.failed) return false
    return this.#look(false)
  }

  /** The one before; by the same text. */
  again(direction: -1 | 1): boolean {
    this.direction = direction
    if (this.text === '') return true
    return this.#look(true)
  }

  /** Takes the last character back. */
  shorten(): boolean {
    if (this.text === '') return false
    this.text = this.text.slice(0, -1)
    return !this.failed
  }

  #look(further: boolean): boolean {
    const { direction } = this
    let { place, at } = this.found
    if (further) at += direction
    for (; place >= 0 && place < this.#lines.length; place += direction) {
      const line = this.#lines[place]!
      const hit = at < 0 ? -1 : direction < 0 ? line.lastIndexOf(this.text, at) : line.indexOf(this.text, at)
      if (hit >= 0) {
        this.failed = false
        this.found = { line, place, at: hit }
        return true
      }
      const next = this.#lines[place + direction]
      at = direction < 0 ? (next?.length ?? 0) : 0
    }
    this.failed = true
    return false
  }
}
