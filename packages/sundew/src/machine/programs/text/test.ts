import type { Stat } from '../../files/file-system.ts'
import { codeOf, Exit, tool, type Tool } from '../common/tool.ts'

/** `test` and `[` as programs. */
export const test = tool(['test', '['], async (t: Tool) => {
  const args = [...t.args]
  const name = t.name
  if (t.call.name === '[') {
    if (args.length === 1 && args[0] === '--version') return 0
    if (args.pop() !== ']') throw new Exit(2, `${name}: missing '${']'}'\n`)
  }
  const expression = new Expression(t, args, name)
  return expression.whole() ? 0 : 1
})

const maxDepth = 200

class Expression {
  readonly #t: Tool
  readonly #args: readonly string[]
  readonly #name: string
  #at = 0

  constructor(t: Tool, args: readonly string[], name: string) {
    this.#t = t
    this.#args = args
    this.#name = name
  }

  #wrong(text: string): never {
    throw new Exit(2, `${this.#name}: ${text}\n`)
  }

  whole(): boolean {
    const a = this.#args
    // POSIX: what it means depends on how many words there are.
    if (a.length === 0) return false
    if (a.length === 1) return a[0] !== ''
    if (a.length === 2) {
      if (a[0] === '!') return a[1] === ''
      if (/^-[a-zA-Z]$/.test(a[0]!)) return this.#unary(a[0]!, a[1]!)
      this.#wrong(`missing argument after ${this.#t.quoted(a[1]!)}`)
    }
    if (a.length === 3) {
      if (isBinary(a[1]!)) return this.#binary(a[0]!, a[1]!, a[2]!)
      if (a[1] === '-a') return a[0] !== '' && a[2] !== ''
      if (a[1] === '-o') return a[0] !== '' || a[2] !== ''
      if (a[0] === '!') return !new Expression(this.#t, a.slice(1), this.#name).whole()
      if (a[0] === '(' && a[2] === ')') return a[1] !== ''
      this.#wrong(`${this.#t.quoted(a[1]!)}: binary operator expected`)
    }
    const result = this.#or(0)
    if (this.#at < a.length) this.#wrong(`extra argument ${this.#t.quoted(a[this.#at]!)}`)
    return result
  }

  #or(depth: number): boolean {
    let result = this.#and(depth)
    while (this.#args[this.#at] === '-o') {
      this.#at++
      const other = this.#and(depth)
      result ||= other
    }
    return result
  }

  #and(depth: number): boolean {
    let result = this.#term(depth)
    while (this.#args[this.#at] === '-a') {
      this.#at++
      const other = this.#term(depth)
      result &&= other
    }
    return result
  }

  #term(depth: number): boolean {
    const a = this.#args
    if (depth > maxDepth) this.#wrong('too many levels')
    const first = a[this.#at]
    if (first === undefined) this.#wrong(`missing argument after ${this.#t.quoted(a.at(-1)!)}`)
    if (first === '!') {
      this.#at++
      return !this.#term(depth + 1)
    }
    const second = a[this.#at + 1]
    if (second !== undefined && isBinary(second) && a[this.#at + 2] !== undefined) {
      this.#at += 3
      return this.#binary(first, second, a[this.#at - 1]!)
    }
    if (first === '(') {
      this.#at++
      const result = this.#or(depth + 1)
      if (a[this.#at] !== ')')
        this.#wrong(
          `${this.#t.quoted(')')} expected${a[this.#at] === undefined ? '' : `, found ${a[this.#at]}`}`,
        )
      this.#at++
      return result
    }
    if (/^-[a-zA-Z]$/.test(first) && second !== undefined && first !== '-a' && first !== '-o') {
      this.#at += 2
      return this.#unary(first, second)
    }
    this.#at++
    return first !== ''
  }

  #number(text: string): bigint {
    const match = /^\s*([-+]?\d+)\s*$/.exec(text)
    if (match === null) this.#wrong(`invalid integer ${this.#t.quoted(text)}`)
    return BigInt(match[1]!.replace('+', ''))
  }

  #stat(name: string, link = false): Stat | undefined {
    if (name === '') return undefined
    try {
      const path = this.#t.call.path(name)
      return link ? this.#t.files.lstat(path) : this.#t.files.stat(path)
    } catch (error) {
      codeOf(error)
      return undefined
    }
  }

  #binary(a: string, op: string, b: string): boolean {
    if (op === '=' || op === '==') return a === b
    if (op === '!=') return a !== b
    if (op === '<') return a < b
    if (op === '>') return a > b
    if (op === '-nt' || op === '-ot') {
      const x = this.#stat(a)
      const y = this.#stat(b)
      const [newer, older] = op === '-nt' ? [x, y] : [y, x]
      return newer !== undefined && (older === undefined || newer.mtimeMs > older.mtimeMs)
    }
    if (op === '-ef') {
      const x = this.#stat(a)
      const y = this.#stat(b)
      return x !== undefined && y !== undefined && x.ino === y.ino && x.dev === y.dev
    }
    const x = this.#number(a)
    const y = this.#number(b)
    return { '-eq': x === y, '-ne': x !== y, '-lt': x < y, '-le': x <= y, '-gt': x > y, '-ge': x >= y }[op]!
  }

  #unary(op: string, value: string): boolean {
    switch (op) {
      case '-z':
        return value === ''
      case '-n':
        return value !== ''
      case '-r':
      case '-w':
      case '-x':
        return (
          value !== '' &&
          this.#t.files.may(
            this.#t.call.path(value),
            op === '-r' ? 'read' : op === '-w' ? 'write' : 'execute',
          )
        )
      case '-t':
        return this.#number(value) === 0n
          ? this.#t.call.stdin.terminal !== undefined
          : value === '1'
            ? this.#t.call.stdout.terminal !== undefined
            : value === '2' && this.#t.call.stderr.terminal !== undefined
      case '-h':
      case '-L':
        return this.#stat(value, true)?.type === 'link'
      default: {
        const stat = this.#stat(value)
        const tests: Record<string, (s: Stat) => boolean> = {
          '-e': () => true,
          '-a': () => true,
          '-f': (s) => s.type === 'file',
          '-d': (s) => s.type === 'directory',
          '-s': (s) => s.size > 0,
          '-b': (s) => s.type === 'block',
          '-c': (s) => s.type === 'character',
          '-p': (s) => s.type === 'fifo',
          '-S': (s) => s.type === 'socket',
          '-u': (s) => (s.mode & 0o4000) !== 0,
          '-g': (s) => (s.mode & 0o2000) !== 0,
          '-k': (s) => (s.mode & 0o1000) !== 0,
          '-O': (s) => s.uid === this.#t.files.credentials.uid,
          '-G': (s) => s.gid === this.#t.files.credentials.gid,
          '-N': (s) => s.mtimeMs > s.atimeMs,
        }
        const check = tests[op]
        if (check === undefined) this.#wrong(`${this.#t.quoted(op)}: unary operator expected`)
        return stat !== undefined && check(stat)
      }
    }
  }
}

function isBinary(word: string): boolean {
  return /^(=|==|!=|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(word)
}
