import { optionNames, setOption, shoptNames } from '../options.ts'
import type { Shell } from '../shell.ts'
import { functionText } from '../syntax/print.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'
import { lineOf } from './declare.ts'

const setUsage = 'set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]'

export const setBuiltins: readonly Builtin[] = [
  { names: ['set'], special: true, usage: setUsage, run: set },
  { names: ['shopt'], usage: 'shopt [-pqsu] [-o] [optname ...]', run: shopt },
  { names: ['alias'], usage: 'alias [-p] [name[=value] ... ]', run: alias },
  { names: ['unalias'], usage: 'unalias [-a] name [name ...]', run: unalias },
]

async function set(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    await variables(shell)
    return 0
  }
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      shell.positional = args.slice(i + 1)
      return 0
    }
    if (arg === '-') {
      shell.options.delete('xtrace')
      shell.options.delete('verbose')
      if (i + 1 < args.length) shell.positional = args.slice(i + 1)
      return 0
    }
    if (!/^[-+]./.test(arg)) break
    const on = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const name = args[i + 1]
        if (name === undefined || /^[-+]/.test(name)) {
          await listOptions(shell, on)
          continue
        }
        i++
        if (!setOption(shell, name, on) || name.length === 1) {
          await shell.complain(
            shell.dialect === 'ash'
              ? `set: illegal option ${on ? '-' : '+'}o ${name}`
              : `set: ${name}: invalid option name`,
          )
          return 2
        }
        exclusive(shell, name, on)
      } else if (!setOption(shell, letter, on)) {
        return wrongOption(shell, 'set', `${arg[0]}${letter}`, setUsage)
      }
    }
  }
  if (i < args.length) shell.positional = args.slice(i)
  return 0
}

function exclusive(shell: Shell, name: string, on: boolean): void {
  if (on && name === 'vi') shell.options.delete('emacs')
  if (on && name === 'emacs') shell.options.delete('vi')
}

async function listOptions(shell: Shell, table: boolean): Promise<void> {
  for (const name of optionNames) {
    const on = shell.options.has(name)
    await shell.print(
      table ? `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n` : `set ${on ? '-' : '+'}o ${name}\n`,
    )
  }
}

async function variables(shell: Shell): Promise<void> {
  for (const name of shell.variables.names()) {
    const variable = shell.variables.find(name)
    if (variable === undefined) {
      if (
        shell.dialect === 'bash' &&
        [
          'BASHPID',
          'EPOCHREALTIME',
          'EPOCHSECONDS',
          'RANDOM',
          'SECONDS',
          'SRANDOM',
          'LINENO',
          'HISTCMD',
          'BASH_ARGV0',
          'BASH_SUBSHELL',
        ].includes(name)
      )
        continue
      await shell.print(`${name}=${shell.variables.text(name) ?? ''}\n`)
    } else if (shell.dialect === 'ash') {
      if (typeof variable.value === 'string')
        await shell.print(`${name}='${variable.value.replaceAll("'", "'\\''")}'\n`)
    } else await shell.print(lineOf(name, variable))
  }
  if (shell.options.has('posix') || shell.dialect === 'ash') return
  for (const [name, definition] of [...shell.functions].sort(([a], [b]) => (a < b ? -1 : 1)))
    await shell.print(`${functionText(name, definition.body)}\n`)
}

async function shopt(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'pqsuo')
  if (wrong !== undefined) return wrongOption(shell, 'shopt', wrong, 'shopt [-pqsu] [-o] [optname ...]')
  if (found.has('s') && found.has('u')) {
    await shell.complain('shopt: cannot set and unset shell options simultaneously')
    return 1
  }
  const known = found.has('o') ? optionNames : shoptNames
  const set = found.has('o') ? shell.options : shell.shopt
  const change = found.has('s') || found.has('u')
  const line = (name: string) =>
    found.has('p')
      ? found.has('o')
        ? `set ${set.has(name) ? '-' : '+'}o ${name}\n`
        : `shopt -${set.has(name) ? 's' : 'u'} ${name}\n`
      : `${name.padEnd(found.has('o') ? 15 : 15)}\t${set.has(name) ? 'on' : 'off'}\n`
  if (rest.length === 0) {
    for (const name of known) {
      if (change && set.has(name) !== found.has('s')) continue
      if (!found.has('q')) await shell.print(line(name))
    }
    return 0
  }
  let status = 0
  for (const name of rest) {
    if (!known.includes(name)) {
      await shell.complain(`shopt: ${name}: invalid ${found.has('o') ? 'option name' : 'shell option name'}`)
      status = 1
    } else if (change) {
      if (found.has('s')) set.add(name)
      else set.delete(name)
    } else {
      if (!set.has(name)) status = 1
      if (!found.has('q')) await shell.print(line(name))
    }
  }
  return status
}

function aliasLine(shell: Shell, name: string, value: string): string {
  const quoted = `'${value.replaceAll("'", "'\\''")}'`
  return shell.dialect === 'ash' ? `${name}=${quoted}\n` : `alias ${name}=${quoted}\n`
}

/** Aliases that a shell keeps. */
const maxAliases = 2000

async function alias(shell: Shell, args: readonly string[]): Promise<number> {
  const { rest, wrong, options: found } = options(args, 'p')
  if (wrong !== undefined) return wrongOption(shell, 'alias', wrong, 'alias [-p] [name[=value] ... ]')
  if (rest.length === 0 || found.has('p'))
    for (const [name, value] of [...shell.aliases].sort(([a], [b]) => (a < b ? -1 : 1)))
      await shell.print(aliasLine(shell, name, value))
  let status = 0
  for (const arg of rest) {
    const equals = arg.indexOf('=')
    const name = equals > 0 ? arg.slice(0, equals) : arg
    if (equals > 0) {
      if (/[\s$`/'"\\;&|()<>]/.test(name)) {
        await shell.complain(`alias: \`${name}': invalid alias name`)
        status = 1
      } else if (shell.aliases.size < maxAliases) shell.aliases.set(name, arg.slice(equals + 1))
      continue
    }
    const value = shell.aliases.get(name)
    if (value === undefined) {
      await shell.complainBare(
        shell.dialect === 'ash' ? `alias: ${name} not found` : `${shell.prefix}alias: ${name}: not found`,
      )
      status = 1
    } else await shell.print(aliasLine(shell, name, value))
  }
  return status
}

async function unalias(shell: Shell, args: readonly string[]): Promise<number> {
  const { rest, wrong, options: found } = options(args, 'a')
  const usage = 'unalias [-a] name [name ...]'
  if (wrong !== undefined) return wrongOption(shell, 'unalias', wrong, usage)
  if (found.has('a')) {
    shell.aliases.clear()
    return 0
  }
  if (rest.length === 0) {
    await shell.complainBare(`unalias: usage: ${usage}`)
    return 2
  }
  let status = 0
  for (const name of rest) {
    if (shell.aliases.delete(name)) continue
    await shell.complainBare(
      shell.dialect === 'ash' ? `unalias: ${name} not found` : `${shell.prefix}unalias: ${name}: not found`,
    )
    status = 1
  }
  return status
}
