import { open, readFile, rename } from 'node:fs/promises'
import { severities, severityOf, type Severity } from '../../core/severity.ts'
import type { SundewEvent } from '../../event/event.ts'

const minuteMs = 60_000

/** What was left out since a moment. */
export interface LeftOut {
  /** Start of the minute, milliseconds since the Unix epoch. */
  readonly since: number
  readonly counts: Readonly<Record<Severity, number>>
}

type Counts = Record<Severity, number>

/**
 * So many events of each severity pass in a minute: a flood of small things hides no great one. How many did not is on
 * disk before they are forgotten, so that it is told after a restart, too; after a kill they may be counted twice.
 */
export class Minute {
  readonly #file: string
  readonly #limit: number
  readonly #now: () => number
  #since: number
  #passed = none()
  #leftOut: Counts
  #saving: Promise<void> = Promise.resolve()

  private constructor(file: string, limit: number, now: () => number, before: LeftOut | undefined) {
    this.#file = file
    this.#limit = limit
    this.#now = now
    this.#since = before?.since ?? now()
    this.#leftOut = { ...(before?.counts ?? none()) }
  }

  static async open(file: string, limit: number, now = Date.now): Promise<Minute> {
    return new Minute(file, limit, now, parsed(await readFile(file, 'utf8').catch(() => '')))
  }

  /** The events that pass. Those that don't are counted, durably when it settles. */
  async take(events: readonly SundewEvent[]): Promise<SundewEvent[]> {
    if (this.#over() && total(this.#leftOut) === 0) this.#begin()
    const pass = events.filter((event) => this.#passes(severityOf(event)))
    if (pass.length < events.length) await this.save()
    return pass
  }

  /**
   * What was left out, once, where its minute is over; call {@link save} when it has been told. Undefined where nothing
   * was, or the minute goes on.
   */
  due(): LeftOut | undefined {
    if (!this.#over() || total(this.#leftOut) === 0) return undefined
    const due = { since: this.#since, counts: this.#leftOut }
    this.#begin()
    return due
  }

  /** How long until something is due, milliseconds; undefined where nothing was left out. */
  get dueInMs(): number | undefined {
    if (total(this.#leftOut) === 0) return undefined
    return Math.min(minuteMs, Math.max(1, this.#since + minuteMs - this.#now()))
  }

  /** Puts the counts on disk. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(
      () => this.#write(),
      () => this.#write(),
    )
    return this.#saving
  }

  #passes(severity: Severity): boolean {
    const counts = this.#passed[severity] < this.#limit ? this.#passed : this.#leftOut
    counts[severity]++
    return counts === this.#passed
  }

  /** A clock that was set back ends the minute as well. */
  #over(): boolean {
    const age = this.#now() - this.#since
    return age >= minuteMs || age < 0
  }

  #begin(): void {
    this.#since = this.#now()
    this.#passed = none()
    this.#leftOut = none()
  }

  async #write(): Promise<void> {
    const next = `${this.#file}.next`
    const handle = await open(next, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify({ since: this.#since, counts: this.#leftOut }))
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await rename(next, this.#file)
  }
}

/** `37 more left out: 30 low, 7 medium` */
export function inWords({ counts }: LeftOut): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
  return `${total(counts)} more left out: ${parts.join(', ')}`
}

function none(): Counts {
  return { low: 0, medium: 0, high: 0 }
}

function total(counts: Readonly<Counts>): number {
  return severities.reduce((sum, severity) => sum + counts[severity], 0)
}

/** A file that cannot be read back starts anew: it is a count, not what was counted. */
function parsed(text: string): LeftOut | undefined {
  try {
    const { since, counts } = JSON.parse(text) as Partial<LeftOut>
    return typeof since === 'number' && isCounts(counts) ? { since, counts } : undefined
  } catch {
    return undefined
  }
}

function isCounts(counts: unknown): counts is Counts {
  if (typeof counts !== 'object' || counts === null) return false
  return severities.every((severity) => Number.isSafeInteger((counts as Record<string, unknown>)[severity]))
}
