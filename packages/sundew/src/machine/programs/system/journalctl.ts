import type { Program } from '../../program.ts'
import { kernelLog } from './kernel-log.ts'
import { ctime } from './times.ts'

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
