import { binaryTest, unaryTest } from './builtins/test-operators.ts'
import { trace } from './execute.ts'
import { arithmeticText } from './expand/arithmetic-scope.ts'
import { Pattern } from './expand/pattern.ts'
import { quoteWhereNeeded } from './expand/quote.ts'
import { expandPattern, expandText } from './expand/words.ts'
import { escapeRegex, regexOf } from './regex.ts'
import type { Shell } from './shell.ts'
import type { Condition } from './syntax/ast.ts'
import { ShellFailure } from './unwinding.ts'
import { IndexedArray, Variable } from './variables.ts'

/** The status of `[[ … ]]`: 0, 1, or 2 where it is wrong. */
export async function condition(shell: Shell, test: Condition): Promise<number> {
  switch (test.type) {
    case 'and': {
      const left = await condition(shell, test.left)
      return left === 0 ? condition(shell, test.right) : left
    }
    case 'or': {
      const left = await condition(shell, test.left)
      return left === 0 ? 0 : condition(shell, test.right)
    }
    case 'not': {
      const status = await condition(shell, test.test)
      return status === 0 ? 1 : status === 1 ? 0 : status
    }
    case 'group':
      return condition(shell, test.test)
    case 'word': {
      const text = await expandText(shell, test.word)
      if (shell.options.has('xtrace')) await trace(shell, `[[ -n ${quoteWhereNeeded(text)} ]]`)
      return text === '' ? 1 : 0
    }
    case 'unary': {
      const text = await expandText(shell, test.word)
      if (shell.options.has('xtrace')) await trace(shell, `[[ ${test.operator} ${quoteWhereNeeded(text)} ]]`)
      return unaryTest(shell, test.operator, text) ? 0 : 1
    }
    case 'binary':
      return binary(shell, test)
  }
}

async function binary(shell: Shell, test: Extract<Condition, { type: 'binary' }>): Promise<number> {
  const left = await expandText(shell, test.left)
  const { operator } = test
  if (operator === '=~') return matches(shell, left, await expandPattern(shell, test.right, escapeRegex))
  if (operator === '=' || operator === '==' || operator === '!=') {
    const text = await expandPattern(shell, test.right)
    if (shell.options.has('xtrace'))
      await trace(
        shell,
        `[[ ${quoteWhereNeeded(left)} ${operator} ${test.right.parts.every((part) => part.type === 'text') ? test.right.text : text === '' ? "''" : text} ]]`,
      )
    const fits = new Pattern(text, { extglob: true, caseless: shell.shopt.has('nocasematch') }).matches(left)
    return fits === (operator !== '!=') ? 0 : 1
  }
  const right = await expandText(shell, test.right)
  if (shell.options.has('xtrace'))
    await trace(shell, `[[ ${quoteWhereNeeded(left)} ${operator} ${quoteWhereNeeded(right)} ]]`)
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) {
    try {
      const a = BigInt(arithmeticText(shell, left))
      const b = BigInt(arithmeticText(shell, right))
      const results = {
        '-eq': a === b,
        '-ne': a !== b,
        '-lt': a < b,
        '-le': a <= b,
        '-gt': a > b,
        '-ge': a >= b,
      }
      return results[operator as keyof typeof results] ? 0 : 1
    } catch (error) {
      if (!(error instanceof ShellFailure) || error.fatal) throw error
      await shell.complain(`[[: ${error.message}`)
      return 1
    }
  }
  return binaryTest(shell, operator, left, right) ? 0 : 1
}

async function matches(shell: Shell, text: string, pattern: string): Promise<number> {
  if (shell.options.has('xtrace')) await trace(shell, `[[ ${quoteWhereNeeded(text)} =~ ${pattern} ]]`)
  const regex = regexOf(pattern, shell.shopt.has('nocasematch'))
  if (regex === undefined) return 2
  const groups = regex(text)
  shell.variables.declare('BASH_REMATCH', new Variable(IndexedArray.of(groups ?? [])))
  return groups === undefined ? 1 : 0
}
