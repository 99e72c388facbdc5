import { Pattern, PatternError } from './regular-expression.ts'

/** A script that is none. */
export class SedError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

export type Address =
  | { readonly type: 'line' | 'plus' | 'multiple'; readonly line: number }
  | { readonly type: 'step'; readonly line: number; readonly step: number }
  | { readonly type: 'last' }
  /** Undefined: the last one used. */
  | { readonly type: 'pattern'; readonly pattern: Pattern | undefined }

export interface Command {
  readonly name: string
  readonly first: Address | undefined
  readonly second: Address | undefined
  readonly not: boolean
  /** Of s. */
  readonly pattern?: Pattern | undefined
  readonly replacement?: readonly (string | number | { readonly change: string })[]
  readonly global?: boolean
  readonly print?: boolean
  readonly number?: number
  readonly file?: string
  readonly map?: ReadonlyMap<string, string>
  readonly text?: string
  readonly label?: string
  /** Where it goes on. */
  jump?: number
}

const maxCommands = 2000

/** Reads a script of `sed`. @throws SedError, PatternError */
export function parseSed(script: string, extended: boolean): Command[] {
  const commands: Command[] = []
  const open: number[] = []
  const labels = new Map<string, number>()
  let i = 0
  const wrong = (text: string): never => {
    throw new SedError(text, i)
  }
  const blanks = (): void => {
    while (/[ \t]/.test(script[i] ?? '')) i++
  }
  /** Up to the delimiter; `\` and it stand for it alone. */
  const until = (delimiter: string, isPattern: boolean, missing: string): string => {
    let out = ''
    let inBracket = false
    for (;;) {
      const c = script[i]
      if (c === undefined || (c === '\n' && isPattern)) return wrong(missing)
      i++
      if (c === '\\') {
        const next = script[i++]
        if (next === undefined) return wrong(missing)
        if (next === delimiter && !inBracket)
          out +=
            isPattern && /[.*[\]^$+?{}|()\\]/.test(delimiter)
              ? `\\${next}`
              : isPattern
                ? next
                : next === '&'
                  ? '\\&'
                  : next
        else if (next === 'n' && isPattern) out += '\n'
        else out += `\\${next}`
        continue
      }
      if (isPattern && c === '[' && !inBracket)
        inBracket =
          script.indexOf(']', i + 1) > 0 && !script.slice(i, script.indexOf(']', i + 1)).includes('\n')
      else if (isPattern && c === ']' && inBracket && !/\[\^?$/.test(out)) inBracket = false
      if (c === delimiter && (!inBracket || !isPattern)) return out
      out += c
    }
  }
  const compile = (source: string, ignoreCase: boolean): Pattern | undefined => {
    if (source === '') return undefined
    try {
      return new Pattern(source.replaceAll('\\n', '\n'), extended ? 'extended' : 'basic', ignoreCase)
    } catch (error) {
      if (error instanceof PatternError) throw new SedError(error.message, i)
      throw error
    }
  }
  const address = (): Address | undefined => {
    const number = /^\d+/.exec(script.slice(i, i + 12))?.[0]
    if (number !== undefined) {
      i += number.length
      const step = /^~(\d+)/.exec(script.slice(i, i + 12))
      if (step !== null) {
        i += step[0].length
        return { type: 'step', line: Number(number), step: Number(step[1]) }
      }
      return { type: 'line', line: Number(number) }
    }
    if (script[i] === '$') {
      i++
      return { type: 'last' }
    }
    if (script[i] === '/' || script[i] === '\\') {
      let delimiter = '/'
      if (script[i] === '\\') delimiter = script[++i] ?? '/'
      i++
      const source = until(delimiter, true, 'unterminated address regex')
      let ignoreCase = false
      while (/[IM]/.test(script[i] ?? '')) ignoreCase ||= script[i++] === 'I'
      return { type: 'pattern', pattern: compile(source, ignoreCase) }
    }
    return undefined
  }
  const finish = (): void => {
    blanks()
    if (i < script.length && !/[;\n}#]/.test(script[i]!)) {
      i++
      wrong('extra characters after command')
    }
  }
  while (i < script.length) {
    while (/[\s;]/.test(script[i] ?? '')) i++
    if (i >= script.length) break
    if (commands.length > maxCommands) wrong('too many commands')
    if (script[i] === '#') {
      while (i < script.length && script[i] !== '\n') i++
      continue
    }
    const first = address()
    let second: Address | undefined
    blanks()
    if (first !== undefined && script[i] === ',') {
      i++
      blanks()
      const plus = /^([+~])(\d+)/.exec(script.slice(i, i + 12))
      if (plus !== null) {
        i += plus[0].length
        second = { type: plus[1] === '+' ? 'plus' : 'multiple', line: Number(plus[2]) }
      } else {
        second = address()
        if (second === undefined) {
          i++
          wrong("unexpected `,'")
        }
      }
    }
    if (first?.type === 'line' && first.line === 0 && second?.type !== 'pattern')
      wrong('invalid usage of line address 0')
    blanks()
    let not = false
    while (script[i] === '!') {
      not = true
      i++
      blanks()
    }
    const name = script[i++]
    if (name === undefined) {
      i--
      return wrong('missing command')
    }
    const base = { name, first, second, not }
    if ('{'.includes(name)) {
      open.push(commands.length)
      commands.push(base)
    } else if (name === '}') {
      if (first !== undefined) wrong("} doesn't want any addresses".replace('} ', ': ').replace(': ', '} '))
      const start = open.pop()
      if (start === undefined) return wrong("unexpected `}'")
      commands.push(base)
      commands[start]!.jump = commands.length
      finish()
    } else if ('=dDgGhHnNpPxFz'.includes(name)) {
      commands.push(base)
      finish()
    } else if (name === 'l' || name === 'q' || name === 'Q' || name === 'L') {
      if (second !== undefined && name !== 'l') wrong('command only uses one address')
      blanks()
      const number = /^\d+/.exec(script.slice(i, i + 10))?.[0] ?? ''
      i += number.length
      commands.push({ ...base, number: Number(number || 0) })
      finish()
    } else if (name === ':' || name === 'b' || name === 't' || name === 'T') {
      blanks()
      const label = (name === ':' ? /^[^\n;]*/ : /^[^\n;}]*/).exec(script.slice(i))![0]
      i += label.length
      if (name === ':') {
        if (label.trim() === '') wrong('":" lacks a label')
        labels.set(label.trim(), commands.length)
      }
      commands.push({ ...base, label: label.trim() })
    } else if (name === 'a' || name === 'i' || name === 'c') {
      blanks()
      if (script[i] === undefined) wrong("expected \\ after `a', `c' or `i'")
      if (script[i] === '\\') {
        i++
        blanks()
        if (script[i] === '\n') i++
      }
      let text = ''
      while (i < script.length && script[i] !== '\n') {
        if (script[i] === '\\' && i + 1 < script.length) {
          i++
          text += script[i] === 't' ? '\t' : script[i]!
        } else text += script[i]!
        i++
      }
      commands.push({ ...base, text: `${text}\n` })
    } else if (name === 'r' || name === 'w' || name === 'R' || name === 'W') {
      blanks()
      const file = /^[^\n]*/.exec(script.slice(i))![0]
      i += file.length
      if (file === '') wrong('missing filename in r/R/w/W commands')
      commands.push({ ...base, file })
    } else if (name === 's') {
      const delimiter = script[i++]
      if (delimiter === undefined || delimiter === '\n' || delimiter === '\\')
        return wrong("unterminated `s' command")
      const source = until(delimiter, true, "unterminated `s' command")
      const replaced = until(delimiter, false, "unterminated `s' command")
      let global = false
      let print = false
      let ignoreCase = false
      let number: number | undefined
      let file: string | undefined
      for (;;) {
        const c = script[i]
        if (c === 'g') global = true
        else if (c === 'p') print = true
        else if (c === 'i' || c === 'I') ignoreCase = true
        else if (c === 'm' || c === 'M' || c === 'e') ignoreCase ||= false
        else if (c === 'w') {
          i++
          blanks()
          file = /^[^\n]*/.exec(script.slice(i))![0]
          i += file.length
          break
        } else if (c !== undefined && /\d/.test(c)) {
          const digits = /^\d+/.exec(script.slice(i, i + 8))![0]
          i += digits.length
          number = Number(digits)
          if (number === 0) wrong("number option to `s' command may not be zero")
          continue
        } else break
        i++
      }
      blanks()
      if (i < script.length && !/[;\n}#]/.test(script[i]!)) {
        i++
        wrong("unknown option to `s'")
      }
      const pattern = compile(source, ignoreCase)
      const parts = replacementOf(replaced)
      const most = Math.max(0, ...parts.filter((part) => typeof part === 'number'))
      if (pattern !== undefined && most > pattern.groups)
        wrong(`invalid reference \\${most} on \`s' command's RHS`)
      commands.push({
        ...base,
        pattern,
        replacement: parts,
        global,
        print,
        ...(number === undefined ? {} : { number }),
        ...(file === undefined ? {} : { file }),
      })
    } else if (name === 'y') {
      const delimiter = script[i++]
      if (delimiter === undefined) return wrong("unterminated `y' command")
      const plain = (text: string): string[] =>
        text.replaceAll('\\n', '\n').replaceAll('\\\\', '\\').split('')
      const from = plain(until(delimiter, false, "unterminated `y' command"))
      const to = plain(until(delimiter, false, "unterminated `y' command"))
      if (from.length !== to.length) wrong("strings for `y' command are different lengths")
      commands.push({ ...base, map: new Map(from.map((c, k) => [c, to[k]!])) })
      finish()
    } else wrong(`unknown command: \`${name}'`)
  }
  if (open.length > 0) {
    i = 0
    wrong("unmatched `{'")
  }
  for (const command of commands)
    if (command.label !== undefined && command.name !== ':') {
      if (command.label === '') command.jump = commands.length
      else {
        const to = labels.get(command.label)
        if (to === undefined) throw new SedError(`can't find label for jump to \`${command.label}'`, i)
        command.jump = to
      }
    }
  return commands
}

/** Text, groups and changes of case. */
function replacementOf(text: string): (string | number | { readonly change: string })[] {
  const parts: (string | number | { readonly change: string })[] = []
  let plain = ''
  const push = (part: number | { readonly change: string }): void => {
    if (plain !== '') parts.push(plain)
    plain = ''
    parts.push(part)
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (c === '&') push(0)
    else if (c === '\\' && i + 1 < text.length) {
      const next = text[++i]!
      if (/\d/.test(next)) push(Number(next))
      else if (/[ULEul]/.test(next)) push({ change: next })
      else if (next === 'n') plain += '\n'
      else if (next === 't') plain += '\t'
      else if (next === 'x' && /^[0-9a-fA-F]{2}/.test(text.slice(i + 1))) {
        plain += String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 3), 16))
        i += 2
      } else plain += next
    } else plain += c
  }
  if (plain !== '') parts.push(plain)
  return parts
}
