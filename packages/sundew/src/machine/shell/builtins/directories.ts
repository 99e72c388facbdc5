import { assign } from '../assign.ts'
import { FileError, reason } from '../../files/file-system.ts'
import { homeOf } from '../expand/tilde.ts'
import { absolute, normalized } from '../paths.ts'
import type { Shell } from '../shell.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'

const cdUsage = 'cd [-L|[-P [-e]] [-@]] [dir]'

export const directoryBuiltins: readonly Builtin[] = [
  { names: ['cd', 'chdir'], usage: cdUsage, run: cd },
  { names: ['pwd'], usage: 'pwd [-LP]', run: pwd },
  { names: ['dirs'], usage: 'dirs [-clpv] [+N] [-N]', run: dirs },
  { names: ['pushd'], usage: 'pushd [-n] [+N | -N | dir]', run: pushd },
  { names: ['popd'], usage: 'popd [-n] [+N | -N]', run: popd },
]

async function cd(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'LPe@')
  if (wrong !== undefined) return wrongOption(shell, 'cd', wrong, cdUsage)
  if (rest.length > 1 && shell.dialect === 'bash') {
    await shell.complain('cd: too many arguments')
    return 1
  }
  let target = rest[0]
  let show = false
  if (target === undefined) {
    target = shell.variables.text('HOME')
    if (target === undefined) {
      await shell.complain('cd: HOME not set')
      return 1
    }
  } else if (target === '-') {
    target = shell.variables.text('OLDPWD')
    if (target === undefined) {
      await shell.complain('cd: OLDPWD not set')
      return 1
    }
    show = true
  } else if (!/^\.{0,2}\/|^\.{1,2}$|^\//.test(target)) {
    for (const folder of (shell.variables.text('CDPATH') ?? '').split(':')) {
      if (folder === '' || !isDirectory(shell, `${folder}/${target}`)) continue
      target = `${folder}/${target}`
      show = true
      break
    }
  }
  if (target === '') return 0
  const status = await go(shell, target, found.has('P') || shell.options.has('physical'), 'cd')
  if (status === 0 && show) await shell.print(`${shell.directory}\n`)
  return status
}

function isDirectory(shell: Shell, path: string): boolean {
  try {
    return shell.files.stat(absolute(path, shell.directory)).type === 'directory'
  } catch {
    return false
  }
}

/** Goes there, or says why not. */
async function go(shell: Shell, target: string, physical: boolean, name: string): Promise<number> {
  try {
    let path = absolute(target, shell.directory)
    const logical = normalized(path)
    // `a/..` is right only where `a` is there.
    if (physical || !isDirectory(shell, logical)) path = shell.files.realPath(path)
    else path = logical
    if (shell.files.stat(path).type !== 'directory') throw new FileError('ENOTDIR', target)
    if (!shell.files.may(path, 'execute')) throw new FileError('EACCES', target)
    const before = shell.directory
    shell.directory = path
    shell.process.directory = path
    assign(shell, 'OLDPWD', shell.variables.text('PWD') ?? before)
    assign(shell, 'PWD', path)
    return 0
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    await shell.complain(
      shell.dialect === 'ash'
        ? `cd: can't cd to ${target}: ${reason(error.code)}`
        : `${name}: ${target}: ${reason(error.code)}`,
    )
    return shell.dialect === 'ash' ? 1 : 1
  }
}

async function pwd(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, wrong } = options(args, 'LP')
  if (wrong !== undefined) return wrongOption(shell, 'pwd', wrong, 'pwd [-LP]')
  let path = shell.directory
  if (found.has('P')) {
    try {
      path = shell.files.realPath(path)
    } catch {
      // It may be gone.
    }
  }
  await shell.print(`${path}\n`)
  return 0
}

function short(shell: Shell, path: string): string {
  const home = homeOf(shell, '')
  if (home === undefined || home === '/' || home === '') return path
  return path === home ? '~' : path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

async function dirs(shell: Shell, args: readonly string[]): Promise<number> {
  const letters = args.filter((arg) => /^-[clpv]+$/.test(arg)).join('')
  const place = args.find((arg) => /^[-+][0-9]+$/.test(arg))
  const wrong = args.find((arg) => !/^-[clpv]+$/.test(arg) && !/^[-+][0-9]+$/.test(arg))
  if (wrong !== undefined) {
    await shell.complain(
      wrong.startsWith('-') ? `dirs: ${wrong}: invalid number` : `dirs: ${wrong}: invalid option`,
    )
    await shell.complainBare('dirs: usage: dirs [-clpv] [+N] [-N]')
    return 2
  }
  if (letters.includes('c')) {
    shell.directoryStack = []
    return 0
  }
  const all = [shell.directory, ...shell.directoryStack].map((path) =>
    letters.includes('l') ? path : short(shell, path),
  )
  if (place !== undefined) {
    const index = indexOf(place, all.length)
    if (index === undefined) {
      await shell.complain(
        shell.directoryStack.length === 0
          ? 'dirs: directory stack empty'
          : `dirs: ${place.slice(1)}: directory stack index out of range`,
      )
      return 1
    }
    await shell.print(`${all[index]}\n`)
    return 0
  }
  if (letters.includes('v'))
    await shell.print(all.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join(''))
  else if (letters.includes('p')) await shell.print(all.map((path) => `${path}\n`).join(''))
  else await shell.print(`${all.join(' ')}\n`)
  return 0
}

function indexOf(place: string, size: number): number | undefined {
  const number = Number(place.slice(1))
  if (number >= size) return undefined
  return place.startsWith('+') ? number : size - 1 - number
}

/** Folders that `pushd` remembers. */
const maxStack = 1000

async function pushd(shell: Shell, args: readonly string[]): Promise<number> {
  const stay = args[0] === '-n'
  const arg = stay ? args[1] : args[0]
  const all = [shell.directory, ...shell.directoryStack]
  if (arg === undefined) {
    if (shell.directoryStack.length === 0) {
      await shell.complain('pushd: no other directory')
      return 1
    }
    const before = shell.directory
    if ((await go(shell, all[1]!, false, 'pushd')) !== 0) return 1
    shell.directoryStack[0] = before
    return dirs(shell, [])
  }
  if (/^[-+][0-9]+$/.test(arg)) {
    const index = indexOf(arg, all.length)
    if (index === undefined) {
      await shell.complain(
        shell.directoryStack.length === 0
          ? 'pushd: directory stack empty'
          : `pushd: ${arg}: directory stack index out of range`,
      )
      return 1
    }
    const turned = [...all.slice(index), ...all.slice(0, index)]
    if ((await go(shell, turned[0]!, false, 'pushd')) !== 0) return 1
    shell.directoryStack = turned.slice(1)
    return dirs(shell, [])
  }
  const before = shell.directory
  if (stay) shell.directoryStack.unshift(arg)
  else {
    if ((await go(shell, arg, false, 'pushd')) !== 0) return 1
    shell.directoryStack.unshift(before)
  }
  shell.directoryStack.length = Math.min(shell.directoryStack.length, maxStack)
  return dirs(shell, [])
}

async function popd(shell: Shell, args: readonly string[]): Promise<number> {
  const arg = args[0]
  if (shell.directoryStack.length === 0) {
    await shell.complain('popd: directory stack empty')
    return 1
  }
  const all = [shell.directory, ...shell.directoryStack]
  const index = arg === undefined ? 0 : /^[-+][0-9]+$/.test(arg) ? indexOf(arg, all.length) : undefined
  if (index === undefined) {
    await shell.complain(
      `popd: ${arg}: ${/^[-+][0-9]+$/.test(arg!) ? 'directory stack index out of range' : 'invalid argument'}`,
    )
    if (!/^[-+][0-9]+$/.test(arg!)) {
      await shell.complainBare('popd: usage: popd [-n] [+N | -N]')
      return 2
    }
    return 1
  }
  if (index === 0) {
    if ((await go(shell, shell.directoryStack[0]!, false, 'popd')) !== 0) return 1
    shell.directoryStack.shift()
  } else shell.directoryStack.splice(index - 1, 1)
  return dirs(shell, [])
}
