import { isApplet } from '../common/applet.ts'
import type { Process } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { complain, usage } from './documented.ts'
import { signalNumber, signals } from './signals.ts'

/** Whether the caller may send signals to it. */
export function mayKill(call: Call, process: Process): boolean {
  const { uid } = call.files.credentials
  return uid === 0 || process.credentials.uid === uid
}

export const notPermitted = 'Operation not permitted'

const noSuch = 'No such process'

export const kill: Program = {
  names: ['kill'],
  async run(call) {
    const args = [...call.args]
    let signal = 15
    const first = args[0]
    if (first === undefined) return usage(call)
    if (first === '-V' || first === '--version') {
      await call.stdout.write('kill from procps-ng 4.0.2\n')
      return 0
    }
    if (first === '-h' || first === '--help') return usage(call, 0)
    if (first === '-l' || first.startsWith('--list') || first === '-L' || first === '--table') {
      const wanted = first.includes('=') ? first.split('=')[1] : args[1]
      if (wanted !== undefined) {
        const number = signalNumber(wanted)
        const shown =
          number === undefined
            ? undefined
            : /^\d+$/.test(wanted)
              ? signals[number > 128 ? number - 128 : number]
              : String(number)
        if (shown === undefined) {
          await complain(call, `unknown signal name ${wanted}`)
          return 1
        }
        await call.stdout.write(`${shown}\n`)
        return 0
      }
      const names = Object.entries(signals)
      const text =
        first === '-L' || first === '--table'
          ? names
              .map(
                ([number, name], at) =>
                  `${number.padStart(2)} ${at % 7 === 6 ? `${name}\n` : name.padEnd(8)}`,
              )
              .join('')
          : names.map(([, name], at) => `${name}${at % 16 === 15 ? '\n' : ' '}`).join('')
      await call.stdout.write(`${first === '-L' || first === '--table' ? text : text.trimEnd()}\n`)
      return 0
    }
    if (first === '-s' || first === '-n' || first === '--signal') {
      const found = signalNumber(args[1] ?? '')
      if (found === undefined) {
        await complain(call, `unknown signal name ${args[1] ?? ''}`)
        return 1
      }
      signal = found
      args.splice(0, 2)
    } else if (first.startsWith('-') && first !== '--') {
      const found = signalNumber(first.slice(1))
      if (found !== undefined) {
        signal = found
        args.shift()
      } else if (!/^-\d+$/.test(first)) {
        await call.stderr.write(`${call.argv0}: invalid argument ${first[1] ?? '-'}\n`)
        return usage(call)
      }
    }
    if (args[0] === '--') args.shift()
    if (args.length === 0) return usage(call)
    let status = 0
    for (const word of args.slice(0, 1000)) {
      if (!/^-?\d{1,10}$/.test(word)) {
        await complain(
          call,
          isApplet(call) ? `invalid number '${word}'` : `failed to parse argument: '${word}'`,
        )
        status = 1
        continue
      }
      const number = Number(word)
      const targets =
        number > 0
          ? [call.machine.processes.get(number)].filter((one) => one !== undefined)
          : call.machine.processes
              .list()
              .filter((one) =>
                number === -1 ? one.pid > 1 && one.pid !== call.process.pid : one.group === -number,
              )
      const failure =
        targets.length === 0 ? noSuch : targets.every((one) => !mayKill(call, one)) ? notPermitted : undefined
      if (failure !== undefined) {
        await call.stderr.write(
          isApplet(call)
            ? `kill: can't kill pid ${word}: ${failure}\n`
            : `${call.argv0}: (${word}): ${failure}\n`,
        )
        status = 1
        continue
      }
      for (const target of targets) if (mayKill(call, target) && signal !== 0) target.kill(signal)
    }
    return status
  },
}
