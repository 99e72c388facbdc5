import { readOnly } from './assign.ts'
import type { Shell } from './shell.ts'
import { IndexedArray, Variable } from './variables.ts'

/** An indexed array of values, in place of what was there. */
export function assignList(shell: Shell, name: string, values: readonly string[]): void {
  const target = shell.variables.resolve(name)
  const before = shell.variables.find(target)
  if (before?.readonly === true) throw readOnly(shell, target)
  shell.variables.countElement(values.reduce((sum, value) => sum + value.length, 0))
  const variable = before ?? new Variable()
  variable.value = IndexedArray.of(values)
  variable.kind = 'indexed'
  shell.variables.declare(target, variable)
}
