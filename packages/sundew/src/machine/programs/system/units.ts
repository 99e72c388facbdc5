import type { Machine, Process } from '../../machine.ts'
import type { Call } from '../../program.ts'

export interface Unit {
  readonly name: string
  readonly description: string
  /** What /proc/PID/comm has. */
  readonly process: string
  /** A file that has to be there. */
  readonly file: string
  readonly docs: string
  readonly argv: readonly string[]
}

const unit = (
  name: string,
  description: string,
  process: string,
  file: string,
  docs: string,
  argv: readonly string[] = [file],
): Unit => ({ name, description, process, file, docs, argv })

export const units: readonly Unit[] = [
  unit(
    'ssh',
    'OpenBSD Secure Shell server',
    'sshd',
    '/usr/sbin/sshd',
    'man:sshd(8)\n             man:sshd_config(5)',
    ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'],
  ),
  unit('cron', 'Regular background program processing daemon', 'cron', '/usr/sbin/cron', 'man:cron(8)', [
    '/usr/sbin/cron',
    '-f',
  ]),
  unit('dbus', 'D-Bus System Message Bus', 'dbus-daemon', '/usr/bin/dbus-daemon', 'man:dbus-daemon(1)', [
    '/usr/bin/dbus-daemon',
    '--system',
    '--address=systemd:',
    '--nofork',
    '--nopidfile',
    '--systemd-activation',
    '--syslog-only',
  ]),
  unit('rsyslog', 'System Logging Service', 'rsyslogd', '/usr/sbin/rsyslogd', 'man:rsyslogd(8)', [
    '/usr/sbin/rsyslogd',
    '-n',
    '-iNONE',
  ]),
  unit(
    'nginx',
    'A high performance web server and a reverse proxy server',
    'nginx',
    '/usr/sbin/nginx',
    'man:nginx(8)',
    ['nginx: master process /usr/sbin/nginx -g daemon on; master_process on;'],
  ),
  unit(
    'apache2',
    'The Apache HTTP Server',
    'apache2',
    '/usr/sbin/apache2',
    'https://httpd.apache.org/docs/2.4/',
    ['/usr/sbin/apache2', '-k', 'start'],
  ),
  unit('mariadb', 'MariaDB 10.11.11 database server', 'mariadbd', '/usr/sbin/mariadbd', 'man:mariadbd(8)'),
  unit(
    'systemd-journald',
    'Journal Service',
    'systemd-journal',
    '/usr/lib/systemd/systemd-journald',
    'man:systemd-journald.service(8)',
    ['/lib/systemd/systemd-journald'],
  ),
  unit(
    'systemd-logind',
    'User Login Management',
    'systemd-logind',
    '/usr/lib/systemd/systemd-logind',
    'man:systemd-logind.service(8)',
    ['/lib/systemd/systemd-logind'],
  ),
  unit(
    'systemd-timesyncd',
    'Network Time Synchronization',
    'systemd-timesyn',
    '/usr/lib/systemd/systemd-timesyncd',
    'man:systemd-timesyncd.service(8)',
    ['/lib/systemd/systemd-timesyncd'],
  ),
  unit(
    'systemd-udevd',
    'Rule-based Manager for Device Events and Files',
    'systemd-udevd',
    '/usr/bin/udevadm',
    'man:systemd-udevd.service(8)',
    ['/lib/systemd/systemd-udevd'],
  ),
  unit(
    'unattended-upgrades',
    'Unattended Upgrades Shutdown',
    'unattended-upgr',
    '/usr/share/unattended-upgrades/unattended-upgrade-shutdown',
    'man:unattended-upgrade(8)',
  ),
]

const aliases: Readonly<Record<string, string>> = {
  sshd: 'ssh',
  syslog: 'rsyslog',
  httpd: 'apache2',
  mysql: 'mariadb',
  mysqld: 'mariadb',
}

/** Units that are no longer enabled, or enabled anew. */
const switched = new WeakMap<Machine, Map<string, string>>()

export function switchedOf(machine: Machine): Map<string, string> {
  let of = switched.get(machine)
  if (of === undefined) switched.set(machine, (of = new Map()))
  return of
}

/** Units that were made by the intruder are found by their file. */
export function find(call: Call, asked: string): Unit | undefined {
  const name = asked.replace(/\.service$/, '')
  const known = units.find((one) => one.name === (aliases[name] ?? name))
  if (known !== undefined)
    return running(call, known) !== undefined || call.files.exists(known.file) ? known : undefined
  if (!/^[\w@.-]{1,100}$/.test(name)) return undefined
  const path = ['/etc/systemd/system', '/lib/systemd/system', '/usr/lib/systemd/system']
    .map((folder) => `${folder}/${name}.service`)
    .find((one) => call.files.exists(one))
  if (path === undefined) return undefined
  let text = ''
  try {
    text = Buffer.from(call.files.read(path)).toString('latin1')
  } catch {
    // Not readable: shown by its name.
  }
  const line = /^ExecStart=[-@!+:]*(.*)$/m.exec(text)?.[1]?.trim() ?? ''
  const argv = line.split(/\s+/).filter(Boolean).slice(0, 64)
  return unit(
    name,
    /^Description=(.*)$/m.exec(text)?.[1]?.trim() ?? name,
    (argv[0] ?? name).split('/').at(-1)!.slice(0, 15),
    argv[0] ?? '',
    path,
    argv,
  )
}

export function running(call: Call, one: Unit): Process | undefined {
  return call.machine.processes.list().find((process) => process.name === one.process && process.parent === 1)
}

export const service = (name: string): string => (/\.\w+$/.test(name) ? name : `${name}.service`)
