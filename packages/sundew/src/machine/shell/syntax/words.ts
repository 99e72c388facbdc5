import { ansiC } from './ansi-c.ts'
import type { ArrayElement, Assignment, Body, Node, Parameter, Part, Redirection, Word } from './ast.ts'
import { maxDepth, ShellSyntaxError, TooDeep } from './syntax-error.ts'

/** How a text is to be read. */
export interface ReadOptions {
  /** The number of its first line. */
  readonly line?: number
  /** False where more lines may follow: a here-document without its end is then incomplete. */
  readonly final?: boolean
  readonly alias?: ((name: string) => string | undefined) | undefined
  readonly extglob?: boolean
  /** Busybox: without bash's own syntax. */
  readonly ash?: boolean
}

const special = '@*#?$!-'
/** Characters between the brackets of `a[…]=`; what is longer is no assignment. */
const maxSubscript = 4096

/** Reads words. Positions are in {@link text}, which aliases change. */
export abstract class WordReader {
  text: string
  at = 0
  line: number
  depth = 0
  readonly options: ReadOptions
  /** Here-documents whose text starts after this line. */
  readonly documents: { redirection: Redirection; strip: boolean; quoted: boolean; line: number }[] = []
  readonly warnings: string[] = []
  extglob: boolean

  constructor(text: string, options: ReadOptions) {
    this.text = text
    this.options = options
    this.line = options.line ?? 1
    this.extglob = options.extglob ?? false
  }

  /** Commands up to `)`, which is not read. */
  abstract body(): Node | undefined

  deeper(): void {
    if (++this.depth > maxDepth) throw new TooDeep()
  }

  unterminated(what: string, line = this.line): ShellSyntaxError {
    return new ShellSyntaxError(`unexpected EOF while looking for matching \`${what}'`, line, true)
  }

  /** Blanks, line continuations and a comment. */
  blanks(): void {
    for (;;) {
      const c = this.text[this.at]
      if (c === ' ' || c === '\t') this.at++
      else if (c === '\\' && this.text[this.at + 1] === '\n') {
        this.at += 2
        this.line++
      } else if (c === '#') {
        const end = this.text.indexOf('\n', this.at)
        this.at = end < 0 ? this.text.length : end
      } else return
    }
  }

  /** A newline, with the here-documents that wait for it. */
  newline(): void {
    this.at++
    this.line++
    for (const document of this.documents.splice(0)) this.#document(document)
  }

  #document(wanted: { redirection: Redirection; strip: boolean; quoted: boolean; line: number }): void {
    const delimiter = unquoted(wanted.redirection.target)
    const lines: string[] = []
    const first = this.line
    for (;;) {
      if (this.at >= this.text.length) {
        if (this.options.final === false) throw this.unterminated(delimiter)
        this.warnings.push(
          `line ${this.text.endsWith('\n') ? this.line - 1 : this.line}: warning: here-document at line ${wanted.line} delimited by end-of-file (wanted \`${delimiter}')`,
        )
        break
      }
      const end = this.text.indexOf('\n', this.at)
      let line = end < 0 ? this.text.slice(this.at) : this.text.slice(this.at, end)
      this.at = end < 0 ? this.text.length : end + 1
      if (end >= 0) this.line++
      if (wanted.strip) line = line.replace(/^\t+/, '')
      // The delimiter may end the text that stands in $(…): `)` follows it then.
      if (line === delimiter) break
      lines.push(end < 0 ? line : `${line}\n`)
    }
    const text = lines.join('')
    wanted.redirection.documentText = text
    wanted.redirection.document = wanted.quoted
      ? wordOf([{ type: 'text', text, quoted: true }], text)
      : this.inner(text, first).quotedText(undefined)
  }

  /** A reader of text within this text. */
  inner(text: string, line: number): WordReader {
    const reader = this.fresh(text, line)
    reader.depth = this.depth
    return reader
  }

  abstract fresh(text: string, line: number): WordReader

  /** Whether a word ends here. */
  ends(c: string | undefined): boolean {
    return (
      c === undefined ||
      c === ' ' ||
      c === '\n' ||
      c === ';' ||
      c === '&' ||
      c === '|' ||
      c === ')' ||
      c === '(' ||
      c === '<' ||
      c === '>' ||
      c === '\t'
    )
  }

  /** A word of a command; undefined where there is none. `regex`: parentheses and bars belong to it. */
  word(regex = false): Word | undefined {
    const start = this.at
    const parts: Part[] = []
    let plain = ''
    let braces = false
    let only = true
    const flush = () => {
      if (plain !== '') parts.push({ type: 'text', text: plain, quoted: false })
      plain = ''
    }
    let open = 0
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined) break
      if ((c === '<' || c === '>') && this.text[this.at + 1] === '(' && !regex && this.options.ash !== true) {
        only = false
        flush()
        this.at += 2
        parts.push({ type: 'process', input: c === '<', body: this.#commands() })
        continue
      }
      if (regex && (c === '(' || c === ')' || c === '|')) {
        if (c === '(') open++
        if (c === ')' && open-- === 0) break
        if (c === '|' && open === 0 && this.text[this.at + 1] === '|') break
        plain += c
        this.at++
        continue
      }
      if (
        regex &&
        open > 0 &&
        (c === ' ' || c === '\t' || c === '<' || c === '>' || c === ';' || c === '&')
      ) {
        plain += c
        this.at++
        continue
      }
      if (this.extglob && '?*+@!'.includes(c) && this.text[this.at + 1] === '(' && !regex) {
        only = false
        flush()
        parts.push(...this.#extendedPattern())
        continue
      }
      if (this.ends(c)) break
      if (c === '\\') {
        const next = this.text[this.at + 1]
        if (next === '\n') {
          this.at += 2
          this.line++
          continue
        }
        only = false
        flush()
        this.at += next === undefined ? 1 : 2
        parts.push({ type: 'text', text: next ?? '\\', quoted: next !== undefined })
      } else if (c === "'" || c === '"' || c === '$' || c === '`') {
        only = false
        const part = this.quotedOrExpansion(c)
        if (part === undefined) {
          plain += '$'
          this.at++
        } else {
          flush()
          parts.push(part)
        }
      } else {
        if (c === '{') braces = true
        if (c === '{' || c === '~' || c === '*' || c === '?' || c === '[') only = false
        plain += c
        this.at++
      }
    }
    if (this.at === start) return undefined
    flush()
    const text = this.text.slice(start, this.at)
    const onlyPart = parts[0]
    return {
      parts,
      text,
      plain: only && parts.length === 1 && onlyPart?.type === 'text' ? onlyPart.text : undefined,
      braces,
    }
  }

  /** At `'`, `"`, `$` or a backquote outside of double quotes. Undefined for a `$` that is only itself. */
  quotedOrExpansion(c: string): Part | undefined {
    if (c === "'") {
      const end = this.text.indexOf("'", this.at + 1)
      if (end < 0) throw this.unterminated("'")
      const text = this.text.slice(this.at + 1, end)
      this.#countLines(text)
      this.at = end + 1
      return { type: 'text', text, quoted: true }
    }
    if (c === '"') return this.double()
    if (c === '`') return this.backquotes(false)
    const next = this.text[this.at + 1]
    if (next === "'") {
      let end = this.at + 2
      while (end < this.text.length && this.text[end] !== "'") end += this.text[end] === '\\' ? 2 : 1
      if (end >= this.text.length) throw this.unterminated("'")
      const text = this.text.slice(this.at + 2, end)
      this.#countLines(text)
      this.at = end + 1
      return { type: 'text', text: ansiC(text, 'dollar').text, quoted: true }
    }
    if (next === '"') {
      this.at++
      return this.double()
    }
    return this.dollar()
  }

  #countLines(text: string): void {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.line++
  }

  double(): Part {
    const line = this.line
    this.at++
    const word = this.quotedText('"', line)
    this.at++
    return { type: 'double', parts: word.parts }
  }

  /** As in double quotes, up to `end` (which is not read) or the end of the text. A `"` is only itself where `end` is another. */
  quotedText(end: string | undefined, line = this.line): Word {
    const start = this.at
    const parts: Part[] = []
    let from = this.at
    const flush = (to: number) => {
      if (to > from) parts.push({ type: 'text', text: this.text.slice(from, to), quoted: true })
    }
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined) {
        if (end !== undefined) throw this.unterminated(end, line)
        break
      }
      if (c === end) break
      if (c === '\\') {
        const next = this.text[this.at + 1]
        if (next === '\n') {
          flush(this.at)
          this.at += 2
          this.line++
          from = this.at
        } else if (
          next === '$' ||
          next === '`' ||
          next === '\\' ||
          (next === '"' && end !== undefined) ||
          (next === '}' && end === '}')
        ) {
          flush(this.at)
          from = this.at + 1
          this.at += 2
        } else this.at += next === undefined ? 1 : 2
      } else if (c === '`' || c === '$') {
        const before = this.at
        const part = c === '`' ? this.backquotes(end === '"') : this.dollar(true)
        if (part === undefined) this.at++
        else {
          const after = this.at
          this.at = before
          flush(before)
          this.at = after
          parts.push(part)
          from = after
        }
      } else {
        if (c === '\n') this.line++
        this.at++
      }
    }
    flush(this.at)
    return wordOf(parts, this.text.slice(start, this.at))
  }

  /** At a backquote. */
  backquotes(inDouble: boolean): Part {
    const line = this.line
    let end = this.at + 1
    let text = ''
    for (;;) {
      const c = this.text[end]
      if (c === undefined) throw this.unterminated('`', line)
      if (c === '`') break
      if (c === '\\') {
        const next = this.text[end + 1] ?? ''
        text += next === '`' || next === '\\' || next === '$' || (inDouble && next === '"') ? next : c + next
        end += 2
      } else {
        if (c === '\n') this.line++
        text += c
        end++
      }
    }
    this.at = end + 1
    return { type: 'command', body: { node: undefined, text, line } }
  }

  /** At `$`; undefined where it is only itself. */
  dollar(inDouble = false): Part | undefined {
    const next = this.text[this.at + 1]
    if (next === undefined) return undefined
    if (next === '{') return this.#braced(inDouble)
    if (next === '(') {
      if (this.text[this.at + 2] === '(') {
        const end = this.#arithmeticEnd(this.at + 3)
        if (end >= 0) {
          const text = this.text.slice(this.at + 3, end)
          const expression = this.arithmetic(text)
          this.#countLines(text)
          this.at = end + 2
          return { type: 'arithmetic', expression }
        }
      }
      this.at += 2
      return { type: 'command', body: this.#commands() }
    }
    if (next === '[' && this.options.ash !== true) {
      const end = this.#closing(this.at + 2, '[', ']')
      const text = this.text.slice(this.at + 2, end)
      this.at = end + 1
      return { type: 'arithmetic', expression: this.arithmetic(text) }
    }
    const name = /[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y
    name.lastIndex = this.at + 1
    const found = name.exec(this.text)?.[0]
    if (found === undefined) return undefined
    this.at += 1 + found.length
    return parameter(found, `$${found}`)
  }

  /** The text of an arithmetic expression: `$` and backquotes count, quotes go. */
  arithmetic(text: string): Word {
    this.deeper()
    const word = /[$`\\"]/.test(text)
      ? this.inner(withoutQuotes(text), this.line).quotedText(undefined)
      : wordOf(text === '' ? [] : [{ type: 'text', text, quoted: true }], text)
    this.depth--
    return word
  }

  /** Where `))` ends what starts here; -1 where it is no arithmetic after all. */
  #arithmeticEnd(from: number): number {
    let open = 0
    for (let i = from; i < this.text.length; i++) {
      const c = this.text[i]
      if (c === '\\') i++
      else if (c === '(') open++
      else if (c === "'" || c === '"') {
        const end = this.text.indexOf(c, i + 1)
        if (end < 0) return -1
        i = end
      } else if (c === ')') {
        if (open > 0) open--
        else return this.text[i + 1] === ')' ? i : -1
      }
    }
    throw this.unterminated(')')
  }

  /** At `((` of a command: the text between, or undefined where those are two subshells. */
  arithmeticText(): string | undefined {
    const end = this.#arithmeticEnd(this.at + 2)
    if (end < 0) return undefined
    const text = this.text.slice(this.at + 2, end)
    this.#countLines(text)
    this.at = end + 2
    return text
  }

  #closing(from: number, opens: string, closes: string): number {
    let open = 0
    for (let i = from; i < this.text.length; i++) {
      const c = this.text[i]
      if (c === '\\') i++
      else if (c === "'" || c === '"') {
        const end = this.text.indexOf(c, i + 1)
        if (end < 0) throw this.unterminated(c)
        i = end
      } else if (c === opens) open++
      else if (c === closes && open-- === 0) return i
    }
    throw this.unterminated(closes)
  }

  /** After `$(`, up to and with `)`. */
  #commands(): Body {
    this.deeper()
    const start = this.at
    const line = this.line
    const waiting = this.documents.splice(0)
    const node = this.#bodyBefore(line)
    if (this.text[this.at] !== ')') throw this.unterminated(')', line)
    this.documents.unshift(...waiting)
    const text = this.text.slice(start, this.at)
    this.at++
    this.depth--
    return { node: node ?? { type: 'list', items: [] }, text, line }
  }

  #bodyBefore(line: number): Node | undefined {
    try {
      return this.body()
    } catch (error) {
      if (error instanceof ShellSyntaxError && error.incomplete && error.message.endsWith('end of file'))
        throw this.unterminated(')', line)
      throw error
    }
  }

  #extendedPattern(): Part[] {
    this.deeper()
    const parts: Part[] = [{ type: 'text', text: this.text.slice(this.at, this.at + 2), quoted: false }]
    this.at += 2
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined) throw this.unterminated(')')
      if (c === ')') break
      if (c === '|' || c === '(' || c === ' ' || c === '&' || c === ';' || c === '<' || c === '>') {
        parts.push({ type: 'text', text: c, quoted: false })
        this.at++
        continue
      }
      const word = this.word()
      if (word === undefined) throw this.unterminated(')')
      parts.push(...word.parts)
    }
    this.at++
    parts.push({ type: 'text', text: ')', quoted: false })
    this.depth--
    return parts
  }

  /** At `${`. */
  #braced(inDouble: boolean): Part {
    this.deeper()
    const start = this.at
    const line = this.line
    this.at += 2
    const part = this.#parameter(start, inDouble) ?? this.#bad(start, line)
    this.depth--
    return part
  }

  /** What is no parameter: bash says so once it gets there. */
  #bad(start: number, line: number): Part {
    this.at = start + 2
    this.line = line
    const end = this.#closing(this.at, '{', '}')
    this.at = end + 1
    return { ...parameter('', this.text.slice(start, this.at)), operator: 'bad' }
  }

  #parameter(start: number, inDouble: boolean): Part | undefined {
    let length = false
    let indirect = false
    const c = this.text[this.at]
    const next = this.text[this.at + 1] ?? ''
    if (
      c === '#' &&
      (/[A-Za-z0-9_]/.test(next) || (special.includes(next) && this.text[this.at + 2] === '}'))
    ) {
      length = true
      this.at++
    } else if (
      c === '!' &&
      (/[A-Za-z0-9_]/.test(next) ||
        ('#?@*!$-'.includes(next) && next !== '' && this.text[this.at + 2] === '}'))
    ) {
      indirect = true
      this.at++
    }
    const pattern = /[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]/y
    pattern.lastIndex = this.at
    const name = pattern.exec(this.text)?.[0]
    if (name === undefined) {
      if (this.text.indexOf('}', this.at) < 0) throw this.unterminated('}')
      return undefined
    }
    this.at += name.length
    let index: Word | undefined
    if (this.text[this.at] === '[' && /^[A-Za-z_]/.test(name)) {
      const end = this.#closing(this.at + 1, '[', ']')
      index = this.subscript(this.text.slice(this.at + 1, end))
      this.at = end + 1
    }
    const make = (operator: string, word?: Word, second?: Word): Parameter => {
      if (this.text[this.at] === undefined) throw this.unterminated('}')
      this.at++
      return {
        type: 'parameter',
        name,
        index,
        length,
        indirect,
        operator,
        word,
        second,
        text: this.text.slice(start, this.at),
      }
    }
    const rest = this.text[this.at]
    if (rest === undefined) throw this.unterminated('}')
    if (rest === '}') return make('')
    if (indirect && (rest === '@' || rest === '*') && this.text[this.at + 1] === '}') {
      this.at++
      return make(`names${rest}`)
    }
    if (length) return undefined
    const operator = /:[-=?+]|[-=?+]|##?|%%?|\/[/#%]?|\^\^?|,,?|:|@(?=[QEPAKakuUL]\})/y
    operator.lastIndex = this.at
    const found = operator.exec(this.text)?.[0]
    if (found === undefined) return undefined
    this.at += found.length
    if (found === '@') {
      const letter = this.text[this.at] ?? ''
      this.at++
      return make(`@${letter}`)
    }
    if (found === ':') {
      if (this.text[this.at] === '}') return undefined
      const first = this.#partOfSubstring(':}')
      if (this.text[this.at] !== ':') return make(':', first)
      this.at++
      return make(':', first, this.#partOfSubstring('}'))
    }
    if (found.startsWith('/')) {
      // `/#` and `/%` with nothing behind are patterns of their own.
      const word = this.parameterWord('/}', false, false, found.length < 3 && !/[#%]$/.test(found))
      if (this.text[this.at] !== '/') return make(found, word)
      this.at++
      return make(found, word, this.parameterWord('}', false, inDouble))
    }
    const takesWord = /^:?[-=?+]$/.test(found)
    return make(found, this.parameterWord('}', takesWord && inDouble, inDouble))
  }

  subscript(text: string): Word {
    if (text === '@' || text === '*' || /^[A-Za-z0-9_]+$/.test(text))
      return { parts: [{ type: 'text', text, quoted: true }], text, plain: text, braces: false }
    this.deeper()
    const word = this.inner(text, this.line).parameterWord('', false)
    this.depth--
    return { ...word, text }
  }

  #partOfSubstring(ends: string): Word {
    const start = this.at
    let open = 0
    let asked = 0
    for (; ; this.at++) {
      const c = this.text[this.at]
      if (c === undefined) throw this.unterminated('}')
      if (open === 0 && asked === 0 && ends.includes(c)) break
      if (c === '\\') this.at++
      else if (c === '(' || c === '{' || c === '[') open++
      else if (c === ')' || c === '}' || c === ']') open--
      else if (c === '?') asked++
      else if (c === ':' && asked > 0) asked--
    }
    return this.arithmetic(this.text.slice(start, this.at))
  }

  /**
   * The word behind an operator, up to one of `ends` (the end of the text where that is empty). `asDouble`: in double quotes, where single
   * quotes are only themselves.
   */
  parameterWord(ends: string, asDouble: boolean, inDouble = asDouble, slashFirst = false): Word {
    const start = this.at
    const parts: Part[] = []
    let plain = ''
    const flush = () => {
      if (plain !== '') parts.push({ type: 'text', text: plain, quoted: inDouble && asDouble })
      plain = ''
    }
    for (;;) {
      const c = this.text[this.at]
      if (c === undefined) {
        if (ends !== '') throw this.unterminated('}')
        break
      }
      if (ends.includes(c) && !(slashFirst && c === '/' && this.at === start)) break
      if (c === '\\') {
        const next = this.text[this.at + 1]
        this.at += next === undefined ? 1 : 2
        if (next === '\n') {
          this.line++
          continue
        }
        if (asDouble && next !== undefined && !'$`"\\}'.includes(next)) plain += c + next
        else {
          flush()
          parts.push({ type: 'text', text: next ?? '\\', quoted: true })
        }
      } else if (c === "'" && asDouble) {
        plain += c
        this.at++
      } else if (c === "'" || c === '"' || c === '$' || c === '`') {
        const part = c === '$' && asDouble ? this.dollar(true) : this.quotedOrExpansion(c)
        if (part === undefined) {
          plain += c
          this.at++
        } else {
          flush()
          parts.push(part)
        }
      } else if (
        (c === '<' || c === '>') &&
        !asDouble &&
        this.text[this.at + 1] === '(' &&
        this.options.ash !== true
      ) {
        flush()
        this.at += 2
        parts.push({ type: 'process', input: c === '<', body: this.#commands() })
      } else {
        if (c === '\n') this.line++
        plain += c
        this.at++
      }
    }
    flush()
    return wordOf(parts, this.text.slice(start, this.at))
  }

  /** `name=…`, `name[i]+=…` at this place; undefined where it is none. */
  assignment(): Assignment | undefined {
    const start = this.at
    const pattern = /[A-Za-z_][A-Za-z0-9_]*/y
    pattern.lastIndex = start
    const name = pattern.exec(this.text)?.[0]
    if (name === undefined) return undefined
    let at = start + name.length
    let index: Word | undefined
    if (this.text[at] === '[' && this.options.ash !== true) {
      const end = this.#subscriptEnd(at + 1)
      if (end < 0) return undefined
      const after = this.text[end + 1]
      if (after !== '=' && !(after === '+' && this.text[end + 2] === '=')) return undefined
      index = this.subscript(this.text.slice(at + 1, end))
      at = end + 1
    }
    const append = this.text[at] === '+' && this.text[at + 1] === '=' && this.options.ash !== true
    if (append) at++
    if (this.text[at] !== '=') return undefined
    this.at = at + 1
    if (this.text[this.at] === '(' && this.options.ash !== true) {
      const elements = this.#elements()
      return { name, index, append, value: undefined, elements, text: this.text.slice(start, this.at) }
    }
    const value = this.word()
    return { name, index, append, value, elements: undefined, text: this.text.slice(start, this.at) }
  }

  #subscriptEnd(from: number): number {
    let open = 0
    const limit = Math.min(this.text.length, from + maxSubscript)
    for (let i = from; i < limit; i++) {
      const c = this.text[i]
      if (c === '\n') return -1
      if (c === '\\') i++
      else if (c === "'" || c === '"') {
        const end = this.text.indexOf(c, i + 1)
        if (end < 0) return -1
        i = end
      } else if (c === '[') open++
      else if (c === ']' && open-- === 0) return i
    }
    return -1
  }

  /** `( … )` of an array. */
  #elements(): ArrayElement[] {
    this.deeper()
    const { line } = this
    const elements: ArrayElement[] = []
    this.at++
    for (;;) {
      this.blanks()
      const c = this.text[this.at]
      if (c === undefined) throw this.unterminated(')', line).ofArray()
      if (c === ')') break
      if (c === '\n') {
        this.newline()
        continue
      }
      if (c === '[') {
        const end = this.#subscriptEnd(this.at + 1)
        const after = end < 0 ? '' : this.text.slice(end + 1, end + 3)
        if (after.startsWith('=') || after === '+=') {
          const index = this.subscript(this.text.slice(this.at + 1, end))
          this.at = end + (after === '+=' ? 3 : 2)
          elements.push({ index, append: after === '+=', value: this.word() ?? wordOf([], '') })
          continue
        }
      }
      const word = this.word()
      if (word === undefined) throw this.unexpected().ofArray()
      elements.push({ index: undefined, append: false, value: word })
    }
    this.at++
    this.depth--
    return elements
  }

  abstract unexpected(): ShellSyntaxError
}

export function wordOf(parts: readonly Part[], text: string): Word {
  return { parts, text, plain: undefined, braces: false }
}

function parameter(name: string, text: string): Parameter {
  return {
    type: 'parameter',
    name,
    index: undefined,
    length: false,
    indirect: false,
    operator: '',
    word: undefined,
    second: undefined,
    text,
  }
}

/** A word without its quotes, nothing expanded: a here-document's delimiter. */
export function unquoted(word: Word): string {
  const of = (part: Part): string => {
    if (part.type === 'text') return part.text
    if (part.type === 'double') return part.parts.map(of).join('')
    if (part.type === 'parameter') return part.text
    return part.type === 'command' ? `$(${part.body.text})` : ''
  }
  return word.parts.map(of).join('')
}

/** Without its double quotes; those of substitutions in it are theirs. */
function withoutQuotes(text: string): string {
  let rest = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === '"') continue
    const end =
      c === '\\' ? i + 1 : c === '`' ? text.indexOf('`', i + 1) : c === '$' ? closing(text, i + 1) : i
    const last = end < i ? i : end
    rest += text.slice(i, last + 1)
    i = last
  }
  return rest
}

/** Where what `(` or `{` opens at `at` is closed; -1 where nothing is opened, or it is never closed. */
function closing(text: string, at: number): number {
  const pair = text[at] === '(' ? '()' : text[at] === '{' ? '{}' : undefined
  if (pair === undefined) return -1
  let open = 0
  for (let i = at; i < text.length; i++) {
    const c = text[i]!
    if (c === '\\') i++
    else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1)
      if (end < 0) return -1
      i = end
    } else if (c === pair[0]) open++
    else if (c === pair[1] && --open === 0) return i
  }
  return -1
}
