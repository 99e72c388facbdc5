import type { Process } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { accountOf } from './accounts.ts'
import { pattern, PatternError } from './pattern.ts'
import { signalNumber, signals } from './signals.ts'
import { isApplet } from '../common/applet.ts'
import { complain, tool, usage } from './tool.ts'

/** Whether the caller may send signals to it. */
function mayKill(call: Call, process: Process): boolean {
  const { uid } = call.files.credentials
  return uid === 0 || process.credentials.uid === uid
}

const notPermitted = 'Operation not permitted'
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

/** `pgrep`'s choice; undefined where something was wrong with the pattern. */
async function chosen(
  call: Call,
  given: { has(name: string): boolean; value(name: string): string | undefined; operands: readonly string[] },
): Promise<Process[] | undefined> {
  const numbers = (name: string): Set<string> | undefined => {
    const value = given.value(name)
    return value === undefined ? undefined : new Set(value.split(',').slice(0, 200))
  }
  const uids = (name: string): Set<number> | undefined => {
    const names = numbers(name)
    if (names === undefined) return undefined
    return new Set(
      [...names].map((one) => (/^\d+$/.test(one) ? Number(one) : (accountOf(call.files, one)?.uid ?? -1))),
    )
  }
  for (const name of ['euid', 'uid']) {
    const unknown = [...(numbers(name) ?? [])].find(
      (one) => !/^\d+$/.test(one) && accountOf(call.files, one) === undefined,
    )
    if (unknown !== undefined) {
      await complain(call, `invalid user name: ${unknown}`)
      return undefined
    }
  }
  const users = uids('euid') ?? uids('uid')
  const parents = numbers('parent')
  const terminals = numbers('terminal')
  const sessions = numbers('session')
  const groups = numbers('pgroup')
  let matches: (text: string) => boolean = () => true
  const text = given.operands[0]
  if (text !== undefined) {
    try {
      const compiled = pattern(text, given.has('ignore-case'))
      matches = given.has('exact') ? compiled.whole : compiled.within
    } catch (error) {
      if (!(error instanceof PatternError)) throw error
      await complain(call, `regex error: ${error.message}`)
      return undefined
    }
  }
  let found: Process[] = []
  for (const one of call.machine.processes.list()) {
    if (one.pid === call.process.pid) continue
    if (users !== undefined && !users.has(one.credentials.uid)) continue
    if (parents !== undefined && !parents.has(String(one.parent))) continue
    if (sessions !== undefined && !sessions.has(String(one.session))) continue
    if (groups !== undefined && !groups.has(String(one.group))) continue
    if (terminals !== undefined && !terminals.has(one.tty ?? '-')) continue
    const seen = given.has('full') ? (one.argv.length === 0 ? one.name : one.argv.join(' ')) : one.name
    if (matches(seen) === given.has('inverse')) continue
    found.push(one)
    await call.spend()
  }
  if (given.has('newest'))
    found = found.toSorted((a, b) => b.startedMs - a.startedMs || b.pid - a.pid).slice(0, 1)
  if (given.has('oldest'))
    found = found.toSorted((a, b) => a.startedMs - b.startedMs || a.pid - b.pid).slice(0, 1)
  return found
}

const choices = [
  'pgroup',
  'group',
  'newest',
  'oldest',
  'older',
  'parent',
  'session',
  'terminal',
  'euid',
  'uid',
  'pidfile',
  'runstates',
]

export const pgrep = tool(
  'pgrep',
  async (call, given) => {
    if (given.operands.length === 0 && !choices.some((name) => given.has(name)))
      return bare(call, 'no matching criteria specified')
    if (given.operands.length > 1) return bare(call, 'only one pattern can be provided')
    const found = await chosen(call, given)
    if (found === undefined) return 2
    if (given.has('count')) await call.stdout.write(`${found.length}\n`)
    else if (found.length > 0) {
      const lines = found.map((one) =>
        given.has('list-full')
          ? `${one.pid} ${one.argv.length === 0 ? one.name : one.argv.join(' ')}`
          : given.has('list-name')
            ? `${one.pid} ${one.name}`
            : String(one.pid),
      )
      await call.stdout.write(`${lines.join(given.value('delimiter') ?? '\n')}\n`)
    }
    return found.length === 0 ? 1 : 0
  },
  { failure: 2 },
)

async function bare(call: Call, message: string): Promise<number> {
  await call.stderr.write(`${call.name}: ${message}\nTry \`${call.name} --help' for more information.\n`)
  return 2
}

const signalled: Program = tool(
  'pkill',
  async (call, given) => {
    const signal = signalNumber(signalGiven(call) ?? 'TERM')!
    if (given.operands.length === 0 && !choices.some((name) => given.has(name)))
      return bare(call, 'no matching criteria specified')
    if (given.operands.length > 1) return bare(call, 'only one pattern can be provided')
    const found = await chosen(call, given)
    if (found === undefined) return 2
    let status = found.length === 0 ? 1 : 0
    for (const one of found) {
      if (!mayKill(call, one)) {
        await complain(call, `killing pid ${one.pid} failed: ${notPermitted}`)
        status = 1
        continue
      }
      if (signal !== 0) one.kill(signal)
      if (given.has('echo')) await call.stdout.write(`${one.name} killed (pid ${one.pid})\n`)
    }
    if (given.has('count')) await call.stdout.write(`${found.length}\n`)
    return status
  },
  {
    failure: 2,
    before: (args) => args.filter((arg, at) => !isSignal(arg) && !(at > 0 && args[at - 1] === '--signal')),
  },
)

export const pkill: Program = signalled

function isSignal(arg: string): boolean {
  if (arg === '--signal' || arg.startsWith('--signal=')) return true
  return /^-(?:\d+|(?:SIG)?[A-Z]{3,}\d?)$/.test(arg) && signalNumber(arg.slice(1)) !== undefined
}

function signalGiven(call: Call): string | undefined {
  const at = call.args.indexOf('--signal')
  if (at >= 0) return call.args[at + 1]
  const given = call.args.find(isSignal)
  return given?.replace(/^-?-?(?:signal=)?/, '')
}

export const pidof: Program = {
  names: ['pidof'],
  async run(call) {
    const names = call.args.filter((arg) => !arg.startsWith('-'))
    const single = call.args.includes('-s')
    const found = call.machine.processes
      .list()
      .filter(
        (one) =>
          one.argv.length > 0 &&
          one.pid !== call.process.pid &&
          names.some((name) => matchesProgram(one, name)),
      )
      .map((one) => one.pid)
      .toReversed()
    if (found.length === 0) return 1
    if (!call.args.includes('-q'))
      await call.stdout.write(`${(single ? found.slice(0, 1) : found).join(' ')}\n`)
    return 0
  },
}

function matchesProgram(process: Process, name: string): boolean {
  const base = name.slice(name.lastIndexOf('/') + 1)
  const argv0 = process.argv[0]?.replace(/^-/, '').replace(/:$/, '') ?? ''
  if (name.includes('/')) return process.executable === name || argv0 === name
  return process.name === base.slice(0, 15) || argv0.slice(argv0.lastIndexOf('/') + 1) === base
}

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
          'killall (PSmisc) 23.6\nCopyright (C) 1993-2022 Werner Almesberger and Craig Small\n\nPSmisc comes with ABSOLUTELY NO WARRANTY.\nThis is free software, and you are welcome to redistribute it under\nthe terms of the GNU General Public License.\nFor more information about these matters, see the files named COPYING.\n',
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
