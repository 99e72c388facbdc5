import type { Builtin } from './builtin.ts'
import type { Shell } from '../shell.ts'

export const helpBuiltins: readonly Builtin[] = [
  { names: ['help'], usage: 'help [-dms] [pattern ...]', run: help },
  {
    names: ['times'],
    special: true,
    usage: 'times',
    run: async (shell) => {
      const seconds = shell.budget.cpuMs / 1000
      const text = (part: number) => `${Math.floor(part / 60)}m${(part % 60).toFixed(3)}s`
      await shell.print(`${text(seconds * 0.7)} ${text(seconds * 0.3)}\n0m0.000s 0m0.000s\n`)
      return 0
    },
  },
]

async function help(shell: Shell, args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (shell.dialect === 'ash') {
    await shell.print(`Built-in commands:\n------------------\n${wrapped([...shell.builtins.keys()])}\n\n`)
    return 0
  }
  if (names.length === 0) {
    const lines = [...shell.builtins.values()]
      .filter((builtin, i, all) => all.indexOf(builtin) === i)
      .map((builtin) => ` ${builtin.usage}`)
    await shell.print(
      `GNU bash, version 5.2.15(1)-release (${shell.session.machine.persona.kernel.machine}-pc-linux-gnu)\n\n${lines.join('\n')}\n`,
    )
    return 0
  }
  let status = 1
  for (const name of names) {
    const builtin = shell.builtins.get(name)
    if (builtin === undefined) continue
    status = 0
    await shell.print(`${name}: ${builtin.usage}\n`)
  }
  if (status === 1)
    await shell.complain(
      `help: no help topics match \`${names.at(-1)}'.  Try \`help help' or \`man -k ${names.at(-1)}' or \`info ${names.at(-1)}'.`,
    )
  return status
}

function wrapped(words: readonly string[]): string {
  let text = ''
  let line = '\t'
  for (const word of words) {
    if (line.length + word.length > 65) {
      text += `${line.trimEnd()}\n`
      line = '\t'
    }
    line += `${word} `
  }
  return text + line.trimEnd()
}
