import type { MachineRequest } from '../host.ts'
import type { Account } from './accounts.ts'

/** Of root and of others: Debian's ENV_SUPATH and ENV_PATH (/etc/login.defs), which its sshd has built in. */
const paths = {
  root: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  others: '/usr/local/bin:/usr/bin:/bin:/usr/games',
}

/** What Debian 12's sshd, with PAM, gives a session: measured, in the order that it sets them. */
export function loginEnvironment(
  request: MachineRequest,
  account: Account,
  /** `address`: what the machine's interface has, which is where they came to. */
  {
    tty,
    session,
    address,
  }: { readonly tty: string | undefined; readonly session: number; readonly address: string },
): Map<string, string> {
  const { peer, own, terminal, service } = request
  // Machines have no IPv6 address of their own but that of the link: who came by IPv6 sees where they came to.
  const reached = /^(?!::ffff:|::1$).*:/i.test(own.address) ? own.address : address
  const environment = new Map<string, string>([
    ['USER', account.name],
    ['LOGNAME', account.name],
    ['HOME', account.home],
    ['PATH', account.uid === 0 ? paths.root : paths.others],
    ['SHELL', account.shell],
  ])
  const set = (name: string, value: string) => environment.set(name, value)
  if (service === 'telnet') {
    // login(1) of BusyBox and of Debian.
    if (terminal) set('TERM', terminal.type)
    return environment
  }
  if (request.persona === 'debian-12') {
    set('LANG', 'C.UTF-8')
    set('XDG_SESSION_ID', String(session))
    set('XDG_RUNTIME_DIR', `/run/user/${account.uid}`)
    set('DBUS_SESSION_BUS_ADDRESS', `unix:path=/run/user/${account.uid}/bus`)
    set('XDG_SESSION_TYPE', 'tty')
    set('XDG_SESSION_CLASS', 'user')
    set('MOTD_SHOWN', 'pam')
  }
  for (const [name, value] of request.environment) set(name, value)
  set('SSH_CLIENT', `${peer.address} ${peer.port} ${own.port}`)
  set('SSH_CONNECTION', `${peer.address} ${peer.port} ${reached} ${own.port}`)
  if (tty !== undefined) set('SSH_TTY', `/dev/${tty}`)
  if (terminal) set('TERM', terminal.type)
  return environment
}
