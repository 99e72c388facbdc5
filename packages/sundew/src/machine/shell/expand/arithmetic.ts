import { TooDeep } from '../syntax/syntax-error.ts'

/** A 64-bit number: a bigint only where it is too large for a double to hold exactly. */
export type Integer = number | bigint

/** What bash says of an expression: `1/0: division by 0 (error token is "0")`. */
export class ArithmeticError extends Error {}

/** Where names lead. */
export interface ArithmeticScope {
  /** Text of a variable; undefined where it is not set (an error under `set -u` is the scope's to throw). */
  get(name: string, index: string | undefined): string | undefined
  set(name: string, index: string | undefined, value: string): void
}

/** Names that refer to names, and parentheses. */
const maxDepth = 200
const maxExpression = 1024 * 1024
const cacheSize = 500
const cache = new Map<string, Node>()

/** The value of an expression in which nothing is left to expand. @throws ArithmeticError */
export function arithmetic(text: string, scope: ArithmeticScope, depth = 0): Integer {
  if (depth > maxDepth)
    throw new ArithmeticError(`${text}: expression recursion level exceeded (error token is "${text}")`)
  const whole = plainNumber.exec(text)
  if (whole !== null && text.length < 17) return Number(text)
  let node = cache.get(text)
  if (node === undefined) {
    if (text.length > maxExpression) throw new TooDeep()
    node = new Reader(text).whole()
    if (text.length < 200) {
      if (cache.size >= cacheSize) cache.clear()
      cache.set(text, node)
    }
  }
  return evaluate(node, { scope, depth, text })
}

const plainNumber = /^(0|[1-9][0-9]*)$/

type Node =
  | { readonly type: 'number'; readonly value: Integer }
  | { readonly type: 'name'; readonly name: string; readonly index: string | undefined }
  | { readonly type: 'unary'; readonly operator: string; readonly of: Node }
  | { readonly type: 'step'; readonly by: 1 | -1; readonly before: boolean; readonly of: Name }
  | {
      readonly type: 'binary'
      readonly operator: string
      readonly left: Node
      readonly right: Node
      readonly token: string
    }
  | { readonly type: 'choice'; readonly test: Node; readonly yes: Node; readonly no: Node }
  | {
      readonly type: 'assign'
      readonly operator: string
      readonly to: Name
      readonly value: Node
      readonly token: string
    }

type Name = Extract<Node, { type: 'name' }>

interface Run {
  readonly scope: ArithmeticScope
  readonly depth: number
  readonly text: string
}

function evaluate(node: Node, run: Run): Integer {
  switch (node.type) {
    case 'number':
      return node.value
    case 'name':
      return valueOf(node, run)
    case 'unary': {
      const value = evaluate(node.of, run)
      if (node.operator === '!') return isZero(value) ? 1 : 0
      if (node.operator === '-') return wrap(-BigInt(value))
      return node.operator === '~' ? wrap(~BigInt(value)) : value
    }
    case 'step': {
      const value = valueOf(node.of, run)
      const next = add(value, node.by)
      assign(node.of, next, run)
      return node.before ? next : value
    }
    case 'binary':
      return binary(node, run)
    case 'choice':
      return isZero(evaluate(node.test, run)) ? evaluate(node.no, run) : evaluate(node.yes, run)
    case 'assign': {
      const value = evaluate(node.value, run)
      const result =
        node.operator === '' ? value : calculate(node.operator, valueOf(node.to, run), value, run, node.token)
      assign(node.to, result, run)
      return result
    }
  }
}

function binary(node: Extract<Node, { type: 'binary' }>, run: Run): Integer {
  const left = evaluate(node.left, run)
  if (node.operator === '&&') return isZero(left) || isZero(evaluate(node.right, run)) ? 0 : 1
  if (node.operator === '||') return isZero(left) && isZero(evaluate(node.right, run)) ? 0 : 1
  return calculate(node.operator, left, evaluate(node.right, run), run, node.token)
}

function assign(name: Name, value: Integer, run: Run): void {
  run.scope.set(name.name, name.index, String(value))
}

function valueOf(name: Name, run: Run): Integer {
  const text = run.scope.get(name.name, name.index)
  if (text === undefined || text === '') return 0
  if (text.length < 16 && plainNumber.test(text)) return Number(text)
  return arithmetic(text, run.scope, run.depth + 1)
}

function isZero(value: Integer): boolean {
  return value === 0 || value === 0n
}

function wrap(value: bigint): Integer {
  const wrapped = BigInt.asIntN(64, value)
  return wrapped >= -9007199254740991n && wrapped <= 9007199254740991n ? Number(wrapped) : wrapped
}

function add(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return wrap(BigInt(a) + BigInt(b))
}

function calculate(operator: string, a: Integer, b: Integer, run: Run, token: string): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = small(operator, a, b)
    if (quick !== undefined) return quick
  }
  const x = BigInt(a)
  const y = BigInt(b)
  switch (operator) {
    case '+':
      return wrap(x + y)
    case '-':
      return wrap(x - y)
    case '*':
      return wrap(x * y)
    case '/':
    case '%':
      if (y === 0n)
        throw new ArithmeticError(`${trimmed(run.text)}: division by 0 (error token is "${token}")`)
      return wrap(operator === '/' ? x / y : x % y)
    case '**':
      return power(x, y, run, token)
    case '<<':
      return wrap(x << (y & 63n))
    case '>>':
      return wrap(x >> (y & 63n))
    case '&':
      return wrap(x & y)
    case '|':
      return wrap(x | y)
    case '^':
      return wrap(x ^ y)
    case '<':
      return x < y ? 1 : 0
    case '>':
      return x > y ? 1 : 0
    case '<=':
      return x <= y ? 1 : 0
    case '>=':
      return x >= y ? 1 : 0
    case '==':
      return x === y ? 1 : 0
    case '!=':
      return x !== y ? 1 : 0
    default:
      return b
  }
}

function small(operator: string, a: number, b: number): Integer | undefined {
  let result: number
  switch (operator) {
    case '+':
      result = a + b
      break
    case '-':
      result = a - b
      break
    case '*':
      result = a * b
      break
    case '<':
      return a < b ? 1 : 0
    case '>':
      return a > b ? 1 : 0
    case '<=':
      return a <= b ? 1 : 0
    case '>=':
      return a >= b ? 1 : 0
    case '==':
      return a === b ? 1 : 0
    case '!=':
      return a !== b ? 1 : 0
    case '/':
    case '%':
      if (b === 0) return undefined
      result = operator === '/' ? Math.trunc(a / b) : a % b
      break
    case ',':
      return b
    default:
      return undefined
  }
  // No -0, which would print so.
  return Number.isSafeInteger(result) ? result + 0 : undefined
}

function power(x: bigint, y: bigint, run: Run, token: string): Integer {
  if (y < 0n)
    throw new ArithmeticError(
      `${trimmed(run.text)}: exponent less than 0 (error token is "${token.replace(/^[-+ ]+/, '')}")`,
    )
  let result = 1n
  let base = x
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = BigInt.asIntN(64, result * base)
    base = BigInt.asIntN(64, base * base)
  }
  return wrap(result)
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\n]+/, '')
}

const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]

const assignments = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=']

/** Reads an expression. */
class Reader {
  readonly #text: string
  #at = 0
  /** Where the token before began: bash tells of it in some cases. */
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Node {
    this.#blanks()
    if (this.#at >= this.#text.length) return { type: 'number', value: 0 }
    const node = this.#comma()
    this.#blanks()
    if (this.#at < this.#text.length) {
      if (/^(=|[-+*/%&^|]=|<<=|>>=)/.test(this.#rest()))
        throw this.#error('attempted assignment to non-variable')
      throw this.#error(
        /^[A-Za-z0-9_"'(]/.test(this.#rest()) || /^[^-+*/%<>=!&|^~?:,)]/.test(this.#rest())
          ? this.#wordAfter()
          : 'syntax error in expression',
      )
    }
    return node
  }

  #wordAfter(): string {
    return /^[A-Za-z0-9_("']/.test(this.#rest())
      ? 'syntax error in expression'
      : 'syntax error: invalid arithmetic operator'
  }

  #rest(): string {
    return this.#text.slice(this.#at)
  }

  #error(message: string, at = this.#at): ArithmeticError {
    return new ArithmeticError(
      `${trimmed(this.#text)}: ${message} (error token is "${this.#text.slice(at)}")`,
    )
  }

  #blanks(): void {
    while (' \t\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #operator(choices: readonly string[]): string | undefined {
    this.#blanks()
    const three = this.#text.slice(this.#at, this.#at + 3)
    const all = operators.find((one) => three.startsWith(one))
    return all !== undefined && choices.includes(all) ? all : undefined
  }

  #comma(): Node {
    let left = this.#assignment()
    while (this.#operator([',']) !== undefined) {
      this.#at++
      const right = this.#assignment()
      left = { type: 'binary', operator: ',', left, right, token: '' }
    }
    return left
  }

  #assignment(): Node {
    if (++this.#depth > maxDepth) throw new TooDeep()
    const left = this.#choice()
    const operator = this.#operator(assignments)
    if (operator !== undefined) {
      if (left.type !== 'name') throw this.#error('attempted assignment to non-variable')
      this.#at += operator.length
      this.#blanks()
      const start = this.#at
      const value = this.#assignment()
      this.#depth--
      return {
        type: 'assign',
        operator: operator.slice(0, -1),
        to: left,
        value,
        token: this.#text.slice(start),
      }
    }
    this.#depth--
    return left
  }

  #choice(): Node {
    const test = this.#level(0)
    if (this.#operator(['?']) === undefined) return test
    this.#at++
    this.#blanks()
    if (this.#at >= this.#text.length || this.#text[this.#at] === ':')
      throw this.#error('expression expected')
    const yes = this.#comma()
    if (this.#operator([':']) === undefined) throw this.#error("`:' expected for conditional expression")
    this.#at++
    this.#blanks()
    if (this.#at >= this.#text.length) throw this.#error('expression expected')
    if (++this.#depth > maxDepth) throw new TooDeep()
    const no = this.#choice()
    this.#depth--
    return { type: 'choice', test, yes, no }
  }

  #level(level: number): Node {
    const choices = levels[level]
    if (choices === undefined) return this.#power()
    let left = this.#level(level + 1)
    for (;;) {
      const operator = this.#operator(choices)
      if (operator === undefined) return left
      this.#at += operator.length
      this.#blanks()
      const start = this.#at
      const right = this.#level(level + 1)
      left = { type: 'binary', operator, left, right, token: this.#text.slice(start) }
    }
  }

  #power(): Node {
    const left = this.#unary()
    if (this.#operator(['**']) === undefined) return left
    this.#at += 2
    this.#blanks()
    const start = this.#at
    if (++this.#depth > maxDepth) throw new TooDeep()
    const right = this.#power()
    this.#depth--
    return { type: 'binary', operator: '**', left, right, token: this.#text.slice(start) }
  }

  #unary(): Node {
    this.#blanks()
    const c = this.#text[this.#at]
    const next = this.#text[this.#at + 1]
    if (
      (c === '+' || c === '-') &&
      next === c &&
      /^[ \t\n]*[A-Za-z_]/.test(this.#text.slice(this.#at + 2, this.#at + 40))
    ) {
      this.#at += 2
      this.#blanks()
      const of = this.#primary()
      if (of.type !== 'name') throw this.#error('syntax error: operand expected')
      return { type: 'step', by: c === '+' ? 1 : -1, before: true, of }
    }
    if (c === '+' || c === '-' || c === '!' || c === '~') {
      if (++this.#depth > maxDepth) throw new TooDeep()
      this.#at++
      const of = this.#unary()
      this.#depth--
      return { type: 'unary', operator: c, of }
    }
    const of = this.#primary()
    if (of.type === 'name') {
      this.#blanks()
      const two = this.#text.slice(this.#at, this.#at + 2)
      if (two === '++' || two === '--') {
        this.#at += 2
        return { type: 'step', by: two === '++' ? 1 : -1, before: false, of }
      }
    }
    return of
  }

  #primary(): Node {
    this.#blanks()
    const c = this.#text[this.#at]
    if (c === '(') {
      this.#at++
      const node = this.#comma()
      this.#blanks()
      if (this.#text[this.#at] !== ')') throw this.#error("missing `)'")
      this.#at++
      return node.type === 'name' ? { type: 'unary', operator: '+', of: node } : node
    }
    const pattern = /[A-Za-z_][A-Za-z0-9_]*|[0-9][0-9A-Za-z_@#]*/y
    pattern.lastIndex = this.#at
    const word = pattern.exec(this.#text)?.[0]
    if (word === undefined) throw this.#operandExpected()
    const start = this.#at
    this.#at += word.length
    if (/^[0-9]/.test(word)) return { type: 'number', value: this.#number(word, start) }
    if (this.#text[this.#at] !== '[') return { type: 'name', name: word, index: undefined }
    let open = 0
    const from = this.#at + 1
    for (let i = from; i < this.#text.length; i++) {
      if (this.#text[i] === '[') open++
      else if (this.#text[i] === ']' && open-- === 0) {
        this.#at = i + 1
        return { type: 'name', name: word, index: this.#text.slice(from, i) }
      }
    }
    throw this.#error('bad array subscript', start)
  }

  #operandExpected(): ArithmeticError {
    // At the end bash tells of the operator before.
    if (this.#at >= this.#text.length) {
      const before = /(<<|>>|&&|\|\||\*\*|[^\s])[ \t\n]*$/.exec(this.#text.slice(0, this.#at))
      return this.#error('syntax error: operand expected', before?.index ?? this.#at)
    }
    return this.#error('syntax error: operand expected')
  }

  #number(word: string, start: number): Integer {
    const based = /^([0-9]+)#(.*)$/s.exec(word)
    let base = 10
    let digits = word
    if (based !== null) {
      base = Number(based[1])
      digits = based[2]!
      if (base < 2 || base > 64) throw this.#errorOf('invalid arithmetic base', start)
      if (digits === '') throw this.#errorOf('invalid integer constant', start)
    } else if (/^0[xX]/.test(word)) {
      base = 16
      digits = word.slice(2)
    } else if (word.length > 1 && word.startsWith('0')) {
      base = 8
      digits = word.slice(1)
    }
    if (word.length > 10_000) throw this.#errorOf('value too great for base', start)
    let value = 0n
    for (const c of digits) {
      const digit = digitOf(c, base)
      if (c === '#') throw this.#errorOf('invalid number', start)
      if (digit >= base) throw this.#errorOf('value too great for base', start)
      value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit))
    }
    return wrap(value)
  }

  #errorOf(message: string, start: number): ArithmeticError {
    return this.#error(message, start)
  }
}

const operators = [
  '<<=',
  '>>=',
  '**',
  '++',
  '--',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '^=',
  '|=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '>',
  '&',
  '|',
  '^',
  '?',
  ':',
  ',',
  '=',
  '!',
  '~',
]

function digitOf(c: string, base: number): number {
  const code = c.charCodeAt(0)
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 122) return code - 87
  if (code >= 65 && code <= 90) return base <= 36 ? code - 55 : code - 29
  return c === '@' ? 62 : c === '_' ? 63 : 99
}
