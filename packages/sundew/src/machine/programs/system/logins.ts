import type { Machine } from '../../machine.ts'
import { complain, documented, misused, quoted } from './documented.ts'
import { clock, clockWithSeconds, days, isoDate, monthOf, two } from './times.ts'

/** ` 13:36:38 up 12 days,  4:24,  1 user,  load average: 0.05, 0.04, 0.01` */
export function uptimeLine(machine: Machine): string {
  const { uptimeSeconds, loadAverages } = machine.measure()
  const users = machine.loggedIn.length
  const whole = Math.floor(uptimeSeconds)
  const dayCount = Math.floor(whole / 86_400)
  const hours = Math.floor(whole / 3600) % 24
  const minutes = Math.floor(whole / 60) % 60
  const since =
    (dayCount > 0 ? `${dayCount} ${dayCount > 1 ? 'days' : 'day'}, ` : '') +
    (hours > 0 ? `${String(hours).padStart(2)}:${two(minutes)}` : `${minutes} min`)
  return ` ${clockWithSeconds(machine.now())} up ${since}, ${String(users).padStart(2)} ${users > 1 ? 'users' : 'user'},  load average: ${loadAverages.map((load) => load.toFixed(2)).join(', ')}`
}

export const uptime = documented('uptime', async (call, given) => {
  const { machine } = call
  if (machine.persona.shell === 'ash') {
    const line = uptimeLine(machine).replace(/\s+\d+ users?,/, '')
    await call.stdout.write(`${line}\n`)
    return 0
  }
  if (given.operands.length > 0) return misused(call, '')
  if (given.has('since')) {
    await call.stdout.write(`${isoDate(machine.bootMs)} ${clockWithSeconds(machine.bootMs)}\n`)
  } else if (given.has('pretty')) {
    const whole = Math.floor(machine.measure().uptimeSeconds / 60)
    const parts = [
      [Math.floor(whole / 525_600), 'year'],
      [Math.floor(whole / 10_080) % 52, 'week'],
      [Math.floor(whole / 1440) % 7, 'day'],
      [Math.floor(whole / 60) % 24, 'hour'],
      [whole % 60, 'minute'],
    ] as const
    const shown = parts
      .filter(([count]) => count > 0)
      .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    await call.stdout.write(`up ${shown.length === 0 ? '0 minutes' : shown.join(', ')}\n`)
  } else await call.stdout.write(`${uptimeLine(machine)}\n`)
  return 0
})

export const w = documented('w', async (call, given) => {
  const { machine } = call
  const short = given.has('short')
  const from = !given.has('from')
  const user = given.operands[0]
  if (!given.has('no-header')) {
    await call.stdout.write(
      `${uptimeLine(machine)}\nUSER     TTY      ${from ? 'FROM             ' : ''}${short ? '  IDLE WHAT' : ' LOGIN@   IDLE   JCPU   PCPU WHAT'}\n`.replace(
        '  LOGIN@',
        ' LOGIN@',
      ),
    )
  }
  const width = call.stdout.terminal?.columns ?? 512
  for (const login of machine.loggedIn) {
    if (user !== undefined && login.user !== user) continue
    const onTty = machine.processes.list().filter((one) => one.tty === login.tty)
    const front = onTty.toSorted((a, b) => b.startedMs - a.startedMs || b.pid - a.pid)[0]
    const what = front?.argv.join(' ') ?? '-'
    const all = onTty.reduce((sum, one) => sum + one.cpuMs, 20)
    const idle = machine.now() - login.activeMs
    const line =
      `${login.user.slice(0, 8).padEnd(8)} ${login.tty.slice(0, 8).padEnd(8)} ` +
      (from ? `${(login.from || '-').slice(0, 16).padEnd(16)} ` : '') +
      (short ? '' : `${loginTime(login.sinceMs, machine.now())} `) +
      idleTime(idle) +
      (short ? '' : ` ${cpuTime(all)} ${cpuTime(front?.cpuMs ?? 0)}`) +
      ` ${what}`
    await call.stdout.write(`${line.slice(0, width)}\n`)
  }
  return 0
})

function loginTime(ms: number, now: number): string {
  const date = new Date(ms)
  if (now - ms > 12 * 3_600_000 && isoDate(ms) !== isoDate(now)) {
    return now - ms > 6 * 86_400_000
      ? `${two(date.getUTCDate())}${monthOf(ms)}${String(date.getUTCFullYear()).slice(2)}`
      : `${days[date.getUTCDay()]!.slice(0, 3)}${two(date.getUTCHours())}  `
  }
  return `${clock(ms)}  `
}

function idleTime(ms: number): string {
  const seconds = ms / 1000
  if (seconds >= 172_800) return `${Math.floor(seconds / 86_400)}days`.padStart(6)
  if (seconds >= 3600)
    return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}m`
  if (seconds > 60) return `${String(Math.floor(seconds / 60)).padStart(2)}:${two(Math.floor(seconds) % 60)} `
  return `${Math.max(0, seconds).toFixed(2).padStart(5)}s`
}

function cpuTime(ms: number): string {
  const seconds = ms / 1000
  if (seconds > 60)
    return `${String(Math.floor(seconds / 60)).padStart(3)}:${two(Math.floor(seconds) % 60)} `.slice(-6)
  return `${seconds.toFixed(2).padStart(5)}s`
}

export const who = documented('who', async (call, given) => {
  const { machine } = call
  const line = (user: string, tty: string, ms: number, more: string, mark = ''): string =>
    `${user.padEnd(8)} ${mark}${tty.padEnd(12)} ${isoDate(ms)} ${clock(ms)}${more}\n`
  let logins = [...machine.loggedIn]
  if (given.operands.length === 1) {
    await complain(call, `cannot open ${quoted(call, given.operands[0]!)}`.replace('cannot open ', ''))
    return 1
  }
  if (given.operands.length > 2) return misused(call, `extra operand ${quoted(call, given.operands[2]!)}`)
  if (given.operands.length === 2 || given.has('m'))
    logins = logins.filter((one) => one.tty === call.process.tty)
  if (given.has('count')) {
    await call.stdout.write(`${logins.map((one) => one.user).join(' ')}\n# users=${logins.length}\n`)
    return 0
  }
  const all = given.has('all')
  const mesg = all || given.has('mesg') || given.has('users') || given.has('message') || given.has('writable')
  if (given.has('heading')) await call.stdout.write('NAME     LINE         TIME             COMMENT\n')
  if (all || given.has('boot'))
    await call.stdout.write(
      line('        ', 'system boot', machine.bootMs, '', mesg ? '  ' : '').replace(
        /^\s{8} {3}/,
        '           ',
      ),
    )
  if (all || given.has('runlevel')) {
    await call.stdout.write(
      `${''.padEnd(8)} ${mesg ? '  ' : ''}${'run-level 5'.padEnd(12)} ${isoDate(machine.bootMs + 9000)} ${clock(machine.bootMs + 9000)}\n`,
    )
  }
  if (all || given.has('login'))
    await call.stdout.write(
      line(
        'LOGIN',
        'tty1',
        machine.bootMs + 9000,
        `${String(machine.processes.list().find((one) => one.name === 'agetty')?.pid ?? 512).padStart(16)} id=tty1`,
        mesg ? '  ' : '',
      ),
    )
  if ((given.has('boot') || given.has('runlevel') || given.has('login')) && !all && !given.has('users'))
    return 0
  for (const one of logins) {
    const idle = machine.now() - one.activeMs
    const since =
      idle < 60_000
        ? '  .  '
        : idle > 86_400_000
          ? ' old '
          : `${two(Math.floor(idle / 3_600_000))}:${two(Math.floor(idle / 60_000) % 60)}`
    const more =
      (all || given.has('users') ? ` ${since} ${String(one.pid).padStart(11)}` : '') +
      (one.from === '' ? '' : ` (${one.from})`)
    await call.stdout.write(line(one.user, one.tty, one.sinceMs, more, mesg ? '+ ' : ''))
  }
  return 0
})

export const users = documented('users', async (call, given) => {
  if (given.operands.length > 1) return misused(call, `extra operand ${quoted(call, given.operands[1]!)}`)
  const names = call.machine.loggedIn.map((one) => one.user).toSorted()
  if (names.length > 0) await call.stdout.write(`${names.join(' ')}\n`)
  return 0
})
