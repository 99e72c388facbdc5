import { readElement, assignElement } from '../assign.ts'
import type { Shell } from '../shell.ts'
import { ShellFailure } from '../unwinding.ts'
import { arithmetic, ArithmeticError, type ArithmeticScope, type Integer } from './arithmetic.ts'

/** The value of an expression in which nothing is left to expand. `within` goes before what is wrong: `((`, `let`. @throws ShellFailure */
export function arithmeticText(shell: Shell, text: string, within = ''): Integer {
  try {
    return arithmetic(text, scopeOf(shell))
  } catch (error) {
    if (error instanceof ArithmeticError && shell.dialect === 'ash')
      throw new ShellFailure(
        /division by 0/.test(error.message) ? 'divide by zero' : 'arithmetic syntax error',
        2,
        true,
      )
    if (error instanceof ArithmeticError) throw new ShellFailure(`${within}${error.message}`)
    throw error
  }
}

const scopes = new WeakMap<Shell, ArithmeticScope>()

function scopeOf(shell: Shell): ArithmeticScope {
  let scope = scopes.get(shell)
  if (scope === undefined) {
    scope = {
      get: (name, index) => {
        const value =
          index === undefined
            ? shell.variables.text(shell.variables.resolve(name))
            : readElement(shell, name, index)
        if (value === undefined && shell.options.has('nounset'))
          throw new ShellFailure(`${name}: unbound variable`, 127, true)
        return value
      },
      set: (name, index, value) => assignElement(shell, name, index, value),
    }
    scopes.set(shell, scope)
  }
  return scope
}
