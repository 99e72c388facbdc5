import type { Child } from './fork.ts'

export interface Job {
  readonly number: number
  /** The last process of its pipeline: `$!`. */
  readonly pid: number
  readonly text: string
  readonly children: readonly Child[]
  state: 'running' | 'done'
  status: number
  /** Its end was told of. */
  told: boolean
  disowned: boolean
  /** Settles with its status. */
  readonly done: Promise<number>
}

/** Jobs that a shell remembers. */
const maxJobs = 1000

/** A shell's background jobs. */
export interface Jobs {
  list(): readonly Job[]
  add(children: readonly Child[], text: string): Job
  /** By `%1`, `%%`, `%-`, `%name`, `%?text`, a process's number. `ambiguous` where two would do. */
  find(spec: string): Job | 'ambiguous' | undefined
  remove(job: Job): void
  /** `+` for the current one, `-` for the one before. */
  mark(job: Job): '+' | '-' | ' '
  statusOf(pid: number): number | undefined
}

export class JobList implements Jobs {
  #jobs: Job[] = []
  /** Of jobs that are gone, for `wait PID`. */
  readonly #statuses = new Map<number, number>()

  list(): readonly Job[] {
    return this.#jobs
  }

  add(children: readonly Child[], text: string): Job {
    if (this.#jobs.length >= maxJobs)
      this.#jobs = this.#jobs.filter((job) => job.state === 'running').slice(-maxJobs)
    const number = Math.max(0, ...this.#jobs.map((job) => job.number)) + 1
    const last = children.at(-1)!
    const done = Promise.all(children.map((child) => child.done)).then((statuses) => statuses.at(-1)!)
    const job: Job = {
      number,
      pid: last.process.pid,
      text,
      children,
      state: 'running',
      status: 0,
      told: false,
      disowned: false,
      done,
    }
    done.then(
      (status) => {
        job.state = 'done'
        job.status = status
        if (this.#statuses.size >= maxJobs) this.#statuses.clear()
        this.#statuses.set(job.pid, status)
      },
      () => {
        job.state = 'done'
        job.status = 1
      },
    )
    this.#jobs.push(job)
    return job
  }

  statusOf(pid: number): number | undefined {
    return this.#statuses.get(pid)
  }

  find(spec: string): Job | 'ambiguous' | undefined {
    if (!spec.startsWith('%')) {
      const pid = Number(spec)
      return this.#jobs.find(
        (job) => job.pid === pid || job.children.some((child) => child.process.pid === pid),
      )
    }
    const name = spec.slice(1)
    if (name === '' || name === '%' || name === '+') return this.#jobs.at(-1)
    if (name === '-') return this.#jobs.at(-2) ?? this.#jobs.at(-1)
    if (/^[0-9]+$/.test(name)) return this.#jobs.find((job) => job.number === Number(name))
    const fits = this.#jobs.filter((job) =>
      name.startsWith('?') ? job.text.includes(name.slice(1)) : job.text.startsWith(name),
    )
    return fits.length > 1 ? 'ambiguous' : fits[0]
  }

  remove(job: Job): void {
    this.#jobs = this.#jobs.filter((other) => other !== job)
  }

  mark(job: Job): '+' | '-' | ' ' {
    return job === this.#jobs.at(-1) ? '+' : job === this.#jobs.at(-2) ? '-' : ' '
  }
}

/** `[1]+  Done                    sleep 1` */
export function jobLine(jobs: Jobs, job: Job, withPid = false): string {
  const state = job.state === 'running' ? 'Running' : stateText(job.status)
  const pid = withPid ? `${job.pid} ` : ''
  return `[${job.number}]${jobs.mark(job)}  ${pid}${state.padEnd(withPid ? 26 - pid.length - 2 : 24)}${job.text}${job.state === 'running' ? ' &' : ''}\n`
}

function stateText(status: number): string {
  if (status === 0) return 'Done'
  if (status > 128 && status < 160) return signalText(status - 128)
  return `Exit ${status}`
}

/** What bash says of a process that a signal ended. */
export function signalText(signal: number): string {
  return signalTexts[signal] ?? `Signal ${signal}`
}

const signalTexts: Readonly<Record<number, string>> = {
  1: 'Hangup',
  2: 'Interrupt',
  3: 'Quit',
  4: 'Illegal instruction',
  5: 'Trace/breakpoint trap',
  6: 'Aborted',
  7: 'Bus error',
  8: 'Floating point exception',
  9: 'Killed',
  10: 'User defined signal 1',
  11: 'Segmentation fault',
  12: 'User defined signal 2',
  13: 'Broken pipe',
  14: 'Alarm clock',
  15: 'Terminated',
}
