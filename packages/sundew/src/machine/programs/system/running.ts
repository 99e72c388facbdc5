import { isApplet } from '../common/applet.ts'
import { FileError } from '../../files/file-system.ts'
import type { Call } from '../../program.ts'
import { Killed } from '../../program.ts'
import { signalNumber, signals } from './signals.ts'
import { bytes, complain, misused, quoted, documented } from './documented.ts'

/** 126 and 127 in the words of those that run another program. */
async function started(call: Call, argv: readonly string[], status: number): Promise<number> {
  if (isApplet(call)) {
    const why = status === 127 ? 'No such file or directory' : status === 126 ? 'Permission denied' : ''
    if (why !== '') await complain(call, `can't execute '${argv[0]!}': ${why}`)
    return status
  }
  if (status === 127)
    await complain(
      call,
      `${call.name === 'nohup' || call.name === 'timeout' ? 'failed to run command ' : ''}${quoted(call, argv[0]!)}: No such file or directory`,
    )
  else if (status === 126)
    await complain(
      call,
      `${call.name === 'nohup' || call.name === 'timeout' ? 'failed to run command ' : ''}${quoted(call, argv[0]!)}: Permission denied`,
    )
  return status
}

export const nproc = documented('nproc', async (call, given) => {
  if (given.operands.length > 0) return misused(call, `extra operand ${quoted(call, given.operands[0]!)}`)
  const ignore = given.value('ignore')
  if (ignore !== undefined && !/^\d+$/.test(ignore)) {
    await complain(call, `invalid number: ${quoted(call, ignore)}`)
    return 1
  }
  await call.stdout.write(`${Math.max(1, call.machine.persona.processor.count - Number(ignore ?? 0))}\n`)
  return 0
})

export const tty = documented(
  'tty',
  async (call, given) => {
    if (given.operands.length > 0)
      return misused(call, `extra operand ${quoted(call, given.operands[0]!)}`, 2)
    const name = call.stdin.terminal?.name
    if (!given.has('silent')) await call.stdout.write(name === undefined ? 'not a tty\n' : `/dev/${name}\n`)
    return name === undefined ? 1 : 0
  },
  { failure: 2 },
)

/** Seconds with s, m, h, d; undefined where it is none. */
function duration(text: string): number | undefined {
  const found = /^(\d{1,12}(?:\.\d*)?|\.\d+|infinity|inf)([smhd]?)$/.exec(text)
  if (found === null) return undefined
  const seconds = found[1]!.startsWith('inf') ? Infinity : Number(found[1])
  return seconds * { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[found[2] as '' | 's' | 'm' | 'h' | 'd']
}

/** A sleep is at most so long; no session lasts longer. */
const longestMs = 24 * 3_600_000

export const sleep = documented('sleep', async (call, given) => {
  if (given.operands.length === 0) return misused(call, 'missing operand')
  let seconds = 0
  let wrong = ''
  const bad = isApplet(call) ? given.operands.find((one) => duration(one) === undefined) : undefined
  if (bad !== undefined) {
    await complain(call, `invalid number '${bad}'`)
    return 1
  }
  for (const operand of given.operands.slice(0, 100)) {
    const one = duration(operand)
    if (one === undefined)
      wrong += `${wrong === '' ? '' : `${call.argv0}: `}invalid time interval ${quoted(call, operand)}\n`
    else seconds += one
  }
  if (wrong !== '') return misused(call, wrong.slice(0, -1))
  call.process.state = 'S'
  await call.sleep(Math.min(seconds * 1000, longestMs))
  return 0
})

export const env = documented(
  'env',
  async (call, given) => {
    const environment = new Map(given.has('ignore-environment') ? [] : call.environment)
    for (const { name, value } of given.options) if (name === 'unset') environment.delete(value!)
    let at = 0
    const operands = given.operands[0] === '-' ? given.operands.slice(1) : given.operands
    if (given.operands[0] === '-') environment.clear()
    for (; at < operands.length && operands[at]!.includes('='); at++) {
      const equals = operands[at]!.indexOf('=')
      environment.set(operands[at]!.slice(0, equals), operands[at]!.slice(equals + 1))
    }
    const split = given.value('split-string')
    const argv = [...(split === undefined ? [] : split.trim().split(/\s+/)), ...operands.slice(at)]
    if (argv.length === 0) {
      const end = given.has('null') ? '\0' : '\n'
      await call.stdout.write([...environment].map(([name, value]) => `${name}=${value}${end}`).join(''))
      return 0
    }
    const directory = given.value('chdir')
    return started(
      call,
      argv,
      await call.run(argv, {
        environment,
        ...(directory === undefined ? {} : { directory: call.path(directory) }),
      }),
    )
  },
  { failure: 125, stopsAtOperand: true },
)

export const printenv = documented(
  'printenv',
  async (call, given) => {
    const end = given.has('null') ? '\0' : '\n'
    if (given.operands.length === 0) {
      await call.stdout.write([...call.environment].map(([name, value]) => `${name}=${value}${end}`).join(''))
      return 0
    }
    let status = 0
    for (const name of given.operands.slice(0, 1000)) {
      const value = call.environment.get(name)
      if (value === undefined) status = 1
      else await call.stdout.write(value + end)
    }
    return status
  },
  { failure: 2, stopsAtOperand: true },
)

export const nohup = documented(
  'nohup',
  async (call, given) => {
    if (given.operands.length === 0) return misused(call, 'missing operand', 125)
    const ignoringInput = call.stdin.terminal !== undefined
    const fromTerminal = call.stdout.terminal !== undefined
    if (!fromTerminal) {
      if (ignoringInput) await complain(call, 'ignoring input')
      return started(call, given.operands, await call.run(given.operands, { detached: true }))
    }
    let path = call.path('nohup.out')
    let shown = 'nohup.out'
    for (const candidate of [path, `${call.environment.get('HOME') ?? '/'}/nohup.out`]) {
      try {
        call.files.append(candidate, new Uint8Array(0), 0o600)
        path = candidate
        shown = candidate === call.path('nohup.out') ? 'nohup.out' : candidate
        break
      } catch (error) {
        if (!(error instanceof FileError)) throw error
        await complain(call, `failed to open ${quoted(call, shown)}: ${error.message.split(': ').at(-1)!}`)
      }
    }
    await complain(
      call,
      `${ignoringInput ? 'ignoring input and ' : ''}appending output to ${quoted(call, shown)}`,
    )
    const output = {
      path,
      async write(chunk: Uint8Array | string): Promise<void> {
        call.files.append(path, typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk, 0o600)
      },
    }
    const nothing = { read: () => Promise.resolve(undefined) }
    return started(
      call,
      given.operands,
      await call.run(given.operands, { detached: true, stdin: nothing, stdout: output, stderr: output }),
    )
  },
  { failure: 125, stopsAtOperand: true },
)

export const nice = documented(
  'nice',
  async (call, given) => {
    const adjustment = given.value('adjustment')
    if (adjustment !== undefined && !/^[+-]?\d+$/.test(adjustment)) {
      await complain(call, `invalid adjustment ${quoted(call, adjustment)}`)
      return 125
    }
    if (given.operands.length === 0) {
      if (adjustment !== undefined) return misused(call, 'a command must be given with an adjustment', 125)
      await call.stdout.write('0\n')
      return 0
    }
    if (Number(adjustment ?? 10) < 0 && call.files.credentials.uid !== 0)
      await complain(call, 'cannot set niceness: Permission denied')
    return started(call, given.operands, await call.run(given.operands))
  },
  {
    failure: 125,
    stopsAtOperand: true,
    before: (args) =>
      args.map((arg, at) => (at === 0 && /^-[+-]?\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg)),
  },
)

export const renice = documented(
  'renice',
  async (call) => {
    const args = [...call.args]
    if (args[0] === '-n' || args[0] === '--priority') args.shift()
    const priority = args.shift()
    if (priority === undefined || args.length === 0) return misused(call, 'not enough arguments')
    if (!/^[+-]?\d{1,4}$/.test(priority)) return misused(call, `invalid priority '${priority}'`)
    let status = 0
    for (const word of args.filter((one) => !one.startsWith('-')).slice(0, 200)) {
      if (!/^\d+$/.test(word)) {
        await complain(call, `bad process ID value: ${word}`)
        status = 1
      } else if (call.machine.processes.get(Number(word)) === undefined) {
        await complain(call, `failed to get priority for ${word} (process ID): No such process`)
        status = 1
      } else
        await call.stdout.write(
          `${word} (process ID) old priority 0, new priority ${Math.max(-20, Math.min(19, Number(priority)))}\n`,
        )
    }
    return status
  },
  { stopsAtOperand: true, before: (args) => args.filter((arg) => /^(?:-h|-V|--help|--version)$/.test(arg)) },
)

export const setsid = documented(
  'setsid',
  async (call, given) => {
    if (given.operands.length === 0) return misused(call, 'no command specified')
    const status = await call.run(given.operands, { detached: true })
    if (status === 127)
      await call.stderr.write(`setsid: failed to execute ${given.operands[0]!}: No such file or directory\n`)
    return status
  },
  { stopsAtOperand: true },
)

export const timeout = documented(
  'timeout',
  async (call, given) => {
    const [time, ...argv] = given.operands
    if (time === undefined || argv.length === 0) {
      await call.stderr.write(bytes(call, `Try '${call.argv0} --help' for more information.\n`))
      return 125
    }
    const seconds = duration(time)
    if (seconds === undefined) return misused(call, `invalid time interval ${quoted(call, time)}`, 125)
    const name = given.value('signal') ?? 'TERM'
    const signal = signalNumber(name)
    if (signal === undefined) return misused(call, `${quoted(call, name)}: invalid signal`, 125)
    const run = call.run(argv)
    if (seconds === 0 || seconds > 1e6) return started(call, argv, await run)
    // In short steps: what is left of a long sleep would stay behind when the command ends first.
    const until = call.machine.now() + seconds * 1000
    let first: number | undefined
    do {
      const step = Math.max(1, Math.min(250, until - call.machine.now()))
      first = await Promise.race([run, call.sleep(step).then(() => undefined)])
    } while (first === undefined && call.machine.now() < until)
    if (first !== undefined) return started(call, argv, first)
    for (const child of call.machine.processes.list())
      if (child.parent === call.process.pid) child.kill(signal)
    if (given.has('verbose'))
      await complain(call, `sending signal ${signals[signal] ?? signal} to command ${quoted(call, argv[0]!)}`)
    const status = await run.catch((error: unknown) => {
      if (error instanceof Killed) return 128 + error.signal
      throw error
    })
    if (signal === 9) return 137
    return given.has('preserve-status') ? status : 124
  },
  { failure: 125, stopsAtOperand: true },
)

export const chroot = documented(
  'chroot',
  async (call, given) => {
    const [root, ...argv] = given.operands
    if (root === undefined) return misused(call, 'missing operand', 125)
    if (call.files.credentials.uid !== 0) {
      await complain(call, `cannot change root directory to '${root}': Operation not permitted`)
      return 125
    }
    if (!call.files.exists(call.path(root))) {
      await complain(call, `cannot change root directory to '${root}': No such file or directory`)
      return 125
    }
    if (call.files.realPath(call.path(root)) === '/')
      return call.run(argv.length === 0 ? [call.environment.get('SHELL') ?? '/bin/sh', '-i'] : argv)
    await complain(
      call,
      `failed to run command ${quoted(call, argv[0] ?? call.environment.get('SHELL') ?? '/bin/sh')}: No such file or directory`,
    )
    return 127
  },
  { failure: 125, stopsAtOperand: true },
)

/** Turns that `watch` takes at most. */
const maxTurns = 100_000

export const watch = documented(
  'watch',
  async (call, given) => {
    if (given.operands.length === 0) return misused(call, '').then(() => 1)
    const interval = Math.max(0.1, Math.min(Number(given.value('interval') ?? 2) || 2, 2_678_400))
    const command = given.operands.join(' ')
    if (call.stdout.terminal === undefined) {
      await call.stderr.write('Error opening terminal: unknown.\n')
      return 1
    }
    for (let turn = 0; turn < maxTurns; turn++) {
      await call.spend()
      const title = `Every ${interval.toFixed(1)}s: ${command}`
      const right = `${call.machine.hostname}: ${new Date(call.machine.now()).toUTCString().replace(/^(...), (\d\d) (...) (\d{4}) (\S+) GMT$/, '$1 $3 $2 $5 $4')}`
      const columns = call.stdout.terminal.columns
      await call.stdout.write(
        `\x1b[H\x1b[2J${given.has('no-title') ? '' : `${title}${right.padStart(Math.max(1, columns - title.length))}\r\n\r\n`}`,
      )
      await call.shell(command)
      await call.sleep(interval * 1000)
    }
    return 0
  },
  { stopsAtOperand: true },
)
