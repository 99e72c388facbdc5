import type { Shell } from '../shell.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'

export const limitBuiltins: readonly Builtin[] = [
  { names: ['ulimit'], usage: 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]', run: ulimit },
  { names: ['umask'], usage: 'umask [-p] [-S] [mode]', run: umask },
]

/** Letter, words, unit, value. As a small Debian has them. */
const limits: readonly (readonly [string, string, string, string])[] = [
  ['R', 'real-time non-blocking time', 'microseconds, -R', 'unlimited'],
  ['c', 'core file size', 'blocks, -c', '0'],
  ['d', 'data seg size', 'kbytes, -d', 'unlimited'],
  ['e', 'scheduling priority', '-e', '0'],
  ['f', 'file size', 'blocks, -f', 'unlimited'],
  ['i', 'pending signals', '-i', '15583'],
  ['l', 'max locked memory', 'kbytes, -l', '505296'],
  ['m', 'max memory size', 'kbytes, -m', 'unlimited'],
  ['n', 'open files', '-n', '1024'],
  ['p', 'pipe size', '512 bytes, -p', '8'],
  ['q', 'POSIX message queues', 'bytes, -q', '819200'],
  ['r', 'real-time priority', '-r', '0'],
  ['s', 'stack size', 'kbytes, -s', '8192'],
  ['t', 'cpu time', 'seconds, -t', 'unlimited'],
  ['u', 'max user processes', '-u', '15583'],
  ['v', 'virtual memory', 'kbytes, -v', 'unlimited'],
  ['x', 'file locks', '-x', 'unlimited'],
]

async function ulimit(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'SHabcdefiklmnpqrstuvxPRT')
  const usage = 'ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]'
  if (wrong !== undefined) return wrongOption(shell, 'ulimit', wrong, usage)
  const value = (letter: string, usual: string) =>
    shell.limits.get(letter) ?? (letter === 'n' && found.has('H') ? '1048576' : usual)
  if (found.has('a')) {
    for (const [letter, words, unit, usual] of limits)
      await shell.print(
        `${words.padEnd(27)} ${`(${unit})`.padStart(42 - 27 - 3 + 8)} ${value(letter, usual)}\n`,
      )
    return 0
  }
  const letters = [...found.keys()].filter((letter) => letter !== 'S' && letter !== 'H')
  if (letters.length === 0) letters.push('f')
  for (const letter of letters) {
    const limit = limits.find(([one]) => one === letter)
    if (limit === undefined) continue
    const wanted = rest[0]
    if (wanted === undefined) {
      await shell.print(
        letters.length > 1
          ? `${limit[1].padEnd(27)} ${`(${limit[2]})`.padStart(20)} ${value(letter, limit[3])}\n`
          : `${value(letter, limit[3])}\n`,
      )
      continue
    }
    if (!/^([0-9]+|unlimited|soft|hard)$/.test(wanted)) {
      await shell.complain(`ulimit: ${wanted}: invalid number`)
      return 1
    }
    if (letter === 'p') {
      await shell.complain('ulimit: pipe size: cannot modify limit: Invalid argument')
      return 1
    }
    if (wanted !== 'soft' && wanted !== 'hard') shell.limits.set(letter, wanted)
  }
  return 0
}

async function umask(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'pS')
  if (wrong !== undefined) return wrongOption(shell, 'umask', wrong, 'umask [-p] [-S] [mode]')
  const mode = rest[0]
  if (mode === undefined) {
    const octal = `0${shell.umask.toString(8).padStart(3, '0')}`
    const text = found.has('S') ? symbolic(shell.umask) : octal
    await shell.print(`${found.has('p') ? `umask ${found.has('S') ? '-S ' : ''}` : ''}${text}\n`)
    return 0
  }
  if (/^[0-9]/.test(mode)) {
    if (!/^[0-7]+$/.test(mode) || Number.parseInt(mode, 8) > 0o7777) {
      await shell.complain(`umask: ${mode}: octal number out of range`)
      return 1
    }
    shell.umask = Number.parseInt(mode, 8) & 0o777
  } else {
    const changed = change(shell.umask, mode)
    if (typeof changed === 'string') {
      await shell.complain(`umask: \`${changed}': invalid symbolic mode operator`)
      return 1
    }
    shell.umask = changed
  }
  if (found.has('S')) await shell.print(`${symbolic(shell.umask)}\n`)
  return 0
}

function symbolic(mask: number): string {
  const part = (bits: number) => `${bits & 4 ? '' : 'r'}${bits & 2 ? '' : 'w'}${bits & 1 ? '' : 'x'}`
  return `u=${part(mask >> 6)},g=${part(mask >> 3)},o=${part(mask)}`
}

/** What `u=rwx,g-w` makes of a mask; the wrong character otherwise. */
function change(mask: number, text: string): number | string {
  let allowed = ~mask & 0o777
  for (const clause of text.split(',')) {
    const found = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause)
    if (found === null) return clause.replace(/^[ugoa]+/, '')[0] ?? ''
    const bits =
      (found[3]!.includes('r') ? 4 : 0) |
      (found[3]!.includes('w') ? 2 : 0) |
      (found[3]!.includes('x') ? 1 : 0)
    const who = found[1] === '' || found[1]!.includes('a') ? 'ugo' : found[1]!
    for (const letter of who) {
      const shift = letter === 'u' ? 6 : letter === 'g' ? 3 : 0
      if (found[2] === '=') allowed = (allowed & ~(7 << shift)) | (bits << shift)
      else if (found[2] === '+') allowed |= bits << shift
      else allowed &= ~(bits << shift)
    }
  }
  return ~allowed & 0o777
}
