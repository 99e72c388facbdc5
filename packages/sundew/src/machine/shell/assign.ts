import { arithmeticText } from './expand/arithmetic-scope.ts'
import { dynamicArray } from './dynamic.ts'
import type { Shell } from './shell.ts'
import { ShellFailure } from './unwinding.ts'
import { AssociativeArray, IndexedArray, type Variable } from './variables.ts'

/** Gives a variable a text, as its attributes say. @throws ShellFailure where it is read-only. */
export function assign(shell: Shell, name: string, text: string, append = false): Variable {
  const { variables } = shell
  const target = variables.resolve(name)
  const bracket = target.indexOf('[')
  if (bracket > 0) {
    assignElement(shell, target.slice(0, bracket), target.slice(bracket + 1, -1), text, append)
    return variables.find(target.slice(0, bracket))!
  }
  const before = variables.find(target)
  if (before === undefined) {
    const value = append ? (variables.text(target) ?? '') + text : text
    const variable = variables.put(target, value)
    if (shell.options.has('allexport')) variable.exported = true
    return variable
  }
  if (before.readonly) throw readOnly(shell, target)
  const value = append
    ? appended(shell, before, variables.text(target) ?? '', text)
    : attributed(shell, before, text)
  if (shell.options.has('allexport')) before.exported = true
  const variable = variables.put(target, value)
  if (target === 'PATH') shell.hashed.clear()
  return variable
}

export function readOnly(shell: Shell, name: string): ShellFailure {
  if (shell.dialect === 'ash') return new ShellFailure(`${name}: is read only`, 2, true)
  return new ShellFailure(`${name}: readonly variable`)
}

function appended(shell: Shell, variable: Variable, before: string, text: string): string {
  if (variable.integer)
    return String(BigInt.asIntN(64, BigInt(shell.arithmetic(before)) + BigInt(arithmeticText(shell, text))))
  return attributed(shell, variable, before + text)
}

/** As `declare -i -l -u` make it. */
function attributed(shell: Shell, variable: Variable, text: string): string {
  if (variable.integer) return String(arithmeticText(shell, text))
  if (variable.case === 'lower') return text.toLowerCase()
  if (variable.case === 'upper') return upper(text)
  if (variable.case === 'capital') return upper(text.slice(0, 1)) + text.slice(1).toLowerCase()
  return text
}

/** Bytes only: JavaScript's upper case of ÿ and ß are no bytes. */
export function upper(text: string): string {
  return text.replace(/[a-z]+/g, (part) => part.toUpperCase())
}

/** A number, or a text where the array is by text. */
function keyOf(shell: Shell, name: string, index: string, last: number): number {
  const number = Number(arithmeticText(shell, index))
  const key = number < 0 ? last + 1 + number : number
  if (key < 0 || !Number.isSafeInteger(key)) throw new ShellFailure(`${name}[${index}]: bad array subscript`)
  return key
}

/** `name[index]=text` */
export function assignElement(
  shell: Shell,
  name: string,
  index: string | undefined,
  text: string,
  append = false,
): void {
  if (index === undefined) {
    assign(shell, name, text, append)
    return
  }
  const { variables } = shell
  const target = variables.resolve(name)
  let variable = variables.find(target)
  if (variable?.readonly === true) throw readOnly(shell, target)
  if (variable === undefined) variable = variables.put(target, '')
  if (variable.value === undefined || typeof variable.value === 'string') {
    const before = variable.value
    if (variable.kind === 'associative') variable.value = new AssociativeArray()
    else {
      const fresh = variable.kind === 'scalar' && (before === undefined || before === '')
      variable.value = IndexedArray.of(before === undefined || fresh ? [] : [before])
      variable.kind = 'indexed'
    }
  }
  variables.countElement(text.length)
  const { value } = variable
  if (value instanceof AssociativeArray) {
    if (index === '') throw new ShellFailure(`${name}[]: bad array subscript`)
    const old = append ? (value.get(index) ?? '') : ''
    value.set(
      index,
      append && variable.integer
        ? appended(shell, variable, old, text)
        : attributed(shell, variable, old + text),
    )
    return
  }
  if (!(value instanceof IndexedArray)) return
  const key = keyOf(shell, name, index, value.last)
  const old = append ? (value.get(key) ?? '') : ''
  value.set(
    key,
    append && variable.integer
      ? appended(shell, variable, old, text)
      : attributed(shell, variable, old + text),
  )
}

/** `${name[index]}` for one element. */
export function readElement(shell: Shell, name: string, index: string): string | undefined {
  const target = shell.variables.resolve(name)
  const dynamic = dynamicArray(shell, target)
  if (dynamic !== undefined) return dynamic[keyOf(shell, name, index, dynamic.length - 1)]
  const value = shell.variables.find(target)?.value
  if (value instanceof AssociativeArray) return value.get(index)
  if (value instanceof IndexedArray) {
    const number = Number(arithmeticText(shell, index))
    if (number < 0 && value.last + 1 + number < 0) {
      void shell.complain(`${name}: bad array subscript`)
      return undefined
    }
    return value.get(number < 0 ? value.last + 1 + number : number)
  }
  const text = shell.variables.text(target)
  const number = Number(arithmeticText(shell, index))
  return number === 0 || number === -1 ? text : undefined
}

/** All elements of an array; of a scalar its one. */
export function elements(shell: Shell, name: string): string[] {
  const target = shell.variables.resolve(name)
  const dynamic = dynamicArray(shell, target)
  if (dynamic !== undefined) return dynamic
  const value = shell.variables.find(target)?.value
  if (value instanceof AssociativeArray || value instanceof IndexedArray) return value.values()
  const text = shell.variables.text(target)
  return text === undefined ? [] : [text]
}

export function keysOf(shell: Shell, name: string): string[] {
  const target = shell.variables.resolve(name)
  const dynamic = dynamicArray(shell, target)
  if (dynamic !== undefined) return dynamic.map((_, i) => String(i))
  const value = shell.variables.find(target)?.value
  if (value instanceof AssociativeArray) return value.keys()
  if (value instanceof IndexedArray) return value.keys().map(String)
  return shell.variables.text(target) === undefined ? [] : ['0']
}
