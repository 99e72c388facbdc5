import { Exit, tool, type Tool } from '../common/tool.ts'
import { Pattern, PatternError } from './regular-expression.ts'

const maxDepth = 200
const maxDigits = 1000

/** `expr`: prints what comes out; 1 where that is nothing or 0. */
export const expr = tool('expr', async (t: Tool) => {
  const args = t.args[0] === '--' ? t.args.slice(1) : t.args
  if (args.length === 0) {
    if (t.busybox) t.fail('too few arguments', 2)
    t.usage('missing operand', 2)
  }
  let at = 0
  const number = (text: string): bigint => {
    if (!/^-?\d+$/.test(text) || text.length > maxDigits)
      throw new Exit(2, `${t.name}: non-integer argument\n`)
    return BigInt(text)
  }
  const isNull = (text: string): boolean => text === '' || /^-?0+$/.test(text)
  const match = (text: string, pattern: string): string => {
    try {
      const found = new Pattern(`^\\(${pattern.replace(/^\^/, '')}\\)`, 'basic').find(text)
      if (/\\\(/.test(pattern)) return found === undefined ? '' : text.slice(...(found[2] ?? [0, 0]))
      return found === undefined ? '0' : String(found[0]![1])
    } catch (error) {
      if (error instanceof PatternError) throw new Exit(2, `${t.name}: ${error.message}\n`)
      throw error
    }
  }
  const primary = (depth: number): string => {
    if (depth > maxDepth) throw new Exit(2, `${t.name}: syntax error\n`)
    const word = args[at++]
    if (word === undefined)
      throw new Exit(2, `${t.name}: syntax error: missing argument after ${t.quoted(args.at(-1)!)}\n`)
    if (word === '(') {
      const value = level(0, depth + 1)
      if (args[at++] !== ')')
        throw new Exit(
          2,
          args[at - 1] === undefined
            ? `${t.name}: syntax error: expecting ')' after ${t.quoted(args.at(-1)!)}\n`
            : `${t.name}: syntax error: expecting ')' instead of ${t.quoted(args[at - 1]!)}\n`,
        )
      return value
    }
    if (word === ')') throw new Exit(2, `${t.name}: syntax error: unexpected ')'\n`)
    if (word === '+') return args[at++] ?? ''
    if (word === 'length') return String(primary(depth + 1).length)
    if (word === 'match') {
      const text = primary(depth + 1)
      return match(text, primary(depth + 1))
    }
    if (word === 'index') {
      const text = primary(depth + 1)
      const letters = primary(depth + 1)
      return String(text.split('').findIndex((c) => letters.includes(c)) + 1)
    }
    if (word === 'substr') {
      const text = primary(depth + 1)
      const from = Number(primary(depth + 1))
      const length = Number(primary(depth + 1))
      return from >= 1 && length >= 1 ? text.slice(from - 1, from - 1 + length) : ''
    }
    return word
  }
  const levels = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']]
  const level = (n: number, depth: number): string => {
    if (n === levels.length) return primary(depth)
    let left = level(n + 1, depth)
    for (;;) {
      const op = args[at]
      if (op === undefined || !levels[n]!.includes(op)) return left
      at++
      const right = level(n + 1, depth)
      if (op === '|') left = isNull(left) ? (isNull(right) ? '0' : right) : left
      else if (op === '&') left = isNull(left) || isNull(right) ? '0' : left
      else if (op === ':') left = match(left, right)
      else if (n === 2) {
        const numeric = /^-?\d+$/.test(left) && /^-?\d+$/.test(right)
        const order = numeric
          ? Number(BigInt(left) - BigInt(right) > 0n) - Number(BigInt(left) - BigInt(right) < 0n)
          : left < right
            ? -1
            : left > right
              ? 1
              : 0
        left =
          Number(
            {
              '<': order < 0,
              '<=': order <= 0,
              '=': order === 0,
              '==': order === 0,
              '!=': order !== 0,
              '>=': order >= 0,
              '>': order > 0,
            }[op],
          ) === 1
            ? '1'
            : '0'
      } else {
        const a = number(left)
        const b = number(right)
        if ((op === '/' || op === '%') && b === 0n) throw new Exit(2, `${t.name}: division by zero\n`)
        left = String(
          op === '+' ? a + b : op === '-' ? a - b : op === '*' ? a * b : op === '/' ? a / b : a % b,
        )
      }
    }
  }
  const value = level(0, 0)
  if (at < args.length)
    throw new Exit(2, `${t.name}: syntax error: unexpected argument ${t.quoted(args[at]!)}\n`)
  t.put(`${value}\n`)
  return isNull(value) ? 1 : 0
})
