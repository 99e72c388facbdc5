import type { Shell } from '../shell.ts'
import type { Builtin } from './builtin.ts'
import { binaryTest, unaryTest } from './test-operators.ts'

export const testBuiltins: readonly Builtin[] = [
  { names: ['test'], usage: 'test [expr]', run: (shell, args, name) => run(shell, args, name) },
  {
    names: ['['],
    usage: '[ arg... ]',
    run: async (shell, args, name) => {
      if (args.at(-1) !== ']') {
        await shell.complain(shell.dialect === 'ash' ? 'missing ]' : "[: missing `]'")
        return 2
      }
      return run(shell, args.slice(0, -1), name)
    },
  },
  {
    // In ash a command like the others.
    names: ['[['],
    ashOnly: true,
    usage: '[[ arg... ]]',
    run: async (shell, args, name) => {
      if (args.at(-1) === ']]') return run(shell, args.slice(0, -1), name)
      await shell.complain('[[: missing ]]')
      return 2
    },
  },
]

class TestError extends Error {}

const unary = /^-[abcdefghknoprstuvwxzGLNORS]$/
const binary = /^(=|==|!=|<|>|-(eq|ne|lt|le|gt|ge|nt|ot|ef))$/

async function run(shell: Shell, args: readonly string[], name: string): Promise<number> {
  try {
    return new Test(shell, args).whole() ? 0 : 1
  } catch (error) {
    if (!(error instanceof TestError)) throw error
    await shell.complain(shell.dialect === 'ash' ? error.message : `${name}: ${error.message}`)
    return 2
  }
}

class Test {
  readonly #shell: Shell
  readonly #args: readonly string[]
  #at = 0

  constructor(shell: Shell, args: readonly string[]) {
    this.#shell = shell
    this.#args = args
  }

  /** By the number of arguments, as POSIX has it. */
  whole(): boolean {
    const args = this.#args
    switch (args.length) {
      case 0:
        return false
      case 1:
        return args[0] !== ''
      case 2:
        return this.#two(args[0]!, args[1]!)
      case 3:
        return this.#three(args)
      case 4:
        if (args[0] === '!') return !this.#three(args.slice(1))
        if (args[0] === '(' && args[3] === ')') return this.#two(args[1]!, args[2]!)
        break
      default:
        break
    }
    const value = this.#or()
    if (this.#at < args.length)
      throw new TestError(this.#ash ? `${args[this.#at]}: unknown operand` : 'too many arguments')
    return value
  }

  get #ash(): boolean {
    return this.#shell.dialect === 'ash'
  }

  #two(first: string, second: string): boolean {
    if (first === '!') return second === ''
    if (unary.test(first)) return this.#unary(first, second)
    throw new TestError(this.#ash ? `${second}: unknown operand` : `${first}: unary operator expected`)
  }

  #three(args: readonly string[]): boolean {
    const [first, operator, last] = args as [string, string, string]
    if (binary.test(operator)) return this.#binary(first, operator, last)
    if (operator === '-a') return first !== '' && last !== ''
    if (operator === '-o') return first !== '' || last !== ''
    if (first === '!') return !this.#two(operator, last)
    if (first === '(' && last === ')') return operator !== ''
    throw new TestError(this.#ash ? `${operator}: unknown operand` : `${operator}: binary operator expected`)
  }

  #or(): boolean {
    let value = this.#and()
    while (this.#args[this.#at] === '-o') {
      this.#at++
      value = this.#and() || value
    }
    return value
  }

  #and(): boolean {
    let value = this.#term()
    while (this.#args[this.#at] === '-a') {
      this.#at++
      value = this.#term() && value
    }
    return value
  }

  #term(): boolean {
    let negated = false
    while (this.#args[this.#at] === '!') {
      negated = !negated
      this.#at++
    }
    return this.#primary() !== negated
  }

  #primary(): boolean {
    const first = this.#args[this.#at]
    if (first === undefined) throw new TestError('argument expected')
    const operator = this.#args[this.#at + 1]
    if (operator !== undefined && binary.test(operator) && this.#args[this.#at + 2] !== undefined) {
      this.#at += 3
      return this.#binary(first, operator, this.#args[this.#at - 1]!)
    }
    if (first === '(') {
      this.#at++
      const value = this.#or()
      if (this.#args[this.#at] !== ')')
        throw new TestError(this.#ash ? 'closing paren expected' : "`)' expected")
      this.#at++
      return value
    }
    if (unary.test(first) && operator !== undefined) {
      this.#at += 2
      return this.#unary(first, operator)
    }
    this.#at++
    return first !== ''
  }

  #unary(operator: string, text: string): boolean {
    if (operator === '-t' && !/^\s*[0-9]+\s*$/.test(text))
      throw new TestError(`${text}: integer expression expected`)
    return unaryTest(this.#shell, operator === '-a' ? '-e' : operator, text)
  }

  #binary(left: string, operator: string, right: string): boolean {
    if (!/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) return binaryTest(this.#shell, operator, left, right)
    const a = this.#integer(left)
    const b = this.#integer(right)
    const results = {
      '-eq': a === b,
      '-ne': a !== b,
      '-lt': a < b,
      '-le': a <= b,
      '-gt': a > b,
      '-ge': a >= b,
    }
    return results[operator as keyof typeof results]
  }

  #integer(text: string): bigint {
    const trimmed = text.trim()
    if (!/^[-+]?[0-9]+$/.test(trimmed) || trimmed.length > 30)
      throw new TestError(this.#ash ? `${text}: bad number` : `${text}: integer expression expected`)
    return BigInt(trimmed.replace(/^\+/, ''))
  }
}
