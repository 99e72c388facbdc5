import type { MachineRequest } from '../host.ts'
import type { NewProcess, Process, ProcessTable } from '../machine.ts'

/** The process that has the connection: a child of the daemon's, which `own` is to be removed with the session, or the daemon itself. */
export function serverOf(
  { service, persona, user, peer }: MachineRequest,
  tty: string | undefined,
  table: ProcessTable,
): { readonly process: Process | undefined; readonly own: boolean } {
  const daemon = (...names: string[]): Process | undefined =>
    table.list().find(({ name, parent }) => parent === 1 && names.includes(name))
  const child = (by: Process | undefined, argv: readonly string[], executable: string) => ({
    process: table.add({ ...root, parent: by?.pid ?? 1, argv, executable }),
    own: true,
  })
  if (service === 'telnet') {
    if (persona === 'debian-12')
      return child(daemon('inetutils-inetd'), ['/bin/login', '-p', '-h', peer.address], '/bin/login')
    // BusyBox's telnetd forks what logs in, and that becomes the shell.
    return { process: daemon('telnetd'), own: false }
  }
  if (persona !== 'debian-12') {
    const dropbear = daemon('dropbear')
    if (dropbear) return child(dropbear, dropbear.argv, dropbear.executable)
  }
  return child(daemon('sshd'), [`sshd: ${user}@${tty ?? 'notty'}`], '/usr/sbin/sshd')
}

const root: Omit<NewProcess, 'parent' | 'argv' | 'executable'> = {
  credentials: { uid: 0, gid: 0, groups: [0] },
  directory: '/',
  environment: new Map(),
  leadsGroup: true,
  leadsSession: true,
}
