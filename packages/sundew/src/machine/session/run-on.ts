import { shellBanner } from '../programs/busybox/builds.ts'
import { find } from '../programs/programs.ts'
import { Budget } from '../shell/budget.ts'
import { runInput } from '../shell/run-shell.ts'
import { createShell, type Shell } from '../shell/shell.ts'
import { Killed } from '../program.ts'
import type { Installed, ProgramStart } from './installed.ts'
import { interactive } from './interactive.ts'

/** Runs the login shell as sshd or login(1) starts it, and waits for its exit status. @throws Killed */
export async function runOn(installed: Installed, start: ProgramStart): Promise<number> {
  const { machine, own } = installed
  const { terminal, command, signal } = start
  const isLogin = command === undefined
  const shell = createShell({
    machine,
    programs: { find: (path) => find(path.slice(path.lastIndexOf('/') + 1)) },
    files: machine.files.as(start.credentials, start.process.pid),
    credentials: start.credentials,
    terminal,
    stdin: start.stdin,
    stdout: start.stdout,
    stderr: start.stderr,
    environment: start.environment,
    directory: start.directory,
    budget: new Budget((limit, value) => start.happened({ type: 'limit', limit, value })),
    interactive: isLogin && terminal !== undefined,
    login: isLogin,
    argv0: start.argv[0]!,
    happened: start.happened,
    process: start.process,
    hangup: signal,
    source: isLogin ? 'typed' : 'command',
    interact: async (inner) => {
      if (terminal) await startInner(inner, terminal, own)
    },
    beforeRun: start.beforeRun,
  })
  const ended = () => shell.hangUp(signal.reason)
  if (signal.aborted) ended()
  else signal.addEventListener('abort', ended, { once: true })
  try {
    if (shell.interactive) await greet(shell)
    for (const file of startFiles(shell, isLogin)) {
      if (shell.files.may(file, 'read')) await shell.run(`. ${file}\n`)
      if (shell.exitRequested) return await shell.end()
    }
    if (command !== undefined) await shell.run(command)
    else if (terminal) await interactive(shell, terminal, own)
    else await shell.guard(() => runInput(shell))
    const goodbye = `${shell.variables.text('HOME') ?? ''}/.bash_logout`
    if (isLogin && !signal.aborted && shell.dialect === 'bash' && shell.files.may(goodbye, 'read')) {
      const { status } = shell
      shell.exitRequested = false
      await shell.run(`. ${goodbye}\n`)
      shell.status = status
    }
    const status = await shell.end()
    if (signal.aborted) throw signal.reason instanceof Killed ? signal.reason : new Killed(15)
    return status
  } finally {
    signal.removeEventListener('abort', ended)
  }
}

/** A shell at the prompt of another: /etc/bash.bashrc and ~/.bashrc, where it is no login shell. */
async function startInner(
  shell: Shell,
  terminal: NonNullable<ProgramStart['terminal']>,
  own: Installed['own'],
): Promise<void> {
  await greet(shell)
  for (const file of startFiles(shell, shell.login))
    if (shell.files.may(file, 'read')) await shell.run(`. ${file}\n`)
  if (!shell.exitRequested) await interactive(shell, terminal, own)
}

/** BusyBox's shell tells what it is each time that it starts at a terminal. */
async function greet(shell: Shell): Promise<void> {
  if (shell.dialect === 'ash' && shell.session.machine.persona.shell === 'ash')
    await shell.print(shellBanner(shell.session.machine.persona.name))
}

/** What is read first (bash's INVOCATION, with Debian's /etc/bash.bashrc; bash also reads them for who comes by sshd). */
function startFiles(shell: Shell, isLogin: boolean): string[] {
  const home = shell.variables.text('HOME') ?? ''
  if (!isLogin) return shell.dialect === 'bash' ? ['/etc/bash.bashrc', `${home}/.bashrc`] : []
  const own =
    shell.dialect === 'bash'
      ? [`${home}/.bash_profile`, `${home}/.bash_login`, `${home}/.profile`]
      : [`${home}/.profile`]
  return ['/etc/profile', ...own.filter((file) => shell.files.exists(file)).slice(0, 1)]
}
