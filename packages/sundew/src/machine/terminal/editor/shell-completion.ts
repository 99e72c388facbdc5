import type { FileSystem } from '../../files/file-system.ts'
import type { Choice, Completion } from './completion.ts'

/** What completion asks of a shell. */
export interface Completing {
  readonly files: FileSystem
  readonly directory: string
  readonly home: string
  /** Commands, builtins, functions, aliases. */
  commands(): readonly string[]
  variables(): readonly string[]
  variable(name: string): string | undefined
}

/** Choices beyond it are not gathered. */
const maxChoices = 5000

/** Characters that end a word, and that are escaped in a name that is put in. */
const breaks = ' \t\n"\'><=;|&(:'
const escaped = /[ \t\n\\"'<>=;|&()#$`?*[!:{~]/g

const keywords =
  '! [[ case coproc do done elif else esac fi for function if in select then time until while { }'.split(' ')

/** What bash completes without any rules of its own: commands, files, variables, users. */
export function completionFor(shell: Completing, line: string, point: number): Completion {
  const { from, quote } = wordAt(line, point)
  const typed = line.slice(from, point)
  const before = line.slice(0, quote === '' ? from : from - 1).trimEnd()
  const isCommand = before === '' || /(?:[|&;({`]|&&|\|\||\b(?:then|do|else|sudo|time|exec))$/.test(before)
  if (quote !== "'" && /^\$\{?[A-Za-z_0-9]*$/.test(typed)) return variables(shell, typed, from)
  if (quote === '' && /^~[^/]*$/.test(typed)) return users(shell, typed, from)
  const plain = quote === '' ? typed.replace(/\\(.)/gs, '$1') : typed
  if (isCommand && quote === '' && !plain.includes('/')) {
    if (plain === '' && before === '') return { from, choices: [] }
    const names = new Set([...keywords, ...shell.commands()].filter((name) => name.startsWith(plain)))
    const folders = fileChoices(shell, plain, quote, (type) => type === 'directory')
    return {
      from,
      choices: [...[...names].map((name): Choice => ({ text: name, shown: name, end: ' ' })), ...folders]
        .slice(0, maxChoices)
        .sort((a, b) => (a.text < b.text ? -1 : 1)),
    }
  }
  return {
    from,
    choices: fileChoices(
      shell,
      plain,
      quote,
      (type, path) => !isCommand || type === 'directory' || may(shell, path),
    ),
  }
}

function may(shell: Completing, path: string): boolean {
  return shell.files.may(path, 'execute')
}

function wordAt(line: string, point: number): { from: number; quote: string } {
  let from = 0
  let quote = ''
  for (let i = 0; i < point; i++) {
    const c = line[i]!
    if (quote !== '') {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
      continue
    }
    if (c === '\\') i++
    else if (c === '"' || c === "'") {
      quote = c
      from = i + 1
    } else if (breaks.includes(c)) from = i + 1
  }
  return { from: Math.min(from, point), quote }
}

function variables(shell: Completing, typed: string, from: number): Completion {
  const isBraced = typed.startsWith('${')
  const start = isBraced ? '${' : '$'
  const name = typed.slice(start.length)
  return {
    from,
    choices: shell
      .variables()
      .filter((one) => one.startsWith(name))
      .sort()
      .map((one) => ({
        text: start + one + (isBraced ? '}' : ''),
        shown: start + one + (isBraced ? '}' : ''),
        end: isFolder(shell, shell.variable(one) ?? '') ? '/' : ' ',
      })),
  }
}

function users(shell: Completing, typed: string, from: number): Completion {
  let text = ''
  try {
    text = Buffer.from(shell.files.read('/etc/passwd')).toString('latin1')
  } catch {
    // Nobody is known.
  }
  const names = text.split('\n').map((line) => line.split(':')[0]!)
  return {
    from,
    choices: names
      .filter((name) => name !== '' && name.startsWith(typed.slice(1)))
      .sort()
      .map((name) => ({ text: `~${name}`, shown: `~${name}`, end: '/' })),
  }
}

function isFolder(shell: Completing, path: string): boolean {
  try {
    return path.startsWith('/') && shell.files.stat(path).type === 'directory'
  } catch {
    return false
  }
}

function fileChoices(
  shell: Completing,
  typed: string,
  quote: string,
  wanted: (type: string, path: string) => boolean,
): Choice[] {
  const slash = typed.lastIndexOf('/')
  const folder = typed.slice(0, slash + 1)
  const start = typed.slice(slash + 1)
  const open = folder === '~/' || folder.startsWith('~/') ? shell.home + folder.slice(1) : folder
  const path = open.startsWith('/') ? open : `${shell.directory === '/' ? '' : shell.directory}/${open}`
  let names: string[]
  try {
    names = shell.files.list(path)
  } catch {
    return []
  }
  const choices: Choice[] = []
  for (const name of names.sort()) {
    if (!name.startsWith(start) || choices.length >= maxChoices) continue
    const whole = `${path.endsWith('/') ? path : `${path}/`}${name}`
    let type = ''
    try {
      type = shell.files.stat(whole).type
    } catch {
      // A link that leads nowhere.
    }
    if (!wanted(type, whole)) continue
    const isFolderHere = type === 'directory'
    const quoted = quote === '' ? name.replace(escaped, '\\$&') : name
    const shownFolder = quote === '' ? folder.replace(/(?<!^)[ \t"'<>;|&()$`*?[!]/g, '\\$&') : folder
    choices.push({
      text: shownFolder + quoted,
      shown: isFolderHere ? `${name}/` : name,
      end: isFolderHere ? '/' : `${quote} `,
    })
  }
  return choices
}
