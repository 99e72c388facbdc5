import type { Condition, Word } from './ast.ts'
import { ShellSyntaxError } from './syntax-error.ts'
import { WordReader } from './words.ts'

const binary = new Set([
  '=',
  '==',
  '!=',
  '=~',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
])
const unary = /^-[abcdefghknoprstuvwxzGLNORS]$/

/** Reads what is between `[[` and `]]`. */
export abstract class ConditionReader extends WordReader {
  abstract newlines(): void
  abstract token(): string | undefined

  /** After `[[`, up to and with `]]`. */
  condition(): Condition {
    const extglob = this.extglob
    this.extglob = true
    const test = this.#or()
    this.newlines()
    if (!this.#closes()) throw this.#wrong('syntax error in conditional expression')
    this.at += 2
    this.extglob = extglob
    return test
  }

  #closes(): boolean {
    return /\]\](?=[\s;&|()<>]|$)/y.test(this.text.slice(this.at, this.at + 3))
  }

  #or(): Condition {
    let left = this.#and()
    for (;;) {
      this.newlines()
      if (!this.text.startsWith('||', this.at)) return left
      this.at += 2
      left = { type: 'or', left, right: this.#and() }
    }
  }

  #and(): Condition {
    let left = this.#term()
    for (;;) {
      this.newlines()
      if (!this.text.startsWith('&&', this.at)) return left
      this.at += 2
      left = { type: 'and', left, right: this.#term() }
    }
  }

  #term(): Condition {
    this.deeper()
    const test = this.#oneTerm()
    this.depth--
    return test
  }

  #oneTerm(): Condition {
    this.newlines()
    if (this.text[this.at] === '(') {
      this.at++
      const test = this.#or()
      this.newlines()
      if (this.text[this.at] !== ')') throw this.#wrong("expected `)'")
      this.at++
      return { type: 'group', test }
    }
    if (/!(?=\s)/y.test(this.text.slice(this.at, this.at + 2))) {
      this.at++
      return { type: 'not', test: this.#term() }
    }
    if (this.#closes()) throw this.#wrong('syntax error in conditional expression')
    const first = this.word()
    if (first === undefined) {
      if (this.text[this.at] === undefined) throw this.unexpected()
      throw this.#wrong(`unexpected token \`${this.token() ?? ''}' in conditional command`)
    }
    this.blanks()
    const plain = first.plain ?? ''
    const operator = this.#binaryOperator()
    if (operator !== undefined) return this.#binary(first, operator)
    if (unary.test(plain)) {
      if (
        this.#closes() ||
        this.text.startsWith('&&', this.at) ||
        this.text.startsWith('||', this.at) ||
        this.text[this.at] === ')'
      ) {
        throw this.#wrong(`unexpected argument \`${this.token() ?? ''}' to conditional unary operator`)
      }
      const word = this.word()
      if (word === undefined) throw this.unexpected()
      return { type: 'unary', operator: plain, word }
    }
    const c = this.text[this.at]
    if (
      this.#closes() ||
      c === ')' ||
      this.text.startsWith('&&', this.at) ||
      this.text.startsWith('||', this.at)
    )
      return { type: 'word', word: first }
    if (c === undefined) throw this.unexpected()
    const token = this.token() ?? ''
    throw this.#wrong(
      token === 'newline' || /^[;&|()<>]/.test(token)
        ? `unexpected token \`${token}', conditional binary operator expected`
        : 'conditional binary operator expected',
    )
  }

  #binaryOperator(): string | undefined {
    const pattern = /(==|=~|!=|=|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)(?=\s)|[<>]/y
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    return found !== undefined && binary.has(found) ? found : undefined
  }

  #binary(left: Word, operator: string): Condition {
    this.at += operator.length
    this.blanks()
    if (this.#closes()) throw this.#wrong("unexpected argument `]]' to conditional binary operator")
    const right = this.word(operator === '=~')
    if (right === undefined) {
      if (this.text[this.at] === undefined) throw this.unexpected()
      throw this.#wrong(`unexpected argument \`${this.token() ?? ''}' to conditional binary operator`)
    }
    return { type: 'binary', operator, left, right }
  }

  /** Bash says two things: what is wrong, and near what. */
  #wrong(message: string): ShellSyntaxError {
    if (this.text[this.at] === undefined) return this.unexpected()
    const token = this.token() ?? ''
    const near = this.unexpected()
    const error = new ShellSyntaxError(
      `${message}\nsyntax error near \`${token}'`,
      near.line,
      false,
      near.lineText,
    )
    error.inCondition = true
    return error
  }
}
