import type { Shell } from './shell.ts'
import { IndexedArray, Variable } from './variables.ts'

/** Variables that a shell starts with: the environment's, and its own. */
export function inherit(shell: Shell, environment: ReadonlyMap<string, string>): void {
  const { variables } = shell
  for (const [name, value] of environment) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || name === '_') continue
    if (variables.dynamic.has(name)) continue
    const variable = new Variable(value)
    variable.exported = true
    variables.declare(name, variable)
  }
  const give = (name: string, value: string, exported = false) => {
    if (variables.find(name) !== undefined) return
    const variable = new Variable(value)
    variable.exported = exported
    variables.declare(name, variable)
  }
  const fixed = (name: string, value: string | IndexedArray, integer = false) => {
    const variable = new Variable(value)
    variable.readonly = true
    variable.integer = integer
    variables.declare(name, variable)
  }
  give('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  const level = Number.parseInt(environment.get('SHLVL') ?? '0', 10) || 0
  const shlvl = new Variable(String(level + 1))
  shlvl.exported = true
  variables.declare('SHLVL', shlvl)
  const pwd = new Variable(shell.directory)
  pwd.exported = true
  variables.declare('PWD', pwd)
  if (environment.get('OLDPWD') === undefined) {
    const old = new Variable()
    old.exported = true
    variables.declare('OLDPWD', old)
  }
  variables.declare('OPTIND', new Variable('1'))
  variables.declare('IFS', new Variable(' \t\n'))
  variables.declare(
    'PPID',
    Object.assign(new Variable(String(shell.process.parent)), { readonly: true, integer: true }),
  )
  give('PS4', '+ ')
  if (shell.interactive) {
    give('PS1', shell.dialect === 'ash' ? '\\w \\$ ' : '\\s-\\v\\$ ')
    give('PS2', '> ')
  }
  if (shell.dialect === 'ash') return
  const { machine } = shell.session
  const cpu = machine.persona.kernel.machine
  fixed('EUID', String(shell.credentials.uid), true)
  fixed('UID', String(shell.credentials.uid), true)
  give('HOSTNAME', machine.hostname)
  give('HOSTTYPE', cpu)
  give('OSTYPE', 'linux-gnu')
  give('MACHTYPE', `${cpu}-pc-linux-gnu`)
  give('BASH_VERSION', '5.2.15(1)-release')
  give('BASH', '/bin/bash')
  give('OPTERR', '1')
  give('TERM', 'dumb')
  fixed('BASH_VERSINFO', IndexedArray.of(['5', '2', '15', '1', 'release', `${cpu}-pc-linux-gnu`]))
  if (shell.interactive) {
    give('HISTSIZE', '500')
    give('HISTFILESIZE', '500')
    give('HISTFILE', `${variables.text('HOME') ?? '/root'}/.bash_history`)
    give('MAILCHECK', '60')
    const { terminal } = shell.session
    if (terminal !== undefined) {
      give('COLUMNS', String(terminal.columns))
      give('LINES', String(terminal.rows))
    }
    shell.options.add('emacs')
    shell.options.add('history')
    shell.options.add('histexpand')
    shell.options.add('monitor')
    shell.shopt.add('expand_aliases')
  }
  if (shell.login) shell.shopt.add('login_shell')
}
