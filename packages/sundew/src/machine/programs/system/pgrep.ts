import { accountOf } from '../../files/accounts.ts'
import type { Process } from '../../machine.ts'
import type { Call, Program } from '../../program.ts'
import { complain, documented } from './documented.ts'
import { mayKill, notPermitted } from './kill.ts'
import { PatternError, pattern } from './pattern.ts'
import { signalNumber } from './signals.ts'

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

export const pgrep = documented(
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

const signalled: Program = documented(
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
