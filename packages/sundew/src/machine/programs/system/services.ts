import type { Machine, Process } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { uuidOf } from '../../kernel/proc/uuid.ts'
import { ctime, clockWithSeconds, isoDate, days } from './times.ts'
import { kernelLog } from './kernel-log.ts'
import { isApplet } from '../common/applet.ts'
import { bytes, complain, usage } from './tool.ts'

interface Unit {
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

const units: readonly Unit[] = [
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
function switchedOf(machine: Machine): Map<string, string> {
  let of = switched.get(machine)
  if (of === undefined) switched.set(machine, (of = new Map()))
  return of
}

/** Units that were made by the intruder are found by their file. */
function find(call: Call, asked: string): Unit | undefined {
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

function running(call: Call, one: Unit): Process | undefined {
  return call.machine.processes.list().find((process) => process.name === one.process && process.parent === 1)
}

export const systemctl: Program = {
  names: ['systemctl'],
  async run(call) {
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    const quiet = call.args.some((arg) => arg === '-q' || arg === '--quiet')
    const wrong = call.args.find(
      (arg) =>
        arg.startsWith('--') &&
        !/^--(?:now|no-pager|all|full|quiet|type|state|user|system|failed|no-block|force|plain|no-legend|version|help|lines|runtime|reverse|after|before|no-ask-password|value|property|output|recursive|wait)(?:=|$)/.test(
          arg,
        ),
    )
    if (call.args.includes('--version')) {
      await call.stdout.write(
        'systemd 252 (252.38-1~deb12u1)\n+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN +IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE +TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified\n',
      )
      return 0
    }
    if (wrong !== undefined) {
      await call.stderr.write(`systemctl: unrecognized option '${wrong}'\n`)
      return 1
    }
    const [verb = 'list-units', ...names] = words
    const root = call.files.credentials.uid === 0
    const off = switchedOf(call.machine)
    switch (verb) {
      case 'list-units': {
        const shown = units.filter((one) => running(call, one) !== undefined)
        const width = Math.max(...shown.map((one) => one.name.length + 8), 4)
        await call.stdout.write(
          `  ${'UNIT'.padEnd(width)} LOAD   ACTIVE SUB     DESCRIPTION\n${shown
            .toSorted((a, b) => (a.name < b.name ? -1 : 1))
            .map(
              (one) => `  ${`${one.name}.service`.padEnd(width)} loaded active running ${one.description}\n`,
            )
            .join('')}\n` +
            'LOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n' +
            `${shown.length} loaded units listed. Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'.\n`,
        )
        return 0
      }
      case 'list-unit-files': {
        const shown = units
          .filter((one) => find(call, one.name) !== undefined)
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        await call.stdout.write(
          `${'UNIT FILE'.padEnd(28)} STATE   PRESET\n${shown.map((one) => `${`${one.name}.service`.padEnd(28)} ${(off.get(one.name) ?? 'enabled').padEnd(7)} enabled\n`).join('')}\n${shown.length} unit files listed.\n`,
        )
        return 0
      }
      case 'list-timers':
      case 'list-sockets':
        await call.stdout.write(`0 ${verb.slice(5)} listed.\n`)
        return 0
      case 'daemon-reload':
      case 'daemon-reexec':
      case 'reset-failed':
      case 'set-default':
        if (!root) return interactive(call, verb)
        return 0
      case 'get-default':
        await call.stdout.write('graphical.target\n')
        return 0
      case 'is-system-running':
        await call.stdout.write('running\n')
        return 0
      case 'reboot':
      case 'poweroff':
      case 'halt':
        return call.run([verb])
      case 'rescue':
      case 'suspend':
      case 'hibernate':
        return root ? 0 : interactive(call, verb)
      case 'status':
        if (names.length === 0) return whole(call)
        return statusOf(call, names)
      case 'is-active':
      case 'is-enabled':
      case 'is-failed': {
        let good = false
        for (const name of names.slice(0, 50)) {
          const one = find(call, name)
          if (verb === 'is-enabled' && one === undefined) {
            await call.stderr.write(
              `Failed to get unit file state for ${service(name)}: No such file or directory\n`,
            )
            continue
          }
          const word =
            verb === 'is-enabled'
              ? (off.get(one!.name) ?? 'enabled')
              : one !== undefined && running(call, one) !== undefined
                ? 'active'
                : 'inactive'
          if (verb === 'is-enabled' ? word !== 'disabled' && word !== 'masked' : word === 'active')
            good = verb !== 'is-failed'
          if (!quiet) await call.stdout.write(`${word}\n`)
        }
        return good ? 0 : verb === 'is-active' ? 3 : 1
      }
      case 'show':
      case 'cat': {
        const one = find(call, names[0] ?? '')
        if (verb === 'cat' && one === undefined) {
          await call.stderr.write(`No files found for ${service(names[0] ?? '')}.\n`)
          return 1
        }
        if (verb === 'cat') {
          const path = [
            `/etc/systemd/system/${one!.name}.service`,
            `/lib/systemd/system/${one!.name}.service`,
          ].find((file) => call.files.exists(file))
          await call.stdout.write(
            path === undefined ? '' : `# ${path}\n${Buffer.from(call.files.read(path)).toString('latin1')}`,
          )
          return 0
        }
        const process = one === undefined ? undefined : running(call, one)
        await call.stdout.write(
          `MainPID=${process?.pid ?? 0}\nId=${service(names[0] ?? '')}\nLoadState=${one === undefined ? 'not-found' : 'loaded'}\nActiveState=${process === undefined ? 'inactive' : 'active'}\nSubState=${process === undefined ? 'dead' : 'running'}\n`,
        )
        return 0
      }
      case 'enable':
      case 'disable':
      case 'mask':
      case 'unmask':
      case 'start':
      case 'stop':
      case 'restart':
      case 'reload':
      case 'reload-or-restart':
      case 'try-restart':
      case 'condrestart':
      case 'kill': {
        if (names.length === 0) {
          await call.stderr.write('Too few arguments.\n')
          return 1
        }
        if (!root) return interactive(call, verb)
        let status = 0
        for (const name of names.slice(0, 50)) {
          const one = find(call, name)
          if (one === undefined) {
            await call.stderr.write(
              verb === 'enable' || verb === 'disable'
                ? `Failed to ${verb} unit: Unit file ${service(name)} does not exist.\n`
                : verb === 'mask'
                  ? `Unit ${service(name)} does not exist, proceeding anyway.\n`
                  : `Failed to ${verb} ${service(name)}: Unit ${service(name)} not ${verb === 'stop' ? 'loaded' : 'found'}.\n`,
            )
            if (verb !== 'mask') status = verb === 'enable' || verb === 'disable' ? 1 : 5
            continue
          }
          await change(call, one, verb, off)
          if (call.args.includes('--now')) await change(call, one, verb === 'enable' ? 'start' : 'stop', off)
        }
        return status
      }
      default:
        await call.stderr.write(`Unknown command verb ${verb}.\n`)
        return 1
    }
  },
}

async function change(call: Call, one: Unit, verb: string, off: Map<string, string>): Promise<void> {
  const { processes } = call.machine
  const main = running(call, one)
  const stop = (): void => {
    if (main === undefined) return
    for (const child of processes.list())
      if (
        child.parent === main.pid &&
        child.name === main.name &&
        child.tty === undefined &&
        child.name !== 'sshd'
      )
        processes.remove(child.pid)
    processes.remove(main.pid)
  }
  const start = (): void => {
    if (one.argv.length === 0) return
    processes.add({
      parent: 1,
      credentials: { uid: 0, gid: 0, groups: [] },
      argv: one.argv,
      executable: one.file,
      directory: '/',
      environment: new Map(),
      leadsSession: true,
    }).name = one.process
  }
  switch (verb) {
    case 'stop':
    case 'kill':
      stop()
      break
    case 'start':
      if (main === undefined) start()
      break
    case 'restart':
    case 'reload-or-restart':
    case 'try-restart':
    case 'condrestart':
      stop()
      start()
      break
    case 'enable':
    case 'disable': {
      const sysv = ['ssh', 'cron', 'apache2', 'nginx', 'unattended-upgrades'].includes(one.name)
      if (sysv)
        await call.stderr.write(
          `Synchronizing state of ${one.name}.service with SysV service script with /lib/systemd/systemd-sysv-install.\nExecuting: /lib/systemd/systemd-sysv-install ${verb} ${one.name}\n`,
        )
      const link = `/etc/systemd/system/multi-user.target.wants/${one.name}.service`
      const own = call.files.exists(`/etc/systemd/system/${one.name}.service`)
      const target = own
        ? `/etc/systemd/system/${one.name}.service`
        : `/lib/systemd/system/${one.name}.service`
      const there = call.files.exists(link)
      if (verb === 'enable' && !there && (own || off.get(one.name) === 'disabled')) {
        if (call.files.exists('/etc/systemd/system/multi-user.target.wants')) call.files.symlink(target, link)
        await call.stderr.write(bytes(call, `Created symlink ${link} → ${target}.\n`.replace('→', '→')))
      }
      if (verb === 'disable' && (there || off.get(one.name) !== 'disabled')) {
        if (there) call.files.unlink(link)
        await call.stderr.write(`Removed "${link}".\n`)
      }
      off.set(one.name, verb === 'enable' ? 'enabled' : 'disabled')
      break
    }
    case 'mask':
      off.set(one.name, 'masked')
      await call.stderr.write(
        bytes(call, `Created symlink /etc/systemd/system/${one.name}.service → /dev/null.\n`),
      )
      break
    case 'unmask':
      off.delete(one.name)
      break
    default:
  }
}

const service = (name: string): string => (/\.\w+$/.test(name) ? name : `${name}.service`)

async function interactive(call: Call, verb: string): Promise<number> {
  const action =
    verb === 'daemon-reload'
      ? 'Failed to reload daemon'
      : `Failed to ${verb} ${service(call.args.filter((arg) => !arg.startsWith('-'))[1] ?? verb)}`
  await call.stderr.write(
    `${action}: Interactive authentication required.\nSee system logs and 'systemctl status ${service(call.args.filter((arg) => !arg.startsWith('-'))[1] ?? verb)}' for details.\n`.replace(
      /\nSee system.*\n$/,
      verb.startsWith('daemon') || verb === 'enable' || verb === 'disable' ? '\n' : '$&',
    ),
  )
  return verb === 'enable' || verb === 'disable' ? 1 : 4
}

/** `3 weeks 2 days ago` as systemd counts. */
function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds >= 30 * 86_400)
    return `${Math.floor(seconds / 2_629_800)} month${seconds >= 2 * 2_629_800 ? 's' : ''} ${Math.floor((seconds % 2_629_800) / 86_400)} days ago`.replace(
      /^0 month /,
      '',
    )
  if (seconds >= 7 * 86_400)
    return `${Math.floor(seconds / 604_800)} week${seconds >= 1_209_600 ? 's' : ''} ${Math.floor((seconds % 604_800) / 86_400)} days ago`
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`
  if (seconds >= 86_400) return `1 day ${Math.floor((seconds % 86_400) / 3600)}h ago`
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}min ago`
  return seconds >= 60 ? `${Math.floor(seconds / 60)}min ${seconds % 60}s ago` : `${seconds}s ago`
}

function stamp(ms: number): string {
  return `${days[new Date(ms).getUTCDay()]!.slice(0, 3)} ${isoDate(ms)} ${clockWithSeconds(ms)} UTC`
}

async function statusOf(call: Call, names: readonly string[]): Promise<number> {
  let status = 0
  for (const [index, name] of names.slice(0, 20).entries()) {
    const one = find(call, name)
    if (one === undefined) {
      await call.stderr.write(`Unit ${service(name)} could not be found.\n`)
      status = 4
      continue
    }
    if (index > 0) await call.stdout.write('\n')
    const main = running(call, one)
    const state = switchedOf(call.machine).get(one.name) ?? 'enabled'
    const { machine } = call
    let text = `${main === undefined ? '○' : '●'} ${one.name}.service - ${one.description}\n     Loaded: loaded (${call.files.exists(`/etc/systemd/system/${one.name}.service`) ? '/etc' : '/lib'}/systemd/system/${one.name}.service; ${state}; preset: enabled)\n`
    if (main === undefined) {
      text += `     Active: inactive (dead)\n       Docs: ${one.docs}\n`
      status ||= 3
    } else {
      const memory = main.residentKb * 0.7
      text +=
        `     Active: active (running) since ${stamp(main.startedMs)}; ${ago(machine.now() - main.startedMs)}\n       Docs: ${one.docs}\n   Main PID: ${main.pid} (${main.name})\n      Tasks: 1 (limit: ${Math.floor(machine.persona.memoryKb / 842)})\n` +
        `     Memory: ${memory >= 1024 ? `${(memory / 1024).toFixed(1)}M` : `${Math.round(memory)}.0K`}\n        CPU: ${main.cpuMs >= 60_000 ? `${Math.floor(main.cpuMs / 60_000)}min ${((main.cpuMs % 60_000) / 1000).toFixed(3)}s` : main.cpuMs >= 1000 ? `${(main.cpuMs / 1000).toFixed(3)}s` : `${main.cpuMs}ms`}\n` +
        `     CGroup: /system.slice/${one.name}.service\n             └─${main.pid} ${main.argv.some((word) => word.includes(' ')) ? `"${main.argv.join(' ')}"` : main.argv.join(' ')}\n\n` +
        `${ctime(main.startedMs).slice(4, 19)} ${machine.hostname.split('.')[0]!} systemd[1]: Started ${one.name}.service - ${one.description}.\n`
    }
    await call.stdout.write(bytes(call, text))
  }
  return status
}

async function whole(call: Call): Promise<number> {
  const { machine } = call
  await call.stdout.write(
    bytes(
      call,
      `● ${machine.hostname.split('.')[0]!}\n    State: running\n    Units: 233 loaded (incl. loaded aliases)\n     Jobs: 0 queued\n   Failed: 0 units\n    Since: ${stamp(machine.bootMs)}; ${ago(machine.now() - machine.bootMs)}\n  systemd: 252.38-1~deb12u1\n   CGroup: /\n`,
    ),
  )
  return 0
}

export const serviceProgram: Program = {
  names: ['service', 'invoke-rc.d'],
  async run(call) {
    const [name, action] = call.args
    if (name === undefined || name === '--help' || name === '-h') {
      await call.stderr.write(
        'Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]\n',
      )
      return name === undefined ? 1 : 0
    }
    if (name === '--status-all') {
      const shown = units.filter(
        (one) => !one.name.startsWith('systemd-') && find(call, one.name) !== undefined,
      )
      await call.stdout.write(
        shown.map((one) => ` [ ${running(call, one) === undefined ? '-' : '+'} ]  ${one.name}\n`).join(''),
      )
      return 0
    }
    if (find(call, name) === undefined) {
      await call.stderr.write(
        action === 'status'
          ? `Unit ${service(name)} could not be found.\n`
          : `Failed to ${action ?? 'start'} ${service(name)}: Unit ${service(name)} not found.\n`,
      )
      return action === 'status' ? 4 : 5
    }
    if (action === undefined) {
      await call.stderr.write(
        `Usage: /etc/init.d/${name} {start|stop|reload|force-reload|restart|try-restart|status}\n`,
      )
      return 1
    }
    return call.run(['systemctl', action === '--full-restart' ? 'restart' : action, name])
  },
}

export const journalctl: Program = {
  names: ['journalctl'],
  async run(call) {
    const { machine } = call
    if (call.args.includes('--version')) return call.run(['systemctl', '--version'])
    const wrong = call.args.find(
      (arg) =>
        arg.startsWith('--') &&
        !/^--(?:no-pager|unit|since|until|lines|follow|boot|reverse|priority|vacuum-\w+|disk-usage|rotate|flush|output|grep|dmesg|quiet|list-boots|user|system|identifier|no-hostname|utc|all|full)(?:=|$)/.test(
          arg,
        ),
    )
    if (wrong !== undefined) {
      await call.stderr.write(`journalctl: unrecognized option '${wrong}'\n`)
      return 1
    }
    if (call.args.includes('--disk-usage')) {
      await call.stdout.write(
        `Archived and active journals take up ${(8 * (2 + Math.floor(machine.chance('journal') * 20))).toFixed(1)}M in the file system.\n`,
      )
      return 0
    }
    if (call.args.some((arg) => arg.startsWith('--vacuum') || arg === '--rotate' || arg === '--flush')) {
      if (call.args.some((arg) => arg.startsWith('--vacuum')))
        await call.stderr.write(
          'Vacuuming done, freed 0B of archived journals from /var/log/journal.\nVacuuming done, freed 0B of archived journals from /run/log/journal.\n',
        )
      return 0
    }
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write(
        "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n-- No entries --\n".replace(
          '-- No entries --\n',
          'No journal files were opened due to insufficient permissions.\n',
        ),
      )
      return 1
    }
    const name = machine.hostname.split('.')[0]!
    const at = (ms: number): string =>
      ctime(ms)
        .slice(4, 19)
        .replace(/^(...) {2}/, '$1 0')
    const lines = kernelLog(machine).map(([seconds, text]) => {
      const systemd = text.startsWith('systemd[1]: ')
      return `${at(machine.bootMs + seconds * 1000)} ${name} ${systemd ? text : `kernel: ${text}`}`
    })
    for (const one of machine.loggedIn) {
      const when = at(one.sinceMs)
      lines.push(
        `${when} ${name} sshd[${one.pid}]: Accepted password for ${one.user} from ${one.from} port ${32_768 + Math.floor(machine.chance(`port ${one.pid}`) * 28_000)} ssh2`,
      )
      lines.push(
        `${when} ${name} sshd[${one.pid}]: pam_unix(sshd:session): session opened for user ${one.user}(uid=${one.user === 'root' ? 0 : 1000}) by (uid=0)`,
      )
    }
    const index = call.args.findIndex((arg) => /^-n|^--lines/.test(arg))
    const count =
      index < 0
        ? call.args.includes('-xe') || call.args.includes('-e')
          ? 1000
          : lines.length
        : Number(/\d+/.exec(call.args[index]!)?.[0] ?? call.args[index + 1] ?? 10)
    const unitAt = call.args.findIndex((arg) => arg === '-u' || arg.startsWith('--unit'))
    const wanted =
      unitAt < 0
        ? undefined
        : (call.args[unitAt]!.split('=')[1] ?? call.args[unitAt + 1] ?? '').replace(/\.service$/, '')
    const daemon = wanted === 'ssh' || wanted === 'sshd' ? 'sshd' : wanted
    const shown = lines
      .filter(
        (line) => daemon === undefined || line.includes(`${daemon}[`) || line.includes(`${daemon}.service`),
      )
      .slice(-Math.max(0, Math.min(count || 0, 5000)))
    await call.stdout.write(
      shown.length === 0 ? '-- No entries --\n' : shown.map((line) => `${line}\n`).join(''),
    )
    return 0
  },
}

export const hostnamectl: Program = {
  names: ['hostnamectl'],
  async run(call) {
    const { machine } = call
    const words = call.args.filter((arg) => !arg.startsWith('-'))
    if (words[0] === 'set-hostname' || (words[0] === 'hostname' && words[1] !== undefined)) {
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write('Could not set static hostname: Interactive authentication required.\n')
        return 1
      }
      if (words[1] === undefined || !/^[A-Za-z0-9.-]{1,64}$/.test(words[1])) {
        await call.stderr.write(
          words[1] === undefined
            ? 'Too few arguments.\n'
            : `Could not set static hostname: Invalid static hostname '${words[1]}'\n`,
        )
        return 1
      }
      machine.hostname = words[1]
      call.files.write('/etc/hostname', Buffer.from(`${words[1]}\n`, 'latin1'))
      return 0
    }
    if (words[0] === 'hostname') {
      await call.stdout.write(`${machine.hostname}\n`)
      return 0
    }
    if (words[0] !== undefined && words[0] !== 'status') {
      await call.stderr.write(`Unknown command verb ${words[0]}.\n`)
      return 1
    }
    await call.stdout.write(
      ` Static hostname: ${machine.hostname}\n       Icon name: computer-vm\n         Chassis: vm ${call.stdout.terminal === undefined ? '' : ''}\n      Machine ID: ${machineId(call)}\n         Boot ID: ${uuidOf(machine.chance, `boot ${machine.bootMs}`).replaceAll('-', '')}\n  Virtualization: kvm\nOperating System: Debian GNU/Linux 12 (bookworm)  \n          Kernel: Linux ${machine.persona.kernel.release}\n    Architecture: x86-64\n Hardware Vendor: QEMU\n  Hardware Model: Standard PC _i440FX + PIIX, 1996_\nFirmware Version: rel-1.16.2-0-gea1b7a073390-prebuilt.qemu.org\n`.replace(
        'vm \n',
        'vm\n',
      ),
    )
    return 0
  },
}

function machineId(call: Call): string {
  try {
    return Buffer.from(call.machine.files.read('/etc/machine-id')).toString('latin1').trim().slice(0, 32)
  } catch {
    return uuidOf(call.machine.chance, 'machine id').replaceAll('-', '')
  }
}

export const timedatectl: Program = {
  names: ['timedatectl', 'localectl', 'loginctl'],
  async run(call) {
    const { machine } = call
    const [verb] = call.args.filter((arg) => !arg.startsWith('-'))
    if (call.name === 'localectl') {
      await call.stdout.write(
        'System Locale: LANG=en_US.UTF-8\n    VC Keymap: (unset)\n   X11 Layout: us\n    X11 Model: pc105\n',
      )
      return 0
    }
    if (call.name === 'loginctl') {
      const sessions = machine.loggedIn.map(
        (one) => `${String((one.pid % 900) + 3).padStart(7)}    0 ${one.user.padEnd(4)}      ${one.tty}`,
      )
      await call.stdout.write(
        `SESSION  UID USER SEAT TTY\n${sessions.map((line) => `${line}\n`).join('')}\n${sessions.length} sessions listed.\n`,
      )
      return 0
    }
    if (verb !== undefined && verb !== 'status') {
      if (verb === 'list-timezones') {
        await call.stdout.write(
          'Africa/Cairo\nAmerica/New_York\nAsia/Shanghai\nAsia/Tokyo\nEurope/Berlin\nEurope/London\nUTC\n',
        )
        return 0
      }
      if (!/^(?:set-|show|timesync)/.test(verb)) {
        await call.stderr.write(`Unknown command verb ${verb}.\n`)
        return 1
      }
      return 0
    }
    const now = machine.now()
    const synchronized = machine.processes.list().some((one) => one.name === 'systemd-timesyn')
    await call.stdout.write(
      `               Local time: ${stamp(now)}\n           Universal time: ${stamp(now)}\n                 RTC time: ${stamp(now).replace(' UTC', '')}\n                Time zone: Etc/UTC (UTC, +0000)\nSystem clock synchronized: ${synchronized ? 'yes' : 'no'}\n              NTP service: ${synchronized ? 'active' : 'n/a'}\n          RTC in local TZ: no\n`,
    )
    return 0
  },
}

/** Goes down as systemd does: those who are in are told, and their sessions end. */
export const power: Program = {
  names: ['reboot', 'poweroff', 'halt', 'shutdown', 'init', 'telinit'],
  async run(call) {
    const { machine, name } = call
    if (call.args.includes('--help')) return usage(call, 0)
    const busybox = isApplet(call)
    const wrong = call.args.find((arg) => arg.startsWith('-') && !/^-[nfd]+$/.test(arg))
    if (busybox && wrong !== undefined) {
      await complain(call, `invalid option -- '${wrong[1] ?? ''}'`)
      return usage(call)
    }
    if (call.files.credentials.uid !== 0) {
      await call.stderr.write(
        busybox
          ? `${name}: Operation not permitted\n`
          : name === 'init' || name === 'telinit'
            ? `${name}: must be superuser.\n`.replace('must be superuser.', 'Must be root.')
            : `Failed to set wall message, ignoring: Interactive authentication required.\nFailed to ${name === 'shutdown' ? 'power off' : name === 'poweroff' ? 'power off' : name} system via logind: Interactive authentication required.\nFailed to open initctl fifo: Permission denied\nFailed to talk to init daemon.\n`,
      )
      return 1
    }
    let signal = name === 'reboot' ? 39 : name === 'halt' ? 37 : 38
    const cancel = call.args.includes('-c')
    if (name === 'shutdown') {
      if (cancel) return 0
      if (call.args.some((arg) => arg === '-r' || arg === '--reboot')) signal = 39
      const when = call.args.find((arg) => !arg.startsWith('-')) ?? '+1'
      if (when !== 'now' && when !== '+0') {
        const minutes = /^\+(\d{1,5})$/.exec(when)?.[1]
        if (minutes === undefined && !/^\d{1,2}:\d\d$/.test(when)) {
          await call.stderr.write(`Failed to parse time specification: ${when}\n`)
          return 1
        }
        const at = minutes === undefined ? machine.now() : machine.now() + Number(minutes) * 60_000
        await call.stderr.write(
          `${signal === 39 ? 'Reboot' : 'Shutdown'} scheduled for ${stamp(at)}, use 'shutdown -c' to cancel.\n`,
        )
        return 0
      }
    }
    if (name === 'init' || name === 'telinit') {
      const level = call.args[0]
      if (level !== '0' && level !== '6') return level === undefined ? 1 : 0
      signal = level === '6' ? 39 : 38
    }
    if (busybox) {
      machine.processes.get(1)?.kill(signal === 39 ? 15 : 12)
      return 0
    }
    const verb = signal === 39 ? 'reboot' : signal === 37 ? 'halt' : 'power off'
    await call.terminal?.write(
      `\nBroadcast message from root@${machine.hostname.split('.')[0]!} on ${call.process.tty ?? 'n/a'} (${stamp(machine.now()).replace(/^(...) (\S+) /, '$1 $2 ')}):\n\nThe system will ${verb} now!\n\n`,
    )
    await call.sleep(300)
    machine.processes.get(1)?.kill(signal)
    return 0
  },
}
