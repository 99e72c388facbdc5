import { escapePattern } from './pattern.ts'

/** Where the pieces of a word go as they are expanded. */
export interface Sink {
  /** Text that stands for itself. */
  quoted(text: string): void
  /** As written, not quoted: it may be a pattern, but it is not split. */
  literal(text: string): void
  /** What an expansion without quotes gave: may be split, may be a pattern. */
  loose(text: string): void
  /** `$@`, `$*`, `${a[@]}`: several. */
  list(values: readonly string[], quoted: boolean, star: boolean): void
}

const globs = /[*?[\]\\@+!(|)]/

/** A field, and the pattern where it may be one. */
export interface Field {
  readonly text: string
  readonly pattern: string | undefined
}

/** Makes fields: splits by IFS, keeps patterns. */
export class FieldSink implements Sink {
  readonly fields: Field[] = []
  readonly #ifs: string
  #text = ''
  #pattern: string | undefined
  #present = false
  /** A field has just ended by white space only: a separator right after belongs to the same end. */
  #ended = false

  constructor(ifs: string | undefined) {
    this.#ifs = ifs ?? ' \t\n'
  }

  quoted(text: string): void {
    this.#present = true
    this.#ended = false
    if (this.#pattern !== undefined) this.#pattern += escapePattern(text)
    this.#text += text
  }

  literal(text: string): void {
    if (text === '') return
    this.#present = true
    this.#ended = false
    if (this.#pattern === undefined && globs.test(text)) this.#pattern = escapePattern(this.#text)
    if (this.#pattern !== undefined) this.#pattern += text
    this.#text += text
  }

  loose(text: string): void {
    const ifs = this.#ifs
    let from = 0
    for (let i = 0; i < text.length; i++) {
      const c = text[i]!
      if (!ifs.includes(c)) continue
      if (i > from) this.literal(text.slice(from, i))
      from = i + 1
      if (c === ' ' || c === '\t' || c === '\n') {
        if (this.#present) {
          this.#end()
          this.#ended = true
        }
      } else if (this.#present) this.#end()
      else if (this.#ended) this.#ended = false
      else {
        this.#present = true
        this.#end()
      }
    }
    if (from < text.length) this.literal(from === 0 ? text : text.slice(from))
  }

  list(values: readonly string[], quoted: boolean, star: boolean): void {
    if (quoted && star) {
      this.quoted(values.join(this.#ifs.slice(0, 1)))
      return
    }
    values.forEach((value, i) => {
      if (quoted) this.quoted(value)
      else this.loose(value)
      if (i + 1 < values.length) {
        if (quoted || this.#present) this.#end()
        // An empty one without quotes is nothing.
      }
    })
  }

  #end(): void {
    this.fields.push({ text: this.#text, pattern: this.#pattern })
    this.#text = ''
    this.#pattern = undefined
    this.#present = false
    this.#ended = false
  }

  finish(): Field[] {
    if (this.#present) this.#end()
    this.#ended = false
    return this.fields
  }
}

/** Makes one text: assignments, `case` words, redirections' here-strings. */
export class TextSink implements Sink {
  text = ''
  readonly #separator: string

  constructor(ifs: string | undefined) {
    this.#separator = (ifs ?? ' ').slice(0, 1)
  }

  quoted(text: string): void {
    this.text += text
  }

  literal(text: string): void {
    this.text += text
  }

  loose(text: string): void {
    this.text += text
  }

  list(values: readonly string[], quoted: boolean, star: boolean): void {
    this.text += values.join(star && quoted ? this.#separator : star ? this.#separator : ' ')
  }
}

/** Makes one pattern (or regular expression): what was quoted is escaped. */
export class PatternSink implements Sink {
  pattern = ''
  readonly #escape: (text: string) => string

  constructor(escape: (text: string) => string = escapePattern) {
    this.#escape = escape
  }

  quoted(text: string): void {
    this.pattern += this.#escape(text)
  }

  literal(text: string): void {
    this.pattern += text
  }

  loose(text: string): void {
    this.pattern += text
  }

  list(values: readonly string[], quoted: boolean): void {
    this.pattern += quoted ? values.map(this.#escape).join(' ') : values.join(' ')
  }
}
