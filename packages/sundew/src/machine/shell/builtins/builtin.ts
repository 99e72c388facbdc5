import type { Shell } from '../shell.ts'

/** A command of the shell's own. */
export interface Builtin {
  readonly names: readonly string[]
  /** POSIX's special ones. */
  readonly special?: boolean
  readonly ashOnly?: boolean
  /** What `help` and wrong options show: `cd [-L|[-P [-e]] [-@]] [dir]`. */
  readonly usage: string
  run(shell: Shell, args: readonly string[], name: string): Promise<number> | number
}

/** Says what is wrong and how it is used: status 2. */
export async function wrongOption(
  shell: Shell,
  name: string,
  option: string,
  usage: string,
): Promise<number> {
  if (shell.dialect === 'ash') await shell.complain(`${name === '.' ? '' : ''}illegal option ${option}`)
  else {
    await shell.complain(`${name}: ${option}: invalid option`)
    await shell.complainBare(`${name}: usage: ${usage}`)
  }
  return 2
}

/**
 * Options by single letters up to the first other word. `letters` as getopt's: a colon behind those that take a value. A string is what was not
 * among them, with its dash.
 */
export function options(
  args: readonly string[],
  letters: string,
): {
  readonly options: ReadonlyMap<string, string>
  readonly rest: readonly string[]
  readonly wrong?: string
  readonly missing?: string
} {
  const found = new Map<string, string>()
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      i++
      break
    }
    if (!arg.startsWith('-') || arg === '-') break
    for (let k = 1; k < arg.length; k++) {
      const letter = arg[k]!
      const at = letters.indexOf(letter)
      if (at < 0 || letter === ':') return { options: found, rest: args.slice(i), wrong: `-${letter}` }
      if (letters[at + 1] !== ':') {
        found.set(letter, '')
        continue
      }
      const value = arg.slice(k + 1)
      if (value !== '') found.set(letter, value)
      else if (args[i + 1] === undefined) return { options: found, rest: [], missing: `-${letter}` }
      else found.set(letter, args[++i]!)
      break
    }
  }
  return { options: found, rest: args.slice(i) }
}

export function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)
}
