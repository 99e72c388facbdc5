import { accountOf } from '../../files/accounts.ts'
import type { Program } from '../../program.ts'
import { usage } from './documented.ts'
import { mayKill, notPermitted } from './kill.ts'
import { matchesProgram } from './pidof.ts'
import { signalNumber, signals } from './signals.ts'

export const killall: Program = {
  names: ['killall'],
  async run(call) {
    let signal = 15
    let quiet = false
    let exact = false
    let user: number | undefined
    const names: string[] = []
    const args = call.args
    for (let at = 0; at < args.length; at++) {
      const arg = args[at]!
      if (arg === '-V' || arg === '--version') {
        await call.stderr.write(
          'killall (PSmisc) 23.6\nCopyright (C) 1993-2022 Werner Almesberger and Craig Small\n',
        )
        return 0
      }
      if (arg === '-l' || arg === '--list') {
        await call.stdout.write(`${Object.values(signals).join(' ')}\n`)
        return 0
      }
      if (arg === '-s' || arg === '--signal' || arg === '-u' || arg === '--user') {
        const value = args[++at] ?? ''
        if (arg.endsWith('s') || arg === '--signal') {
          const number = signalNumber(value)
          if (number === undefined) {
            await call.stderr.write(`${value}: unknown signal; killall -l lists signals.\n`)
            return 1
          }
          signal = number
        } else {
          user = accountOf(call.files, value)?.uid
          if (user === undefined) {
            await call.stderr.write(`Cannot find user ${value}\n`)
            return 1
          }
        }
      } else if (arg === '-q' || arg === '--quiet') quiet = true
      else if (arg === '-e' || arg === '--exact') exact = true
      else if (/^-[a-zA-Z]$/.test(arg) && 'givwrIZnyo'.includes(arg[1]!)) continue
      else if (arg.startsWith('-') && arg.length > 1) {
        const number = signalNumber(arg.slice(1))
        if (number === undefined) {
          if (arg.startsWith('--')) return usage(call)
          await call.stderr.write(`${arg.slice(1)}: unknown signal; killall -l lists signals.\n`)
          return 1
        }
        signal = number
      } else names.push(arg)
    }
    if (names.length === 0 && user === undefined) return usage(call)
    let status = 0
    const all = call.machine.processes
      .list()
      .filter((one) => one.pid !== call.process.pid && (user === undefined || one.credentials.uid === user))
    for (const name of names.length === 0 ? [''] : names.slice(0, 200)) {
      const targets = all.filter(
        (one) =>
          name === '' ||
          (one.argv.length > 0 && (one.name === name.slice(0, 15) || (exact && matchesProgram(one, name)))),
      )
      if (targets.length === 0) {
        if (!quiet) await call.stderr.write(`${name}: no process found\n`)
        status = 1
      }
      for (const target of targets) {
        if (mayKill(call, target)) {
          if (signal !== 0) target.kill(signal)
        } else {
          await call.stderr.write(`${target.name}(${target.pid}): ${notPermitted}\n`)
          if (!quiet) status = 1
        }
      }
      if (targets.length > 0 && targets.every((one) => !mayKill(call, one)) && !quiet) {
        await call.stderr.write(`${name}: no process found\n`)
      }
    }
    return status
  },
}
