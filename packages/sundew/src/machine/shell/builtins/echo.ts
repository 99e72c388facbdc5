import { ansiC } from '../syntax/ansi-c.ts'
import type { Builtin } from './builtin.ts'

export const echo: Builtin = {
  names: ['echo'],
  usage: 'echo [-neE] [arg ...]',
  run: async (shell, args) => {
    let newline = true
    let escapes = shell.shopt.has('xpg_echo')
    let i = 0
    for (; i < args.length && /^-[neE]+$/.test(args[i]!); i++) {
      for (const letter of args[i]!.slice(1)) {
        if (letter === 'n') newline = false
        else escapes = letter === 'e'
      }
    }
    let text = (i === 0 ? args : args.slice(i)).join(' ')
    if (escapes && text.includes('\\')) {
      const done = ansiC(text, 'echo')
      text = done.text
      if (done.stopped) newline = false
    }
    await shell.print(newline ? `${text}\n` : text)
    return 0
  },
}
