import { Killed } from '../program.ts'

/** What one session may use, all its processes together. */
export interface BudgetLimits {
  /** Milliseconds of processor; what comes after is killed. */
  readonly cpuMs: number
  /** From here on it gets longer and longer pauses. */
  readonly politeMs: number
  /** Bytes that variables and captured output may hold. */
  readonly memoryBytes: number
  readonly outputBytes: number
  /** Processes at once. */
  readonly processes: number
  /** Processes in all. */
  readonly forks: number
  /** Waits before each new try to fork, as bash does. */
  readonly forkRetriesMs: readonly number[]
}

const usual: BudgetLimits = {
  cpuMs: 20_000,
  politeMs: 3000,
  memoryBytes: 64 * 1024 * 1024,
  outputBytes: 256 * 1024 * 1024,
  processes: 100,
  forks: 50_000,
  forkRetriesMs: [1000, 2000, 4000, 8000],
}

/** After so much processor time without a pause, others get their turn. */
const turnMs = 5
/** The clock is looked at once in so many units. */
const unitsBetweenLooks = 32
/** What a session that was killed for its use of the processor may use until the next time, as a part of all; each time half of it. */
const secondChance = 0.1

/** One session's budget. */
export class Budget {
  readonly limits: BudgetLimits
  #units = 0
  #looked = performance.now()
  #turnMs = 0
  #cpuMs = 0
  #kills = 0
  #output = 0
  #memory = 0
  #processes = 0
  #forks = 0
  readonly #exceeded: (limit: string, value: number) => void

  constructor(exceeded: (limit: string, value: number) => void, limits: Partial<BudgetLimits> = {}) {
    this.limits = { ...usual, ...limits }
    this.#exceeded = exceeded
  }

  get cpuMs(): number {
    return this.#cpuMs
  }

  /** A unit is a simple command, a line, a file, 64 KiB. A promise only where it is time to give way: it may reject with {@link Killed}. */
  spend(units = 1): Promise<void> | undefined {
    this.#units += units
    if (this.#units < unitsBetweenLooks) return undefined
    this.#units = 0
    const now = performance.now()
    // Waiting for input or others is not work: no more than two turns are counted at once.
    const used = Math.min(now - this.#looked, 2 * turnMs)
    this.#looked = now
    this.#cpuMs += used
    this.#turnMs += used
    if (this.#cpuMs > this.limits.cpuMs) {
      this.exceed('cpu', Math.round(this.#cpuMs))
      this.#cpuMs = this.limits.cpuMs * (1 - secondChance / 2 ** this.#kills++)
      this.#turnMs = 0
      return this.#killAfterPause()
    }
    if (this.#turnMs < turnMs) return undefined
    this.#turnMs = 0
    return this.#giveWay()
  }

  /** Others get their turn before, so that what is started again and again does not keep them waiting. */
  async #killAfterPause(): Promise<void> {
    await this.#giveWay()
    throw new Killed(9)
  }

  async #giveWay(): Promise<void> {
    const over = this.#cpuMs - this.limits.politeMs
    if (over > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(40, 5 + over / 500)))
    else await new Promise((resolve) => setImmediate(resolve))
    this.#looked = performance.now()
  }

  /** False where there are too many processes: fork(2)'s EAGAIN. */
  fork(): boolean {
    if (this.#processes >= this.limits.processes || this.#forks >= this.limits.forks) {
      if (this.#processes >= this.limits.processes) this.exceed('processes', this.#processes)
      else this.exceed('forks', this.#forks)
      return false
    }
    this.#processes++
    this.#forks++
    return true
  }

  ended(): void {
    this.#processes--
  }

  /** @throws Killed */
  output(bytes: number): void {
    this.#output += bytes
    if (this.#output <= this.limits.outputBytes) return
    this.exceed('output', this.#output)
    throw new Killed(9)
  }

  /** Less than 0 gives back. @throws Killed */
  hold(bytes: number): void {
    this.#memory = Math.max(0, this.#memory + bytes)
    if (this.#memory <= this.limits.memoryBytes) return
    this.exceed('memory', this.#memory)
    this.#memory -= bytes
    throw new Killed(9)
  }

  /** Says that a limit ended or refused something: once each second at most for each limit. */
  exceed(limit: string, value: number): void {
    const now = performance.now()
    if (now - (this.#said.get(limit) ?? -1000) < 1000) return
    this.#said.set(limit, now)
    this.#exceeded(limit, value)
  }

  readonly #said = new Map<string, number>()
}
