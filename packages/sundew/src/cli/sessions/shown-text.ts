import { plain } from '../plain.ts'
import { TerminalFilter } from './terminal-filter.ts'

/** A longer line is cut into several, characters. */
const mostLine = 10_000

/**
 * The text that a terminal showed, line by line, as it stood when its line feed came: what was typed over and erased is
 * not in it. Enough for a shell; of programs that paint a whole screen it gives the words in the order they were painted.
 */
export class ShownText {
  readonly #filter = new TerminalFilter()
  #line: string[] = []
  #column = 0
  #sequence = ''

  /** The lines that are whole. */
  push(bytes: Uint8Array): string {
    let out = ''
    for (const c of this.#filter.push(bytes)) out += this.#step(c)
    return out
  }

  /** The last line. */
  end(): string {
    return this.#line.length === 0 ? '' : this.#whole()
  }

  #step(c: string): string {
    if (this.#sequence !== '' || c === '\x1b') {
      this.#sequence += c
      if (!/^\x1b(?:\[[\d;:?]*)?$/.test(this.#sequence)) {
        this.#draw(this.#sequence)
        this.#sequence = ''
      }
      return ''
    }
    switch (c) {
      case '\n':
        return this.#whole()
      case '\r':
        this.#column = 0
        return ''
      case '\b':
        this.#column = Math.max(0, this.#column - 1)
        return ''
      default:
        while (this.#line.length < this.#column) this.#line.push(' ')
        this.#line[this.#column++] = c
        return this.#column > mostLine ? this.#whole() : ''
    }
  }

  #draw(sequence: string): void {
    const count = Math.min(mostLine, Number(/\d+/.exec(sequence)?.[0] ?? 1))
    if (/^\x1b\[0?K$/.test(sequence)) this.#line.length = Math.min(this.#line.length, this.#column)
    else if (sequence.endsWith('C')) this.#column = Math.min(mostLine, this.#column + count)
    else if (sequence.endsWith('D')) this.#column = Math.max(0, this.#column - count)
    else if (sequence.endsWith('P')) this.#line.splice(this.#column, count)
  }

  #whole(): string {
    const line = this.#line.join('').trimEnd()
    this.#line = []
    this.#column = 0
    return `${line.split('\t').map(plain).join('\t')}\n`
  }
}
