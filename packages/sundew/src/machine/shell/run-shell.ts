import { FileError, reason } from '../files/file-system.ts'
import { Killed } from '../program.ts'
import { textOfBytes } from './byte-text.ts'
import { onPath } from './command-path.ts'
import { interact } from './interact.ts'
import { inherit } from './inherit.ts'
import type { Started } from './launch.ts'
import { absolute } from './paths.ts'
import { maxLineBytes, readLine } from './read-line.ts'
import { setOption } from './options.ts'
import { Shell } from './shell.ts'
import { tell } from './tell.ts'
import { ShellExit } from './unwinding.ts'

/** A shell as a program: `sh -c …`, `bash script`, `bash < file`, a shell in a shell. */
export async function runShell(
  parent: Shell,
  argv: readonly string[],
  ash: boolean,
  started: Started,
): Promise<number> {
  const { session } = parent
  const files =
    started.credentials === parent.credentials ? parent.files : session.machine.files.as(started.credentials)
  const shell = new Shell(session, started.process, files, started.directory, ash ? 'ash' : 'bash')
  shell.credentials = started.credentials
  shell.umask = parent.umask
  shell.beforeRun = parent.beforeRun
  shell.argv0 = argv[0] ?? 'sh'
  shell.subshellLevel = 0
  shell.nesting = parent.nesting + 1
  for (const [fd, stream] of started.streams) shell.descriptors.set(fd, stream.hold())
  const ended = () => {
    const why: unknown = started.signal.reason
    shell.killed(why instanceof Killed ? why.signal : 15)
    if (!(why instanceof Killed) || why.signal !== 2) shell.hangUp(why)
  }
  if (started.signal.aborted) ended()
  else started.signal.addEventListener('abort', ended, { once: true })
  try {
    await shell.guard(() => main(shell, argv.slice(1), started))
    return await shell.end()
  } finally {
    started.signal.removeEventListener('abort', ended)
    shell.closeAll()
  }
}

/** Shells in shells. */
const maxNesting = 200

async function main(shell: Shell, args: readonly string[], started: Started): Promise<void> {
  const options: string[] = []
  let command = false
  let standardInput = false
  let i = 0
  let failed = 0
  const later: (() => void)[] = []
  for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--' || arg === '-') {
      i++
      break
    }
    if (arg.startsWith('--')) {
      if (arg === '--version') {
        await shell.print(versionText(shell))
        shell.status = 0
        return
      }
      if (arg === '--login') shell.login = true
      else if (arg === '--rcfile' || arg === '--init-file') i++
      else if (arg === '--posix') later.push(() => shell.options.add('posix'))
      else if (
        ![
          '--norc',
          '--noprofile',
          '--noediting',
          '--verbose',
          '--restricted',
          '--help',
          '--debugger',
        ].includes(arg)
      ) {
        await shell.complainBare(`${shell.argv0}: ${arg}: invalid option`)
        failed = 2
      }
      continue
    }
    if (!/^[-+]./.test(arg)) break
    const on = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      if (letter === 'c') command = true
      else if (letter === 's') standardInput = true
      else if (letter === 'i') shell.interactive = true
      else if (letter === 'l') shell.login = true
      else if (letter === 'o' || letter === 'O') options.push(`${on ? '-' : '+'}${letter}${args[++i] ?? ''}`)
      else later.push(() => void setOption(shell, letter, on))
    }
  }
  if (failed > 0) {
    shell.status = failed
    return
  }
  if (shell.nesting > maxNesting) {
    shell.budget.exceed('depth', shell.nesting)
    throw new Killed(11)
  }
  const rest = args.slice(i)
  const stdin = shell.descriptors.get(0)
  if (!command && rest[0] === undefined && stdin?.terminal !== undefined) shell.interactive = true
  inherit(shell, started.environment)
  for (const set of later) set()
  for (const option of options) {
    if (option[1] === 'o') setOption(shell, option.slice(2), option.startsWith('-'))
    else if (option.startsWith('-')) shell.shopt.add(option.slice(2))
    else shell.shopt.delete(option.slice(2))
  }
  if (command) {
    await runCommand(shell, rest)
    return
  }
  if (rest[0] !== undefined && !standardInput) {
    await runFile(shell, rest)
    return
  }
  shell.positional = [...rest]
  if (shell.interactive) await interact(shell)
  else await runInput(shell)
}

function versionText(shell: Shell): string {
  return [
    `GNU bash, version 5.2.15(1)-release (${shell.session.machine.persona.kernel.machine}-pc-linux-gnu)`,
    'Copyright (C) 2022 Free Software Foundation, Inc.',
    'License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>',
    '',
    'This is free software; you are free to change and redistribute it.',
    'There is NO WARRANTY, to the extent permitted by law.',
    '',
  ].join('\n')
}

async function runCommand(shell: Shell, rest: readonly string[]): Promise<void> {
  shell.source = 'command'
  if (rest[0] === undefined) {
    await shell.complainBare(
      shell.dialect === 'ash'
        ? `${shell.argv0}: -c requires an argument`
        : `${shell.argv0}: -c: option requires an argument`,
    )
    throw new ShellExit(2)
  }
  if (rest[1] !== undefined) shell.argv0 = rest[1]
  shell.positional = rest.slice(2)
  tell(shell, rest[0])
  await shell.runText(rest[0], 1)
}

async function runFile(shell: Shell, rest: readonly string[]): Promise<void> {
  const name = rest[0]!
  let text: string
  let path = absolute(name, shell.directory)
  if (!name.includes('/') && !shell.files.exists(path)) {
    const found = onPath(shell, name)[0]
    if (found !== undefined) path = absolute(found, shell.directory)
  }
  try {
    if (shell.files.stat(path).type === 'directory') {
      await shell.complainBare(
        shell.dialect === 'ash'
          ? `${shell.argv0}: read error: Is a directory`
          : `${name}: ${name}: Is a directory`,
      )
      throw new ShellExit(126)
    }
    shell.beforeRun?.(shell.files.realPath(path))
    text = textOfBytes(shell.files.read(path))
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    await shell.complainBare(
      shell.dialect === 'ash'
        ? `${shell.argv0}: can't open '${name}': ${reason(error.code)}`
        : `${shell.argv0}: ${name}: ${reason(error.code)}`,
    )
    throw new ShellExit(shell.dialect === 'ash' ? 2 : error.code === 'ENOENT' ? 127 : 126)
  }
  shell.source = 'file'
  shell.argv0 = name
  shell.positional = rest.slice(1)
  if (text.slice(0, 80).split('\n')[0]!.includes('\0')) {
    await shell.complainBare(`${name}: ${name}: cannot execute binary file`)
    throw new ShellExit(126)
  }
  await shell.runText(text, 1)
}

/** Commands from standard input, each as it comes: what they read themselves is the lines behind them. */
export async function runInput(shell: Shell): Promise<void> {
  const stream = shell.descriptors.get(0)
  if (stream === undefined) return
  let text = ''
  let line = 1
  let started = 1
  for (;;) {
    const more = await readLine(shell, shell.descriptors.get(0) ?? stream)
    if (more === undefined && text === '') return
    text += more ?? ''
    if (more !== undefined && text.length < maxLineBytes && shell.needsMore(text)) {
      line++
      continue
    }
    if (text.trim() !== '') tell(shell, text.replace(/\n$/, ''))
    await shell.runText(text, started)
    if (shell.exitRequested || more === undefined) return
    shell.flow = undefined
    line++
    started = line
    text = ''
  }
}
