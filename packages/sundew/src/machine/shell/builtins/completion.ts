import { commandsOnPath } from '../command-path.ts'
import { expandWords } from '../expand/words.ts'
import { absolute } from '../paths.ts'
import type { Shell } from '../shell.ts'
import { Parser } from '../syntax/parser.ts'
import { options, type Builtin } from './builtin.ts'

export const completionBuiltins: readonly Builtin[] = [
  {
    names: ['compgen'],
    usage:
      'compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]',
    run: compgen,
  },
  {
    names: ['complete'],
    usage:
      'complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]',
    run: () => 0,
  },
  {
    names: ['compopt'],
    usage: 'compopt [-o|+o option] [-DEI] [name ...]',
    run: async (shell) => {
      await shell.complain('compopt: not currently executing completion function')
      return 1
    },
  },
  {
    names: ['bind'],
    usage:
      'bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]',
    run: async (shell) => {
      if (!shell.interactive) await shell.complain('bind: warning: line editing not enabled')
      return 0
    },
  },
]

async function compgen(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest } = options(args, 'abcdefgjksuvA:G:W:F:C:X:P:S:o:')
  const word = rest[0] ?? ''
  const names: string[] = []
  const action = found.get('A') ?? ''
  const has = (letter: string, name: string) => found.has(letter) || action === name
  if (has('a', 'alias') || found.has('c')) names.push(...shell.aliases.keys())
  if (has('b', 'builtin') || found.has('c')) names.push(...shell.builtins.keys())
  if (action === 'function' || found.has('c')) names.push(...shell.functions.keys())
  if (has('c', 'command')) names.push(...commandsOnPath(shell))
  if (has('v', 'variable')) names.push(...shell.variables.names())
  if (has('k', 'keyword'))
    names.push(
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
    )
  if (has('f', 'file') || has('d', 'directory')) names.push(...fileNames(shell, word, has('d', 'directory')))
  const list = found.get('W')
  if (list !== undefined) {
    try {
      const parser = new Parser(list, {})
      for (;;) {
        parser.newlines()
        const one = parser.word()
        if (one === undefined) break
        names.push(...(await expandWords(shell, [one])))
      }
    } catch {
      names.push(...list.split(/\s+/))
    }
  }
  const fits = names
    .filter((name) => name.startsWith(word))
    .map((name) => `${found.get('P') ?? ''}${name}${found.get('S') ?? ''}`)
  for (const name of fits) await shell.print(`${name}\n`)
  return fits.length > 0 ? 0 : 1
}

function fileNames(shell: Shell, word: string, directories: boolean): string[] {
  const slash = word.lastIndexOf('/') + 1
  const folder = word.slice(0, slash)
  try {
    const at = absolute(folder === '' ? '.' : folder, shell.directory)
    return shell.files
      .list(at)
      .filter((name) => !directories || shell.files.stat(`${at}/${name}`).type === 'directory')
      .map((name) => folder + name)
  } catch {
    return []
  }
}
