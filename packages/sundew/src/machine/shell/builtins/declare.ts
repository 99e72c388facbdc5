import { assign, assignElement } from '../assign.ts'
import { assignArray } from '../assign-array.ts'
import { arrayText, attributeLetters, doubleQuoted } from '../expand/parameter.ts'
import { quoteWhereNeeded } from '../expand/quote.ts'
import type { Shell } from '../shell.ts'
import { Parser } from '../syntax/parser.ts'
import { functionText } from '../syntax/print.ts'
import { ShellFailure } from '../unwinding.ts'
import { AssociativeArray, IndexedArray, type Variable } from '../variables.ts'
import { isName, options, wrongOption, type Builtin } from './builtin.ts'

const usages = {
  declare: 'declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]',
  typeset: 'typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]',
  local: 'local [option] name[=value] ...',
  export: 'export [-fn] [name[=value] ...] or export -p',
  readonly: 'readonly [-aAf] [name[=value] ...] or readonly -p',
}

export const declareBuiltins: readonly Builtin[] = [
  { names: ['declare'], usage: usages.declare, run: declare },
  { names: ['typeset'], usage: usages.typeset, run: declare },
  { names: ['local'], usage: usages.local, run: local },
  { names: ['export'], special: true, usage: usages.export, run: exporting },
  { names: ['readonly'], special: true, usage: usages.readonly, run: exporting },
  { names: ['unset'], special: true, usage: 'unset [-f] [-v] [-n] [name ...]', run: unset },
]

/** What is switched on and off. */
interface Attributes {
  readonly on: ReadonlySet<string>
  readonly off: ReadonlySet<string>
  readonly rest: readonly string[]
  readonly wrong?: string
}

function attributesOf(args: readonly string[], letters: string): Attributes {
  const on = new Set<string>()
  const off = new Set<string>()
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      i++
      break
    }
    if (!/^[-+]./.test(arg)) break
    for (const letter of arg.slice(1)) {
      if (!letters.includes(letter)) return { on, off, rest: [], wrong: `${arg[0]}${letter}` }
      ;(arg.startsWith('-') ? on : off).add(letter)
    }
  }
  return { on, off, rest: args.slice(i) }
}

async function declare(shell: Shell, args: readonly string[], name: string): Promise<number> {
  const attributes = attributesOf(args, 'aAfFgiIlnrtuxpc')
  if (attributes.wrong !== undefined)
    return wrongOption(shell, name, attributes.wrong, usages[name as 'declare'])
  const { on, rest } = attributes
  if (on.has('f') || on.has('F')) return functions(shell, on, rest, name)
  if (on.has('p') || rest.length === 0) return print(shell, attributes, name)
  let status = 0
  for (const arg of rest)
    status = Math.max(
      status,
      await one(shell, arg, attributes, name, shell.variables.functionDepth > 0 && !on.has('g')),
    )
  return status
}

async function local(shell: Shell, args: readonly string[]): Promise<number> {
  if (shell.variables.functionDepth === 0) {
    await shell.complain(
      shell.dialect === 'ash' ? 'local: not in a function' : 'local: can only be used in a function',
    )
    return 1
  }
  if (args[0] === '-') {
    shell.localOptions.at(-1)?.add('-')
    return 0
  }
  const attributes = attributesOf(args, 'aAfFgiIlnrtuxpc')
  if (attributes.wrong !== undefined) return wrongOption(shell, 'local', attributes.wrong, usages.local)
  if (attributes.rest.length === 0) {
    for (const name of shell.variables.localNames().sort()) {
      const variable = shell.variables.find(name)
      if (variable !== undefined) await shell.print(lineOf(name, variable))
    }
    return 0
  }
  let status = 0
  for (const arg of attributes.rest)
    status = Math.max(status, await one(shell, arg, attributes, 'local', true))
  return status
}

async function exporting(shell: Shell, args: readonly string[], name: string): Promise<number> {
  const attributes = attributesOf(args, name === 'export' ? 'fnp' : 'aAfp')
  const { on, rest } = attributes
  if (attributes.wrong !== undefined)
    return wrongOption(shell, name, attributes.wrong, usages[name as 'export'])
  const letter = name === 'export' ? 'x' : 'r'
  if (rest.length === 0) {
    for (const one of shell.variables.names()) {
      const variable = shell.variables.find(one)
      if (variable === undefined || !(letter === 'x' ? variable.exported : variable.readonly)) continue
      if (shell.dialect === 'ash') {
        const value =
          typeof variable.value === 'string' ? `='${variable.value.replaceAll("'", "'\\''")}'` : ''
        await shell.print(`${name} ${one}${value}\n`)
      } else await shell.print(declarationLine(one, variable))
    }
    return 0
  }
  if (on.has('f')) {
    let status = 0
    for (const one of rest) {
      if (shell.functions.has(one)) continue
      await shell.complain(`${name}: ${one}: not a function`)
      status = 1
    }
    return status
  }
  let status = 0
  const unexport = name === 'export' && on.has('n')
  const set = new Set(unexport ? [] : [letter])
  if (on.has('a')) set.add('a')
  if (on.has('A')) set.add('A')
  for (const one_ of rest) {
    const result = await one(
      shell,
      one_,
      { on: set, off: new Set(unexport ? ['x'] : []), rest: [] },
      name,
      false,
    )
    status = Math.max(status, result)
  }
  return status
}

/** One `name`, `name=value`, `name[i]=value`, `name=( … )`. */
async function one(
  shell: Shell,
  arg: string,
  attributes: Attributes,
  command: string,
  makeLocal: boolean,
): Promise<number> {
  const array = shell.pendingArrays.get(arg)
  const parsed =
    array !== undefined
      ? undefined
      : /^([A-Za-z_][A-Za-z0-9_]*)(?:\[((?:[^\]]|\](?!\+?=|$))*)\])?(\+?=)?([^]*)$/.exec(arg)
  if (parsed === null || (parsed !== undefined && parsed[3] === undefined && parsed[4] !== '')) {
    const what =
      shell.dialect === 'ash'
        ? `${arg.split('=')[0]}: bad variable name`
        : `\`${arg}': not a valid identifier`
    await shell.complain(`${command}: ${what}`)
    if (shell.dialect === 'ash') throw new ShellFailure('', 2, true)
    return 1
  }
  const name = array?.name ?? parsed![1]!
  const { on, off } = attributes
  if (makeLocal) {
    const above = shell.variables.find(name)
    if (above?.readonly === true && !shell.variables.isLocal(name)) {
      await shell.complain(`${command}: ${name}: readonly variable`)
      return 1
    }
    const fresh = shell.variables.makeLocal(name)
    if (on.has('I') && above !== undefined && fresh !== above) fresh.value = above.value
  }
  const resolved = on.has('n') || off.has('n') ? name : shell.variables.resolve(name)
  let variable = shell.variables.find(resolved)
  if (
    variable?.readonly === true &&
    (array !== undefined ||
      parsed![3] !== undefined ||
      off.has('r') ||
      [...on].some((letter) => 'aAilu'.includes(letter)))
  ) {
    await shell.complain(
      `${command === 'export' || command === 'readonly' ? '' : `${command}: `}${resolved}: readonly variable`,
    )
    return 1
  }
  if (variable === undefined) {
    variable = shell.variables.put(resolved, '')
    if (shell.variables.find(resolved) !== undefined) variable.value = undefined
  }
  const wrong = setKind(variable, on, off)
  if (wrong !== undefined) {
    await shell.complain(`${command}: ${name}: ${wrong}`)
    return 1
  }
  setAttributes(variable, on, off, false)
  if (array !== undefined) await assignArray(shell, array)
  else if (parsed![3] !== undefined) {
    const append = parsed![3] === '+='
    const text = parsed![4]!
    if (on.has('n')) {
      if (!/^[A-Za-z_][A-Za-z0-9_]*(\[.*\])?$/s.test(text)) {
        await shell.complain(`${command}: \`${text}': invalid variable name for name reference`)
        return 1
      }
      if (text === name) {
        await shell.complain(`${command}: ${name}: nameref variable self references not allowed`)
        return 1
      }
      variable.value = text
    } else if (parsed![2] !== undefined) assignElement(shell, name, parsed![2], text, append)
    else if (variable.kind !== 'scalar' && /^\(.*\)$/s.test(text))
      await assignArrayText(shell, name, text, append)
    else assign(shell, name, text, append)
  } else if (on.has('n') && typeof variable.value === 'string') variable.reference = true
  setAttributes(variable, on, off, true)
  return 0
}

/** `declare -a x='(1 2)'`: the text is read as an array's. */
async function assignArrayText(shell: Shell, name: string, text: string, append: boolean): Promise<void> {
  const assignment = new Parser(`${name}${append ? '+' : ''}=${text}`, {}).assignment()
  if (assignment !== undefined) await assignArray(shell, assignment)
}

function setKind(variable: Variable, on: ReadonlySet<string>, off: ReadonlySet<string>): string | undefined {
  if (on.has('a')) {
    if (variable.kind === 'associative') return 'cannot convert associative to indexed array'
    if (typeof variable.value === 'string') variable.value = IndexedArray.of([variable.value])
    variable.kind = 'indexed'
  }
  if (on.has('A')) {
    if (variable.kind === 'indexed') return 'cannot convert indexed to associative array'
    if (typeof variable.value === 'string') {
      const array = new AssociativeArray()
      array.set('0', variable.value)
      variable.value = array
    }
    variable.kind = 'associative'
  }
  if ((off.has('a') || off.has('A')) && variable.kind !== 'scalar')
    return 'cannot destroy array variables in this way'
  return undefined
}

function setAttributes(
  variable: Variable,
  on: ReadonlySet<string>,
  off: ReadonlySet<string>,
  after: boolean,
): void {
  if (after) {
    if (on.has('r')) variable.readonly = true
    if (on.has('n')) variable.reference = true
    return
  }
  if (off.has('n')) variable.reference = false
  if (on.has('i')) variable.integer = true
  if (off.has('i')) variable.integer = false
  if (on.has('x')) variable.exported = true
  if (off.has('x')) variable.exported = false
  if (on.has('t')) variable.traced = true
  if (on.has('l')) variable.case = 'lower'
  if (on.has('u')) variable.case = 'upper'
  if (on.has('c')) variable.case = 'capital'
  if (off.has('l') || off.has('u') || off.has('c')) variable.case = undefined
}

async function functions(
  shell: Shell,
  on: ReadonlySet<string>,
  names: readonly string[],
  command: string,
): Promise<number> {
  const short = on.has('F')
  if (names.length === 0) {
    for (const [name, definition] of [...shell.functions].sort(([a], [b]) => (a < b ? -1 : 1)))
      await shell.print(short ? `declare -f ${name}\n` : `${functionText(name, definition.body)}\n`)
    return 0
  }
  let status = 0
  for (const name of names) {
    const definition = shell.functions.get(name)
    if (definition === undefined) {
      if (name.includes('=')) {
        await shell.complain(`${command}: cannot use \`-f' to make functions`)
      }
      status = 1
    } else await shell.print(short ? `${name}\n` : `${functionText(name, definition.body)}\n`)
  }
  return status
}

async function print(shell: Shell, attributes: Attributes, command: string): Promise<number> {
  const { on, rest } = attributes
  let status = 0
  if (rest.length > 0) {
    for (const name of rest) {
      const variable = shell.variables.find(name)
      const text = variable === undefined ? shell.variables.text(name) : undefined
      if (variable !== undefined) await shell.print(declarationLine(name, variable))
      else if (text !== undefined) await shell.print(`declare -- ${name}=${doubleQuoted(text)}\n`)
      else {
        await shell.complain(`${command}: ${name}: not found`)
        status = 1
      }
    }
    return status
  }
  const letters = [...on].filter((letter) => 'aAilnrtux'.includes(letter))
  for (const name of shell.variables.names()) {
    const variable = shell.variables.find(name)
    if (variable === undefined) continue
    const has = attributeLetters(variable)
    if (letters.length > 0 && !letters.some((letter) => has.includes(letter))) continue
    if (on.has('p') || letters.length > 0) await shell.print(declarationLine(name, variable))
    else if (variable.value !== undefined) await shell.print(lineOf(name, variable))
  }
  if (!on.has('p') && letters.length === 0)
    for (const [name, definition] of [...shell.functions].sort(([a], [b]) => (a < b ? -1 : 1)))
      await shell.print(`${functionText(name, definition.body)}\n`)
  return 0
}

/** `declare -x PATH="…"` */
export function declarationLine(name: string, variable: Variable): string {
  const letters = attributeLetters(variable)
  const head = `declare -${letters === '' ? '-' : letters} ${name}`
  if (variable.value === undefined) return `${head}\n`
  return typeof variable.value === 'string'
    ? `${head}=${doubleQuoted(variable.value)}\n`
    : `${head}=${arrayText(variable)}\n`
}

/** `name=value` of `set`. */
export function lineOf(name: string, variable: Variable): string {
  if (variable.value === undefined) return ''
  if (typeof variable.value === 'string')
    return `${name}=${variable.value === '' ? '' : quoteWhereNeeded(variable.value)}\n`
  return `${name}=${arrayText(variable)}\n`
}

async function unset(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'fvn')
  if (wrong !== undefined) return wrongOption(shell, 'unset', wrong, 'unset [-f] [-v] [-n] [name ...]')
  if (found.has('f') && found.has('v')) {
    await shell.complain('unset: cannot simultaneously unset a function and a variable')
    return 1
  }
  let status = 0
  for (const arg of rest) {
    if (found.has('f')) {
      shell.functions.delete(arg)
      continue
    }
    const element = /^([A-Za-z_][A-Za-z0-9_]*)\[(.*)\]$/s.exec(arg)
    if (element === null && !isName(arg)) {
      if (shell.functions.delete(arg) || (!found.has('v') && shell.dialect === 'bash')) continue
      await shell.complain(
        shell.dialect === 'ash'
          ? `unset: ${arg}: bad variable name`
          : `unset: \`${arg}': not a valid identifier`,
      )
      status = shell.dialect === 'ash' ? 2 : 1
      continue
    }
    const name = found.has('n') ? (element?.[1] ?? arg) : shell.variables.resolve(element?.[1] ?? arg)
    const variable = shell.variables.find(name)
    if (variable?.readonly === true) {
      await shell.complain(
        `unset: ${shell.dialect === 'ash' ? `${name}: is read only` : `${name}: cannot unset: readonly variable`}`,
      )
      status = 1
      continue
    }
    if (element !== null) {
      const key = element[2]!
      if (variable?.value instanceof AssociativeArray)
        variable.value.delete(key.replace(/^(['"])(.*)\1$/s, '$2'))
      else if (key === '@' || key === '*') shell.variables.unset(name)
      else if (variable?.value instanceof IndexedArray) {
        const number = Number(shell.arithmetic(key))
        const place = number < 0 ? variable.value.last + 1 + number : number
        if (place < 0) {
          await shell.complain(`unset: [${key}]: bad array subscript`)
          status = 1
        } else variable.value.delete(place)
      } else if (variable !== undefined) {
        if (Number(shell.arithmetic(key)) === 0) shell.variables.unset(name)
        else {
          await shell.complain(`unset: ${name}: not an array variable`)
          status = 1
        }
      }
      continue
    }
    if (variable === undefined && !found.has('v') && shell.variables.text(name) === undefined)
      shell.functions.delete(arg)
    else shell.variables.unset(name)
    if (name === 'PATH') shell.hashed.clear()
  }
  return status
}
