import { canRun, onPath, whereIs } from '../command-path.ts'
import type { Shell } from '../shell.ts'
import { functionText } from '../syntax/print.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'

const keywords = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'select',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'coproc',
])

export const lookupBuiltins: readonly Builtin[] = [
  { names: ['type'], usage: 'type [-afptP] name [name ...]', run: type },
  { names: ['hash'], usage: 'hash [-lr] [-p pathname] [-dt] [name ...]', run: hash },
  {
    names: ['enable'],
    usage: 'enable [-a] [-dnps] [-f filename] [name ...]',
    run: async (shell, args) => {
      const { options: found, rest, wrong } = options(args, 'adnpsf:')
      if (wrong !== undefined)
        return wrongOption(shell, 'enable', wrong, 'enable [-a] [-dnps] [-f filename] [name ...]')
      if (rest.length === 0) {
        for (const name of shell.builtins.keys()) {
          const off = shell.disabledBuiltins.has(name)
          if (found.has('a') || off === found.has('n'))
            await shell.print(`enable ${off ? '-n ' : ''}${name}\n`)
        }
        return 0
      }
      let status = 0
      for (const name of rest) {
        if (!shell.builtins.has(name)) {
          await shell.complain(`enable: ${name}: not a shell builtin`)
          status = 1
        } else if (found.has('n')) shell.disabledBuiltins = new Set([...shell.disabledBuiltins, name])
        else shell.disabledBuiltins = new Set([...shell.disabledBuiltins].filter((one) => one !== name))
      }
      return status
    },
  },
]

/** What a name is, in the words of `type` and `command -v`; undefined for nothing. */
export function describe(
  shell: Shell,
  name: string,
  form: 'short' | 'long' | 'kind',
  functions = true,
): string | undefined {
  const say = (kind: string, short: string, long: string) =>
    form === 'kind' ? `${kind}\n` : form === 'short' ? `${short}\n` : `${long}\n`
  const value = shell.aliases.get(name)
  if (value !== undefined && (shell.interactive || shell.shopt.has('expand_aliases')))
    return say(
      'alias',
      shell.dialect === 'ash' ? `alias ${name}='${value}'` : `alias ${name}='${value}'`,
      shell.dialect === 'ash' ? `${name} is an alias for ${value}` : `${name} is aliased to \`${value}'`,
    )
  if (
    keywords.has(name) &&
    !(shell.dialect === 'ash' && ['[[', ']]', 'select', 'function', 'coproc', 'time'].includes(name))
  )
    return say('keyword', name, `${name} is a shell keyword`)
  const definition = functions ? shell.functions.get(name) : undefined
  if (definition !== undefined)
    return say(
      'function',
      name,
      shell.dialect === 'ash'
        ? `${name} is a function`
        : `${name} is a function\n${functionText(name, definition.body)}`,
    )
  const builtin = shell.builtin(name)
  if (builtin !== undefined) {
    const special = shell.dialect === 'ash' && builtin.special === true ? 'special ' : ''
    return say('builtin', name, `${name} is a ${special}shell builtin`)
  }
  const hashed = shell.hashed.get(name)
  const path = hashed?.path ?? whereIs(shell, name)
  if (path === undefined) return undefined
  return say(
    'file',
    path,
    hashed !== undefined && shell.dialect === 'bash' ? `${name} is hashed (${path})` : `${name} is ${path}`,
  )
}

async function type(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, shell.dialect === 'ash' ? '' : 'afptP')
  if (wrong !== undefined) return wrongOption(shell, 'type', wrong, 'type [-afptP] name [name ...]')
  let status = 0
  for (const name of rest) {
    if (found.has('P') || found.has('p')) {
      const hidden = found.has('p') && !found.has('P') && describe(shell, name, 'kind') !== 'file\n'
      const path = hidden ? undefined : whereIs(shell, name)
      if (path !== undefined) await shell.print(`${path}\n`)
      else if (!hidden || describe(shell, name, 'kind') === undefined) status = 1
      continue
    }
    const form = found.has('t') ? 'kind' : 'long'
    const text = describe(shell, name, form, !found.has('f'))
    if (text === undefined) {
      status = shell.dialect === 'ash' ? 127 : 1
      if (shell.dialect === 'ash') await shell.print(`${name}: not found\n`)
      else if (form === 'long') await shell.complain(`type: ${name}: not found`)
      continue
    }
    await shell.print(text)
    if (!found.has('a')) continue
    const first = describe(shell, name, 'kind')
    if (first !== 'builtin\n' && first !== 'file\n' && shell.builtin(name) !== undefined)
      await shell.print(form === 'kind' ? 'builtin\n' : `${name} is a shell builtin\n`)
    for (const path of onPath(shell, name)
      .filter((one) => canRun(shell, one))
      .slice(first === 'file\n' ? 1 : 0))
      await shell.print(form === 'kind' ? 'file\n' : `${name} is ${path}\n`)
  }
  return status
}

async function hash(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'lrp:dt')
  if (wrong !== undefined)
    return wrongOption(shell, 'hash', wrong, 'hash [-lr] [-p pathname] [-dt] [name ...]')
  if (found.has('r')) shell.hashed.clear()
  const path = found.get('p')
  let status = 0
  for (const name of rest) {
    if (path !== undefined) shell.hashed.set(name, { path, hits: 0 })
    else if (found.has('t')) {
      const hashed = shell.hashed.get(name)
      if (hashed !== undefined) await shell.print(`${rest.length > 1 ? `${name}\t` : ''}${hashed.path}\n`)
      else {
        await shell.complain(`hash: ${name}: not found`)
        status = 1
      }
    } else if (found.has('d')) {
      if (!shell.hashed.delete(name)) {
        await shell.complain(`hash: ${name}: not found`)
        status = 1
      }
    } else {
      if (name.includes('/') || shell.builtin(name) !== undefined || shell.functions.has(name)) continue
      const where = whereIs(shell, name)
      if (where === undefined) {
        await shell.complain(`hash: ${name}: not found`)
        status = 1
      } else shell.hashed.set(name, { path: where, hits: 0 })
    }
  }
  if (rest.length > 0 || found.has('r')) return status
  if (shell.hashed.size === 0) {
    if (shell.dialect === 'bash') await shell.print('hash: hash table empty\n')
    return 0
  }
  if (shell.dialect === 'bash' && !found.has('l')) await shell.print('hits\tcommand\n')
  for (const [name, { path: where, hits }] of shell.hashed)
    await shell.print(
      found.has('l')
        ? `builtin hash -p ${where} ${name}\n`
        : shell.dialect === 'ash'
          ? `${where}\n`
          : `${String(hits).padStart(4)}\t${where}\n`,
    )
  return 0
}
