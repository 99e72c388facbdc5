import { abortable } from '../abort.ts'
import { jobLine, type Job } from '../jobs.ts'
import { signalNames, type Shell } from '../shell.ts'
import { options, wrongOption, type Builtin } from './builtin.ts'
import { signalOf, signalTable } from './trap.ts'

export const jobBuiltins: readonly Builtin[] = [
  { names: ['jobs'], usage: 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]', run: jobs },
  { names: ['wait'], usage: 'wait [-fn] [-p var] [id ...]', run: wait },
  {
    names: ['kill'],
    usage: 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]',
    run: kill,
  },
  { names: ['fg'], usage: 'fg [job_spec]', run: (shell, args) => foreground(shell, args, 'fg') },
  { names: ['bg'], usage: 'bg [job_spec ...]', run: (shell, args) => foreground(shell, args, 'bg') },
  { names: ['disown'], usage: 'disown [-h] [-ar] [jobspec ... | pid ...]', run: disown },
]

/** A job, or undefined where there is none, which is said. */
async function jobOf(shell: Shell, spec: string, name: string): Promise<Job | undefined> {
  const job = shell.jobs.find(spec)
  if (job === 'ambiguous') {
    await shell.complain(`${name}: ${spec.slice(1)}: ambiguous job spec`)
    return undefined
  }
  if (job === undefined) await shell.complain(`${name}: ${spec}: no such job`)
  return job
}

async function jobs(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'lnprsx')
  if (wrong !== undefined)
    return wrongOption(shell, 'jobs', wrong, 'jobs [-lnprs] [jobspec ...] or jobs -x command [args]')
  await new Promise((resolve) => setImmediate(resolve))
  let status = 0
  let list = [...shell.jobs.list()]
  if (rest.length > 0) {
    list = []
    for (const spec of rest) {
      const job = await jobOf(shell, spec, 'jobs')
      if (job === undefined) status = 1
      else list.push(job)
    }
  }
  for (const job of list) {
    if (found.has('r') && job.state !== 'running') continue
    if (found.has('s')) continue
    await shell.print(found.has('p') ? `${job.pid}\n` : jobLine(shell.jobs, job, found.has('l')))
  }
  for (const job of list) if (job.state === 'done') shell.jobs.remove(job)
  return status
}

async function wait(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'fnp:')
  if (wrong !== undefined) return wrongOption(shell, 'wait', wrong, 'wait [-fn] [-p var] [id ...]')
  const into = found.get('p')
  if (found.has('n')) {
    const running = shell.jobs
      .list()
      .filter((job) => rest.length === 0 || rest.some((spec) => shell.jobs.find(spec) === job))
    if (running.length === 0) return 127
    const first = await abortable(
      Promise.race(running.map(async (job) => [job, await job.done] as const)),
      shell.signal,
    )
    shell.jobs.remove(first[0])
    if (into !== undefined) shell.variables.put(into, String(first[0].pid))
    return first[1]
  }
  if (rest.length === 0) {
    for (const job of shell.jobs.list()) {
      await abortable(job.done, shell.signal)
      if (!shell.interactive) shell.jobs.remove(job)
    }
    return 0
  }
  let status = 0
  for (const spec of rest) {
    const job = shell.jobs.find(spec)
    if (job === undefined || job === 'ambiguous') {
      const known = /^[0-9]+$/.test(spec) ? shell.jobs.statusOf(Number(spec)) : undefined
      if (known !== undefined) status = known
      else {
        const what = /^[0-9]+$/.test(spec)
          ? `pid ${spec} is not a child of this shell`
          : spec.startsWith('%')
            ? `${spec}: no such job`
            : `\`${spec}': not a pid or valid job spec`
        await shell.complain(`wait: ${what}`)
        status = /^[0-9%]/.test(spec) ? 127 : 1
      }
      continue
    }
    status = await abortable(job.done, shell.signal)
    if (into !== undefined) shell.variables.put(into, String(job.pid))
    if (!shell.interactive) shell.jobs.remove(job)
  }
  return status
}

async function kill(shell: Shell, args: readonly string[]): Promise<number> {
  const usage = 'kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]'
  let rest = args
  let signal = 15
  const first = rest[0]
  if (first === undefined && shell.dialect === 'ash') {
    await shell.complain('you need to specify whom to kill')
    return 1
  }
  if (first === undefined) {
    await (shell.dialect === 'ash'
      ? shell.complain('you need to specify whom to kill')
      : shell.complainBare(`kill: usage: ${usage}`))
    return 2
  }
  if (first === '-l' || first === '-L') return list(shell, rest.slice(1))
  if (first === '-s' || first === '-n') {
    const name = signalOf(rest[1] ?? '')
    if (name === undefined) {
      await shell.complain(
        rest[1] === undefined
          ? `kill: ${first}: option requires an argument`
          : `kill: ${rest[1]}: invalid signal specification`,
      )
      return 1
    }
    signal = name === 'EXIT' ? 0 : signalNames.indexOf(name)
    rest = rest.slice(2)
  } else if (first !== '--' && /^-./.test(first)) {
    const name = signalOf(first.slice(1))
    const number = /^-[0-9]+$/.test(first) ? Number(first.slice(1)) : -1
    if (name === undefined && !(number > 31 && number <= 64)) {
      await shell.complain(
        shell.dialect === 'ash'
          ? `kill: bad signal name '${first.slice(1)}'`
          : `kill: ${first.slice(1)}: invalid signal specification`,
      )
      return 1
    }
    signal = name === undefined ? number : name === 'EXIT' ? 0 : signalNames.indexOf(name)
    rest = rest.slice(1)
  }
  if (rest[0] === '--') rest = rest.slice(1)
  if (rest.length === 0) {
    await (shell.dialect === 'ash'
      ? shell.complain('you need to specify whom to kill')
      : shell.complainBare(`kill: usage: ${usage}`))
    return 2
  }
  let status = 0
  for (const spec of rest) if (!(await one(shell, spec, signal))) status = 1
  return status
}

async function one(shell: Shell, spec: string, signal: number): Promise<boolean> {
  if (spec.startsWith('%')) {
    const job = await jobOf(shell, spec, 'kill')
    if (job === undefined) return false
    if (signal !== 0) for (const child of job.children) child.process.kill(signal)
    return true
  }
  if (!/^[-+]?[0-9]+$/.test(spec)) {
    await shell.complain(
      shell.dialect === 'ash'
        ? `kill: invalid number '${spec}'`
        : `kill: ${spec}: arguments must be process or job IDs`,
    )
    return false
  }
  const pid = Math.abs(Number(spec))
  const process = shell.session.machine.processes.get(pid === 0 ? shell.mainPid : pid)
  const say = (why: string) =>
    shell.complain(shell.dialect === 'ash' ? `can't kill pid ${spec}: ${why}` : `kill: (${spec}) - ${why}`)
  if (process === undefined) {
    await say('No such process')
    return false
  }
  const { uid } = shell.credentials
  if (uid !== 0 && process.credentials.uid !== uid) {
    await say('Operation not permitted')
    return false
  }
  if (signal !== 0) process.kill(signal)
  return true
}

async function list(shell: Shell, names: readonly string[]): Promise<number> {
  if (names.length === 0) {
    await shell.print(signalTable())
    return 0
  }
  let status = 0
  for (const name of names) {
    const number = Number(name)
    const found = signalOf(/^[0-9]+$/.test(name) ? String(number > 128 ? number - 128 : number) : name)
    if (found === undefined) {
      await shell.complain(`kill: ${name}: invalid signal specification`)
      status = 1
    } else
      await shell.print(
        /^[0-9]+$/.test(name)
          ? `${found.replace(/^SIG/, '')}\n`
          : `${found === 'EXIT' ? 0 : signalNames.indexOf(found)}\n`,
      )
  }
  return status
}

async function foreground(shell: Shell, args: readonly string[], name: 'fg' | 'bg'): Promise<number> {
  if (!shell.options.has('monitor')) {
    await shell.complain(`${name}: no job control`)
    return 1
  }
  const spec = args[0] ?? '%%'
  const job = shell.jobs.find(spec)
  if (job === undefined || job === 'ambiguous') {
    await shell.complain(`${name}: ${args[0] ?? 'current'}: no such job`)
    return 1
  }
  if (name === 'bg') {
    await shell.complain(`bg: job ${job.number} already in background`)
    return 0
  }
  await shell.print(`${job.text}\n`)
  job.told = true
  const ended = () => {
    for (const child of job.children) child.process.kill(2)
  }
  shell.signal.addEventListener('abort', ended, { once: true })
  const status = await job.done
  shell.signal.removeEventListener('abort', ended)
  shell.jobs.remove(job)
  return status
}

async function disown(shell: Shell, args: readonly string[]): Promise<number> {
  const { options: found, rest, wrong } = options(args, 'har')
  if (wrong !== undefined)
    return wrongOption(shell, 'disown', wrong, 'disown [-h] [-ar] [jobspec ... | pid ...]')
  const specs =
    rest.length > 0
      ? rest
      : found.has('a') || found.has('r')
        ? shell.jobs.list().map((job) => `%${job.number}`)
        : ['%%']
  let status = 0
  for (const spec of specs) {
    const job = shell.jobs.find(spec)
    if (job === undefined || job === 'ambiguous') {
      await shell.complain(`disown: ${rest.length === 0 ? 'current' : spec}: no such job`)
      status = 1
      continue
    }
    job.disowned = true
    if (!found.has('h')) shell.jobs.remove(job)
  }
  return status
}
