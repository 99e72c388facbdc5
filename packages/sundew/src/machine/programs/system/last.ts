import { accounts } from '../../files/accounts.ts'
import { readLastLogin } from '../../files/last-logins.ts'
import { documented } from './documented.ts'
import { clock, ctime, two } from './times.ts'

export const last = documented(
  'last',
  async (call, given) => {
    const { machine } = call
    const limit = Number(
      given.value('limit') ??
        (given.options
          .map((one) => one.name)
          .filter((name) => /^\d$/.test(name))
          .join('') ||
          '1000'),
    )
    if (call.name === 'lastb') {
      if (call.files.credentials.uid !== 0) {
        await call.stderr.write('lastb: cannot open /var/log/btmp: Permission denied\n')
        return 1
      }
      await call.stdout.write(`\nbtmp begins ${ctime(machine.bootMs + 21_600_000)}\n`)
      return 0
    }
    const wanted = given.operands
    const full = given.has('fulltimes')
    const stamp = (ms: number): string => (full ? ctime(ms) : ctime(ms).slice(0, 16))
    const lines: string[] = []
    const add = (user: string, tty: string, from: string, sinceMs: number, end: string): void => {
      if (
        wanted.length > 0 &&
        !wanted.includes(user) &&
        !wanted.includes(tty) &&
        !wanted.includes(`tty${tty}`)
      )
        return
      const host = given.has('nohostname') || given.has('hostlast') ? '' : `${from.slice(0, 16).padEnd(16)} `
      lines.push(
        `${user.slice(0, 8).padEnd(8)} ${tty.padEnd(12)} ${host}${stamp(sinceMs)} ${end}${given.has('hostlast') ? `     ${from}` : ''}`,
      )
    }
    for (const one of machine.logins.toReversed()) {
      const end =
        one.untilMs === undefined
          ? `  still logged in`
          : `- ${full ? ctime(one.untilMs) : clock(one.untilMs)}  (${two(Math.floor((one.untilMs - one.sinceMs) / 3_600_000))}:${two(Math.floor((one.untilMs - one.sinceMs) / 60_000) % 60)})`
      add(one.user, one.tty, one.from, one.sinceMs, end)
    }
    add('reboot', 'system boot', machine.persona.kernel.release, machine.bootMs, '  still running')
    await call.stdout.write(
      lines
        .slice(0, Number.isFinite(limit) && limit > 0 ? limit : 1000)
        .map((line) => `${line}\n`)
        .join(''),
    )
    await call.stdout.write(
      `\nwtmp begins ${ctime(Math.min(machine.bootMs, machine.logins[0]?.sinceMs ?? machine.bootMs))}\n`,
    )
    return 0
  },
  { names: ['last', 'lastb'] },
)

export const lastlog = documented('lastlog', async (call, given) => {
  const one = given.value('user')
  const shown = accounts(call.files).filter((account) => one === undefined || account.name === one)
  if (one !== undefined && shown.length === 0) {
    await call.stderr.write(`lastlog: Unknown user or range: ${one}\n`)
    return 1
  }
  await call.stdout.write('Username         Port     From                                       Latest\n')
  for (const account of shown) {
    const found = readLastLogin(call.machine.files, account.uid)
    if (found === undefined)
      await call.stdout.write(
        `${account.name.padEnd(16)} ${''.padEnd(8)} ${''.padEnd(42)} **Never logged in**\n`,
      )
    else {
      const stamp = ctime(found.ms)
      await call.stdout.write(
        `${account.name.padEnd(16)} ${found.tty.padEnd(8)} ${found.host.padEnd(41)} ${stamp.slice(0, 19)} +0000 ${stamp.slice(20)}\n`,
      )
    }
  }
  return 0
})
