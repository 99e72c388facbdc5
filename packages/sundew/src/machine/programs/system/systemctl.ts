import type { Call, Program } from '../../program.ts'
import { bytes } from './documented.ts'
import { statusOf, whole } from './unit-status.ts'
import { type Unit, find, running, service, switchedOf, units } from './units.ts'

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
