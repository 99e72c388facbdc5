import { bytesOfText, textOfBytes } from '../byte-text.ts'
import { absolute } from '../paths.ts'
import type { Shell } from '../shell.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'

const usage = 'history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]'

export const historyBuiltins: readonly Builtin[] = [
  { names: ['history'], usage, run: history },
  { names: ['fc'], usage: 'fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]', run: fc },
]

/** Lines that are kept. */
const maxHistory = 5000

async function history(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'cd:anrwps')
  if (wrong !== undefined) return wrongOption(shell, 'history', wrong, usage)
  if (found.has('c')) shell.history.length = 0
  const place = found.get('d')
  if (place !== undefined) {
    const number = Number(place)
    const index = number < 0 ? shell.history.length + number : number - 1
    if (!/^-?[0-9]+$/.test(place) || shell.history[index] === undefined) {
      await shell.complain(`history: ${place}: history position out of range`)
      return 1
    }
    shell.history.splice(index, 1)
    return 0
  }
  if (found.has('s')) {
    shell.history.push(rest.join(' '))
    return 0
  }
  if (found.has('p')) {
    for (const one of rest) await shell.print(`${one}\n`)
    return 0
  }
  if (found.has('w') || found.has('a') || found.has('r') || found.has('n')) {
    file(shell, rest[0] ?? shell.variables.text('HISTFILE'), found.has('r') || found.has('n'), found.has('a'))
    return 0
  }
  if (found.has('c')) return 0
  if (rest[0] !== undefined && !/^[0-9]+$/.test(rest[0])) {
    await shell.complain(`history: ${rest[0]}: numeric argument required`)
    return 1
  }
  const count = rest[0] === undefined ? shell.history.length : Number(rest[0])
  const from = Math.max(0, shell.history.length - count)
  const stamp = shell.variables.text('HISTTIMEFORMAT') === undefined ? '' : ' '
  await shell.print(
    shell.history
      .slice(from)
      .map(
        (line, i) =>
          `${String(from + i + 1).padStart(shell.dialect === 'ash' ? 4 : 5)}${shell.dialect === 'ash' ? ' ' : '  '}${stamp.trim()}${line}\n`,
      )
      .join(''),
  )
  return 0
}

function file(shell: Shell, name: string | undefined, read: boolean, append: boolean): void {
  if (name === undefined || name === '') return
  const path = absolute(name, shell.directory)
  try {
    if (read) {
      const lines = textOfBytes(shell.files.read(path))
        .split('\n')
        .filter((line) => line !== '')
      shell.history.push(...lines.slice(-maxHistory))
      return
    }
    const bytes = bytesOfText(shell.history.map((line) => `${line}\n`).join(''))
    if (append) shell.files.append(path, bytes, 0o600)
    else shell.files.write(path, bytes, 0o600)
  } catch {
    // As bash: no word of it.
  }
}

async function fc(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest } = options(
    args.filter((arg) => !/^-[0-9]+$/.test(arg)),
    'e:lnrs',
  )
  if (!found.has('l')) {
    if (shell.interactive) await shell.complain('fc: no command found')
    return shell.interactive ? 1 : 0
  }
  const from = Math.max(0, shell.history.length - 16)
  const lines = shell.history.slice(rest[0] === undefined ? from : Math.max(0, Number(rest[0]) - 1))
  for (const [i, line] of lines.entries())
    await shell.print(`${found.has('n') ? '' : from + i + 1}\t ${line}\n`)
  return 0
}
