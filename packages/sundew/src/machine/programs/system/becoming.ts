import type { Credentials } from '../../files/file-system.ts'
import type { Call, Program } from '../../program.ts'
import { type Account, accountOf, accounts, groups, groupsOf, linesOf } from '../../files/accounts.ts'
import { ownName } from './passwords.ts'
import { askSecret, Lines, passwordOf } from './secrets.ts'
import { documented } from './documented.ts'

function credentialsOf(call: Call, account: Account): Credentials {
  return { uid: account.uid, gid: account.gid, groups: groupsOf(call.machine.files, account) }
}

function environmentOf(call: Call, account: Account, fresh: boolean): Map<string, string> {
  const environment = new Map(
    fresh ? [...call.environment].filter(([name]) => name === 'TERM') : call.environment,
  )
  environment.set('HOME', account.home)
  environment.set('SHELL', account.shell || '/bin/sh')
  if (fresh || account.uid !== 0) {
    environment.set('USER', account.name)
    environment.set('LOGNAME', account.name)
  }
  if (fresh)
    environment.set(
      'PATH',
      account.uid === 0
        ? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
        : '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games',
    )
  return environment
}

export const su = documented(
  'su',
  async (call, given) => {
    const operands = [...given.operands]
    const login = given.has('login') || operands[0] === '-'
    if (operands[0] === '-') operands.shift()
    const user = operands.shift() ?? 'root'
    const account = accountOf(call.machine.files, user)
    if (account === undefined) {
      await call.stderr.write(
        `su: user ${user} does not exist or the user entry does not contain all the required fields\n`,
      )
      return 1
    }
    if (call.files.credentials.uid !== 0) {
      const password = await askSecret(call, new Lines(call), 'Password: ')
      if (password !== undefined) call.happened({ type: 'secret', user, password, program: 'su' })
      if (password === undefined || passwordOf(call.machine, user) !== password) {
        await call.sleep(2200)
        await call.stderr.write('su: Authentication failure\n')
        return 1
      }
    }
    const shell = given.value('shell') ?? (account.shell || '/bin/sh')
    if (/\/(?:nologin|false)$/.test(shell)) {
      if (shell.endsWith('nologin')) await call.stdout.write('This account is currently not available.\n')
      return 1
    }
    const command = given.value('command') ?? given.value('session-command')
    const environment = environmentOf(call, account, login)
    return call.run(
      [
        shell,
        ...(login && command === undefined ? ['-l'] : []),
        ...(command === undefined ? [] : ['-c', command]),
        ...operands,
      ],
      {
        credentials: credentialsOf(call, account),
        environment,
        ...(login && call.files.exists(account.home)
          ? { directory: account.home }
          : login
            ? { directory: '/' }
            : {}),
      },
    )
  },
  { names: ['su'] },
)

/** The users who were asked a moment ago. */
const trusted = new WeakMap<Call['machine'], Map<string, number>>()

export const sudo: Program = {
  names: ['sudo', 'sudoedit'],
  async run(call) {
    const args = [...call.args]
    const environment = new Map(call.environment)
    let target = 'root'
    let login = false
    let shell = false
    let list = false
    let fromInput = false
    let quiet = false
    let prompt: string | undefined
    while (args.length > 0 && args[0]!.startsWith('-') && args[0] !== '--') {
      const arg = args.shift()!
      if (arg === '-V' || arg === '--version') {
        await call.stdout.write(
          'Sudo version 1.9.13p3\nSudoers policy plugin version 1.9.13p3\nSudoers file grammar version 50\nSudoers I/O plugin version 1.9.13p3\nSudoers audit plugin version 1.9.13p3\n',
        )
        return 0
      }
      if (arg === '-h' || arg === '--help') {
        await call.stdout.write(`sudo - execute a command as another user\n\n${sudoUsage}`)
        return 0
      }
      if (arg === '-u' || arg === '--user') target = args.shift() ?? 'root'
      else if (arg.startsWith('--user=')) target = arg.slice(7)
      else if (
        arg === '-g' ||
        arg === '-C' ||
        arg === '-D' ||
        arg === '-R' ||
        arg === '-T' ||
        arg === '-r' ||
        arg === '-t' ||
        arg === '-h' ||
        arg === '-U'
      )
        args.shift()
      else if (arg === '-p') prompt = args.shift()
      else if (arg === '--stdin') fromInput = true
      else if (arg === '--non-interactive') quiet = true
      else if (arg === '--login') login = true
      else if (arg === '--list') list = true
      else if (arg.startsWith('--')) {
        if (
          ![
            '--preserve-env',
            '--background',
            '--set-home',
            '--shell',
            '--validate',
            '--reset-timestamp',
            '--remove-timestamp',
          ].includes(arg.split('=')[0]!)
        ) {
          await call.stderr.write(`sudo: unrecognized option '${arg}'\n${sudoUsage}`)
          return 1
        }
        if (arg === '--shell') shell = true
      } else {
        for (const letter of arg.slice(1)) {
          if (letter === 'i') login = true
          else if (letter === 's') shell = true
          else if (letter === 'l') list = true
          else if (letter === 'S') fromInput = true
          else if (letter === 'n') quiet = true
          else if (letter === 'k' || letter === 'K') trusted.get(call.machine)?.delete(ownName(call))
          else if (!'AbBEHPvkKNe'.includes(letter)) {
            await call.stderr.write(`sudo: invalid option -- '${letter}'\n${sudoUsage}`)
            return 1
          }
        }
        if (/[kK]/.test(arg) && args.length === 0) return 0
      }
    }
    if (args[0] === '--') args.shift()
    while (args.length > 0 && /^[A-Za-z_]\w*=/.test(args[0]!)) {
      const [name, value] = args.shift()!.split(/=(.*)/s)
      environment.set(name!, value ?? '')
    }
    const validate = call.args.includes('-v') || call.args.includes('--validate')
    if (args.length === 0 && !login && !shell && !list && !validate) {
      await call.stderr.write(sudoUsage)
      return 1
    }
    const own = ownName(call)
    const account = /^#\d+$/.test(target)
      ? accounts(call.machine.files).find((one) => one.uid === Number(target.slice(1)))
      : accountOf(call.machine.files, target)
    if (call.files.credentials.uid !== 0) {
      const status = await allow(call, own, prompt, fromInput, quiet)
      if (status !== 0) return status
    }
    if (account === undefined) {
      await call.stderr.write(
        `sudo: unknown user ${target}\nsudo: error initializing audit plugin sudoers_audit\n`,
      )
      return 1
    }
    if (validate) return 0
    if (list) {
      await call.stdout.write(
        `Matching Defaults entries for ${own} on ${call.machine.hostname.split('.')[0]!}:\n    env_reset, mail_badpass, secure_path=/usr/local/sbin\\:/usr/local/bin\\:/usr/sbin\\:/usr/bin\\:/sbin\\:/bin, use_pty\n\nUser ${own} may run the following commands on ${call.machine.hostname.split('.')[0]!}:\n    (ALL : ALL) ALL\n`,
      )
      return 0
    }
    environment.set('SUDO_USER', own)
    environment.set('SUDO_UID', String(call.files.credentials.uid))
    environment.set('SUDO_GID', String(call.files.credentials.gid))
    environment.set('SUDO_COMMAND', args.join(' '))
    environment.set('HOME', account.home)
    environment.set('USER', account.name)
    environment.set('LOGNAME', account.name)
    environment.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    const argv =
      login || shell
        ? [
            account.shell || '/bin/bash',
            ...(login ? ['-l'] : []),
            ...(args.length > 0 ? ['-c', args.join(' ')] : []),
          ]
        : args
    const status = await call.run(argv, {
      credentials: credentialsOf(call, account),
      environment,
      ...(login && call.files.exists(account.home) ? { directory: account.home } : {}),
    })
    if (status === 127 && !login && !shell) {
      await call.stderr.write(`sudo: ${args[0]!}: command not found\n`)
      return 1
    }
    return status
  },
}

/** Asks for the password, and looks whether the user is in sudoers. */
async function allow(
  call: Call,
  own: string,
  prompt: string | undefined,
  fromInput: boolean,
  quiet: boolean,
): Promise<number> {
  const rules = [...linesOf(call.machine.files, '/etc/sudoers'), ...folder(call)].map((line) => line.trim())
  const mine = rules.filter((line) => !line.startsWith('#') && namesMe(call, own, line.split(/\s+/)[0] ?? ''))
  if (mine.some((line) => line.includes('NOPASSWD'))) return 0
  const recent = trusted.get(call.machine) ?? new Map<string, number>()
  trusted.set(call.machine, recent)
  if (call.machine.now() - (recent.get(own) ?? 0) > 900_000) {
    if (quiet) {
      await call.stderr.write('sudo: a password is required\n')
      return 1
    }
    if (call.stdin.terminal === undefined && !fromInput) {
      await call.stderr.write(
        'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n',
      )
      return 1
    }
    const lines = new Lines(call)
    let right = false
    for (let attempt = 0; attempt < 3 && !right; attempt++) {
      const password = await askSecret(call, lines, prompt ?? `[sudo] password for ${own}: `)
      if (password === undefined) {
        await call.stderr.write(
          `sudo: no password was provided\nsudo: ${attempt === 0 ? 'a password is required' : `${attempt} incorrect password attempt${attempt === 1 ? '' : 's'}`}\n`,
        )
        return 1
      }
      call.happened({ type: 'secret', user: own, password, program: 'sudo' })
      const known = passwordOf(call.machine, own)
      // The password that they came in with is not known here: whoever may use sudo is believed.
      right = known === undefined ? mine.length > 0 && password !== '' : known === password
      if (!right) {
        await call.sleep(1900)
        await call.stderr.write(attempt < 2 ? 'Sorry, try again.\n' : 'sudo: 3 incorrect password attempts\n')
      }
    }
    if (!right) return 1
    recent.set(own, call.machine.now())
  }
  if (mine.length === 0) {
    await call.stderr.write(`${own} is not in the sudoers file.\n`)
    return 1
  }
  return 0
}

function namesMe(call: Call, own: string, word: string): boolean {
  if (word === own || word === 'ALL') return true
  if (!word.startsWith('%')) return false
  const group = groups(call.machine.files).find((one) => one.name === word.slice(1))
  return (
    group !== undefined &&
    (group.members.includes(own) || accountOf(call.machine.files, own)?.gid === group.gid)
  )
}

function folder(call: Call): string[] {
  try {
    return call.machine.files
      .list('/etc/sudoers.d')
      .slice(0, 50)
      .flatMap((name) => linesOf(call.machine.files, `/etc/sudoers.d/${name}`))
  } catch {
    return []
  }
}

const sudoUsage =
  'usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]\n' +
  'usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user]\n            [command]\n' +
  'usage: sudo [-ABbEHkNnPS] [-C num] [-D directory] [-g group] [-h host] [-p\n            prompt] [-R directory] [-T timeout] [-u user] [VAR=value]\n            [-i|-s] [<command>]\n' +
  'usage: sudo -e [-ABkNnS] [-C num] [-D directory] [-g group] [-h host] [-p\n            prompt] [-R directory] [-T timeout] [-u user] file ...\n'

export const visudo: Program = {
  names: ['visudo'],
  async run(call) {
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write('visudo: /etc/sudoers: Permission denied\n')
      return 1
    }
    if (call.args.some((arg) => arg === '-c' || arg === '--check')) {
      await call.stdout.write('/etc/sudoers: parsed OK\n')
      return 0
    }
    return call.run([call.environment.get('EDITOR') ?? '/usr/bin/editor', '/etc/sudoers'])
  },
}
