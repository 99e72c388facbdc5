import { assignElement, elements, keysOf, readElement, upper } from '../assign.ts'
import { AssociativeArray, IndexedArray, type Variable } from '../variables.ts'
import type { Shell } from '../shell.ts'
import type { Parameter, Word } from '../syntax/ast.ts'
import { ansiC } from '../syntax/ansi-c.ts'
import { ShellFailure } from '../unwinding.ts'
import { arithmeticText } from './arithmetic-scope.ts'
import { Pattern } from './pattern.ts'
import { promptText } from './prompt.ts'
import { quoteForReading } from './quote.ts'
import type { Sink } from './sinks.ts'
import { expandParts, expandPattern, expandText, ifs } from './words.ts'

/** What a parameter stands for now. */
interface Found {
  /** Undefined where it is not set. */
  readonly values: readonly string[] | undefined
  readonly list: boolean
  readonly star: boolean
}

/** One `$x` or `${…}`. @throws ShellFailure */
export async function expandParameter(
  shell: Shell,
  parameter: Parameter,
  sink: Sink,
  inDouble: boolean,
): Promise<void> {
  if (
    parameter.operator === '' &&
    !parameter.length &&
    !parameter.indirect &&
    parameter.index === undefined
  ) {
    const { name } = parameter
    if (name !== '@' && name !== '*') {
      const value = simple(shell, name)
      if (value === undefined) unset(shell, name)
      else if (inDouble) sink.quoted(value)
      else sink.loose(value)
      return
    }
  }
  await full(shell, parameter, sink, inDouble)
}

function unset(shell: Shell, name: string): void {
  if (shell.options.has('nounset') && name !== '@' && name !== '*') {
    const word =
      shell.dialect === 'ash'
        ? `${name}: parameter not set`
        : `${name.match(/^[0-9]+$/) ? '$' : ''}${name}: unbound variable`
    throw new ShellFailure(word, shell.dialect === 'ash' ? 2 : shell.source === 'command' ? 127 : 1, true)
  }
}

/** The value of a name without a subscript. */
export function simple(shell: Shell, name: string): string | undefined {
  const code = name.charCodeAt(0)
  if (code >= 48 && code <= 57) return name === '0' ? shell.argv0 : shell.positional[Number(name) - 1]
  switch (name) {
    case '?':
      return String(shell.status)
    case '#':
      return String(shell.positional.length)
    case '$':
      return String(shell.mainPid)
    case '!':
      return shell.lastBackground === undefined ? undefined : String(shell.lastBackground)
    case '-':
      return flags(shell)
    case '@':
    case '*':
      return shell.positional.join(name === '*' ? (ifs(shell) ?? ' ').slice(0, 1) : ' ')
    default: {
      const variable = shell.variables.find(name)
      if (variable === undefined) {
        if (shell.dialect === 'bash' && dynamicNames.has(name)) return readElement(shell, name, '0')
        return shell.variables.text(name)
      }
      if (!variable.reference) return shell.variables.text(name)
      const target = shell.variables.resolve(name)
      const bracket = target.indexOf('[')
      return bracket > 0
        ? readElement(shell, target.slice(0, bracket), target.slice(bracket + 1, -1))
        : shell.variables.text(target)
    }
  }
}

const dynamicNames = new Set(['FUNCNAME', 'BASH_SOURCE', 'BASH_LINENO', 'PIPESTATUS', 'GROUPS', 'DIRSTACK'])

export const letters: readonly (readonly [string, string])[] = [
  ['a', 'allexport'],
  ['b', 'notify'],
  ['e', 'errexit'],
  ['f', 'noglob'],
  ['h', 'hashall'],
  ['k', 'keyword'],
  ['m', 'monitor'],
  ['n', 'noexec'],
  ['p', 'privileged'],
  ['t', 'onecmd'],
  ['u', 'nounset'],
  ['v', 'verbose'],
  ['x', 'xtrace'],
  ['B', 'braceexpand'],
  ['C', 'noclobber'],
  ['E', 'errtrace'],
  ['H', 'histexpand'],
  ['P', 'physical'],
  ['T', 'functrace'],
]

function flags(shell: Shell): string {
  let text = ''
  for (const [letter, option] of letters) {
    if (letter === 'B' && shell.interactive) continue
    if (shell.options.has(option)) text += letter
    if (letter === 'h' && shell.interactive) text += 'i'
  }
  if (shell.interactive) {
    text = text.replace('H', '')
    text += `${shell.options.has('braceexpand') ? 'B' : ''}${shell.options.has('histexpand') ? 'H' : ''}`
  }
  if (shell.dialect === 'ash') text = text.replace(/[hB]/g, '')
  if (shell.source === 'command') text += 'c'
  if (shell.source === 'typed') text += 's'
  return text
}

async function full(shell: Shell, parameter: Parameter, sink: Sink, inDouble: boolean): Promise<void> {
  const { operator } = parameter
  if (operator === 'bad') throw badSubstitution(shell, parameter)
  if (
    shell.dialect === 'ash' &&
    (parameter.indirect || parameter.index !== undefined || /^(\^|,|@)/.test(operator))
  )
    throw badSubstitution(shell, parameter)
  if (operator === 'names@' || operator === 'names*') {
    const names = shell.variables
      .names()
      .filter((name) => name.startsWith(parameter.name) && shell.variables.text(name) !== undefined)
    sink.list(names, inDouble, operator === 'names*')
    return
  }
  let { name } = parameter
  let index = parameter.index === undefined ? undefined : await subscript(shell, name, parameter.index)
  if (parameter.indirect) {
    if ((index === '@' || index === '*') && operator === '') {
      sink.list(keysOf(shell, name), inDouble, index === '*')
      return
    }
    const variable = shell.variables.find(name)
    const target =
      variable?.reference === true && index === undefined
        ? undefined
        : index === undefined
          ? simple(shell, name)
          : readElement(shell, name, index)
    if (variable?.reference === true && index === undefined) {
      const text = typeof variable.value === 'string' ? variable.value : ''
      if (inDouble) sink.quoted(text)
      else sink.loose(text)
      return
    }
    if (target === undefined || target === '') {
      if (target === undefined && operator !== '' && /^:?[-+=?]/.test(operator)) {
        await operate(
          shell,
          parameter,
          '',
          undefined,
          { values: undefined, list: false, star: false },
          sink,
          inDouble,
        )
        return
      }
      throw new ShellFailure(
        target === undefined ? `${name}: invalid indirect expansion` : `${target}: invalid variable name`,
        1,
        true,
      )
    }
    const bracket = /^([A-Za-z_][A-Za-z0-9_]*)\[(.*)\]$/s.exec(target)
    name = bracket?.[1] ?? target
    index = bracket?.[2]
    if (!/^([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])$/.test(name))
      throw new ShellFailure(`${target}: invalid variable name`, 1, true)
  }
  const found = find(shell, name, index)
  if (parameter.length) {
    length(shell, parameter, name, index, found, sink, inDouble)
    return
  }
  await operate(shell, parameter, name, index, found, sink, inDouble)
}

function badSubstitution(shell: Shell, parameter: Parameter): ShellFailure {
  return shell.dialect === 'ash'
    ? new ShellFailure('syntax error: bad substitution', 2, true)
    : new ShellFailure(`${parameter.text}: bad substitution`, 1)
}

/** A subscript's text: `@`, `*`, a key, or an expression. */
export async function subscript(shell: Shell, name: string, index: Word): Promise<string> {
  if (index.plain !== undefined) return index.plain
  const text = await expandText(shell, index)
  if (
    text.trim() === '' &&
    !(shell.variables.find(shell.variables.resolve(name))?.value instanceof AssociativeArray)
  )
    throw new ShellFailure(`${name}[${index.text}]: bad array subscript`, 1)
  return text
}

function find(shell: Shell, name: string, index: string | undefined): Found {
  if (name === '@' || name === '*') return { values: shell.positional, list: true, star: name === '*' }
  if (index === '@' || index === '*') {
    return { values: elements(shell, name), list: true, star: index === '*' }
  }
  const value = index === undefined ? simple(shell, name) : readElement(shell, name, index)
  return { values: value === undefined ? undefined : [value], list: false, star: false }
}

function length(
  shell: Shell,
  parameter: Parameter,
  name: string,
  index: string | undefined,
  found: Found,
  sink: Sink,
  inDouble: boolean,
): void {
  let size: number
  if (found.list) size = found.values?.length ?? 0
  else {
    if (found.values === undefined) unset(shell, index === undefined ? name : `${name}[${index}]`)
    size = found.values?.[0]?.length ?? 0
  }
  if (inDouble) sink.quoted(String(size))
  else sink.loose(String(size))
}

function give(found: Found, values: readonly string[], sink: Sink, inDouble: boolean): void {
  if (found.list) sink.list(values, inDouble, found.star)
  else if (inDouble) sink.quoted(values[0] ?? '')
  else sink.loose(values[0] ?? '')
}

async function operate(
  shell: Shell,
  parameter: Parameter,
  name: string,
  index: string | undefined,
  found: Found,
  sink: Sink,
  inDouble: boolean,
): Promise<void> {
  const { operator, word } = parameter
  const isSet = found.values !== undefined && !(found.list && found.values.length === 0)
  const isNull = !isSet || found.values!.join(' ') === ''
  const missing = operator.startsWith(':') && operator.length === 2 ? isNull : !isSet
  switch (operator) {
    case '-':
    case ':-':
      if (missing) await expandParts(shell, word!.parts, sink, inDouble, inDouble ? 'none' : 'operand')
      else give(found, found.values!, sink, inDouble)
      return
    case '+':
    case ':+':
      if (!missing) await expandParts(shell, word!.parts, sink, inDouble, inDouble ? 'none' : 'operand')
      return
    case '=':
    case ':=': {
      if (!missing) {
        give(found, found.values!, sink, inDouble)
        return
      }
      if (!/^[A-Za-z_]/.test(name)) throw new ShellFailure(`$${name}: cannot assign in this way`, 1, true)
      const text = await expandText(shell, word!)
      assignElement(shell, name, index, text)
      give({ values: [text], list: false, star: false }, [text], sink, inDouble)
      return
    }
    case '?':
    case ':?': {
      if (!missing) {
        give(found, found.values!, sink, inDouble)
        return
      }
      const text = word!.parts.length === 0 ? '' : await expandText(shell, word!)
      const usual =
        shell.dialect === 'ash'
          ? 'parameter not set'
          : `parameter ${operator === '?' ? 'not set' : 'null or not set'}`
      throw new ShellFailure(
        `${parameter.indirect ? parameter.name : name}${index === undefined ? '' : `[${index}]`}: ${text === '' ? usual : text}`,
        shell.dialect === 'ash' ? 2 : shell.source === 'command' ? 127 : 1,
        true,
      )
    }
    case ':': {
      if (found.values === undefined) {
        unset(shell, name)
        give(found, [''], sink, inDouble)
        return
      }
      const values = await part(shell, parameter, name, found, index)
      give(found, values, sink, inDouble)
      return
    }
    default:
      break
  }
  if (operator.startsWith('@')) {
    await transform(shell, parameter, name, index, found, sink, inDouble)
    return
  }
  if (found.values === undefined) {
    unset(shell, index === undefined ? name : `${name}[${index}]`)
    give(found, [''], sink, inDouble)
    return
  }
  if (operator === '') {
    give(found, found.values, sink, inDouble)
    return
  }
  const change = await changer(shell, parameter)
  give(found, found.values.map(change), sink, inDouble)
}

async function part(
  shell: Shell,
  parameter: Parameter,
  name: string,
  found: Found,
  index: string | undefined,
): Promise<string[]> {
  const offset = Number(arithmeticText(shell, await expandText(shell, parameter.word!)))
  const wanted =
    parameter.second === undefined
      ? undefined
      : Number(arithmeticText(shell, await expandText(shell, parameter.second)))
  if (!found.list) {
    const text = found.values![0]!
    const from = offset < 0 ? text.length + offset : offset
    if (from < 0) return ['']
    if (wanted === undefined) return [text.slice(from)]
    const to = wanted < 0 ? text.length + wanted : from + wanted
    if (wanted < 0 && to < from)
      throw new ShellFailure(`${parameter.second!.text}: substring expression < 0`, 1)
    return [text.slice(from, to)]
  }
  if (wanted !== undefined && wanted < 0)
    throw new ShellFailure(`${parameter.second!.text}: substring expression < 0`, 1)
  if (name === '@' || name === '*') {
    const all = [shell.argv0, ...found.values!]
    if (offset < 0 && all.length + offset < 0) return []
    const from = offset < 0 ? all.length + offset : offset
    return (offset === 0 ? all : all).slice(from, wanted === undefined ? undefined : from + wanted)
  }
  // Of an array the offset is a subscript.
  const keys = keysOf(shell, name)
  const values = found.values!
  const array = shell.variables.find(shell.variables.resolve(name))?.value
  let from: number
  if (array instanceof IndexedArray) {
    const first = offset < 0 ? array.last + 1 + offset : offset
    if (first < 0) return []
    from = keys.findIndex((key) => Number(key) >= first)
    if (from < 0) return []
  } else
    from =
      offset < 0
        ? values.length + offset
        : index === '@' && array instanceof AssociativeArray && offset > 0
          ? offset - 1
          : offset
  return values.slice(from, wanted === undefined ? undefined : from + wanted)
}

function patternOf(shell: Shell, text: string): Pattern {
  return new Pattern(text, { extglob: shell.shopt.has('extglob'), caseless: shell.shopt.has('nocasematch') })
}

/** What `#`, `%`, `/`, `^` and `,` do to one value. */
async function changer(shell: Shell, parameter: Parameter): Promise<(value: string) => string> {
  const { operator } = parameter
  const text = await expandPattern(shell, parameter.word!)
  if (operator.startsWith('^') || operator.startsWith(',')) {
    const pattern = text === '' ? undefined : patternOf(shell, text)
    const convert = operator.startsWith('^')
      ? upper
      : (c: string) => c.replace(/[A-Z]/g, (one) => one.toLowerCase())
    return (value) => {
      if (operator.length === 1)
        return value !== '' && (pattern === undefined || pattern.matches(value[0]!))
          ? convert(value[0]!) + value.slice(1)
          : value
      return pattern === undefined
        ? convert(value)
        : value
            .split('')
            .map((c) => (pattern.matches(c) ? convert(c) : c))
            .join('')
    }
  }
  if (operator.startsWith('/')) return replacer(shell, parameter, text)
  const pattern = new Pattern(text, { extglob: shell.shopt.has('extglob') })
  return (value) => {
    if (operator === '#' || operator === '##') {
      const ends = pattern.ends(value)
      const end = operator === '#' ? ends[0] : ends.at(-1)
      return end === undefined ? value : value.slice(end)
    }
    const starts = pattern.starts(value)
    const start = operator === '%' ? starts.at(-1) : starts[0]
    return start === undefined ? value : value.slice(0, start)
  }
}

async function replacer(
  shell: Shell,
  parameter: Parameter,
  text: string,
): Promise<(value: string) => string> {
  const { operator } = parameter
  const raw =
    parameter.second === undefined
      ? ''
      : await expandPattern(shell, parameter.second, (quoted) => quoted.replace(/[\\&]/g, '\\$&'))
  const replace =
    shell.dialect === 'bash' && shell.shopt.has('patsub_replacement')
      ? (matched: string) =>
          raw.replace(/\\([\\&])|&/g, (_, escaped: string | undefined) => escaped ?? matched)
      : () => raw.replace(/\\([\\&])/g, '$1')
  if (text === '' && operator !== '/#' && operator !== '/%') return (value) => value
  const pattern = patternOf(shell, text)
  return (value) => {
    if (operator === '/#') {
      const end = pattern.ends(value).at(-1)
      return end === undefined ? value : replace(value.slice(0, end)) + value.slice(end)
    }
    if (operator === '/%') {
      const start = pattern.starts(value)[0]
      return start === undefined ? value : value.slice(0, start) + replace(value.slice(start))
    }
    return replaceAll(value, pattern, replace, operator === '//')
  }
}

function replaceAll(
  value: string,
  pattern: Pattern,
  replace: (matched: string) => string,
  all: boolean,
): string {
  if (value === '' && pattern.matches('')) return replace('')
  let out = ''
  let from = 0
  for (let at = 0; at < value.length;) {
    const literal = pattern.literal
    if (literal !== undefined) {
      const next = value.indexOf(literal, at)
      if (next < 0) break
      at = next
    }
    const end = pattern.ends(value, at).at(-1)
    if (end === undefined || end === at) {
      at++
      continue
    }
    out += value.slice(from, at) + replace(value.slice(at, end))
    from = end
    at = end
    if (!all) break
  }
  return out + value.slice(from)
}

async function transform(
  shell: Shell,
  parameter: Parameter,
  name: string,
  index: string | undefined,
  found: Found,
  sink: Sink,
  inDouble: boolean,
): Promise<void> {
  const variable = shell.variables.find(shell.variables.resolve(name))
  const kind = parameter.operator[1]
  if (kind === 'a') {
    const text = variable === undefined ? '' : attributeLetters(variable)
    if (variable === undefined && found.values === undefined) unset(shell, name)
    give(found, found.list ? (found.values ?? []).map(() => text) : [text], sink, inDouble)
    return
  }
  if (found.values === undefined || (found.list && found.values.length === 0 && kind !== 'A')) {
    if (found.values === undefined) unset(shell, name)
    if (kind === 'A' && variable !== undefined && attributeLetters(variable) !== '') {
      give({ ...found, list: false }, [`declare -${attributeLetters(variable)} ${name}`], sink, inDouble)
      return
    }
    give(found, found.list ? [] : [''], sink, inDouble)
    return
  }
  if (kind === 'A') {
    const letters = variable === undefined ? '' : attributeLetters(variable)
    const isArray = variable?.value instanceof IndexedArray || variable?.value instanceof AssociativeArray
    if (isArray && found.list) {
      give({ ...found, list: false }, [`declare -${letters} ${name}=${arrayText(variable)}`], sink, inDouble)
      return
    }
    if (name === '@' || name === '*') {
      give(
        { ...found, list: false },
        [`set -- ${found.values.map(quoteForReading).join(' ')}`],
        sink,
        inDouble,
      )
      return
    }
    const text = `${name}=${quoteForReading(found.values[0]!)}`
    give(found, [letters === '' ? text : `declare -${letters} ${text}`], sink, inDouble)
    return
  }
  if ((kind === 'K' || kind === 'k') && found.list && variable !== undefined) {
    const keys = keysOf(shell, name)
    if (kind === 'k')
      sink.list(
        keys.flatMap((key, i) => [key, found.values![i]!]),
        inDouble,
        found.star,
      )
    else
      give(
        { ...found, list: false },
        [
          keys.map((key, i) => `${key} ${doubleQuoted(found.values![i]!)}`).join(' ') +
            (variable.kind === 'associative' ? ' ' : ''),
        ],
        sink,
        inDouble,
      )
    return
  }
  const values: string[] = []
  for (const value of found.values) values.push(transformed(shell, kind!, value))
  give(found, values, sink, inDouble)
}

function transformed(shell: Shell, kind: string, value: string): string {
  switch (kind) {
    case 'E':
      return ansiC(value, 'dollar').text
    case 'P':
      return promptText(shell, value)
    case 'U':
      return upper(value)
    case 'u':
      return upper(value.slice(0, 1)) + value.slice(1)
    case 'L':
      return value.replace(/[A-Z]/g, (c) => c.toLowerCase())
    default:
      return quoteForReading(value)
  }
}

/** `aAilnrtux`, in bash's order. */
export function attributeLetters(variable: Variable): string {
  let text = ''
  if (variable.kind === 'indexed') text += 'a'
  if (variable.kind === 'associative') text += 'A'
  if (variable.integer) text += 'i'
  if (variable.reference) text += 'n'
  if (variable.readonly) text += 'r'
  if (variable.traced) text += 't'
  if (variable.exported) text += 'x'
  if (variable.case === 'capital') text += 'c'
  if (variable.case === 'lower') text += 'l'
  if (variable.case === 'upper') text += 'u'
  return text
}

export function doubleQuoted(text: string): string {
  return /[^ -~]/.test(text) ? quoteForReading(text) : `"${text.replace(/["\\$`]/g, '\\$&')}"`
}

/** `([0]="a" [1]="b")`, as `declare -p` has it. */
export function arrayText(variable: Variable): string {
  const { value } = variable
  if (value instanceof IndexedArray)
    return `(${value
      .keys()
      .map((key) => `[${key}]=${doubleQuoted(value.get(key)!)}`)
      .join(' ')})`
  if (value instanceof AssociativeArray)
    return `(${value
      .keys()
      .map(
        (key) =>
          `[${/^[A-Za-z0-9_./:@%+,-]+$/.test(key) ? key : doubleQuoted(key)}]=${doubleQuoted(value.get(key)!)} `,
      )
      .join('')})`
  return '()'
}
