import { isApplet } from '../common/applet.ts'
import type { Program } from '../../program.ts'
import { complain, usage } from './documented.ts'
import { stamp } from './stamp.ts'

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
