import type { Program } from '../../program.ts'
import { stamp } from './stamp.ts'

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
