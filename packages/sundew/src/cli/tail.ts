import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from 'commander'
import { maxLimit, type EventRow } from '../hub/api/contract.ts'
import { Hub } from './client.ts'
import { eventLine } from './event-line.ts'
import { exitCode, Failure } from './failure.ts'
import { globals, type Globals } from './globals.ts'
import { live } from './live.ts'
import { list } from './options.ts'
import { note, print } from './output.ts'

interface TailOptions {
  readonly kind?: string[]
  readonly service?: string[]
  readonly address?: string
  readonly json?: boolean
}

/** Waits before the hub is looked for again, milliseconds: doubled from the first to the last. */
const againMs = { first: 250, last: 5_000 }
/** Between two tries to read what was missed, milliseconds. */
const catchUpMs = 2_000
/** Ids remembered, so that what is read again after a break is not told twice. */
const remembered = 10_000

/** Adds `sundew tail`. */
export function tail(program: Command): void {
  program
    .command('tail')
    .description('what is caught, as it happens, until Ctrl-C')
    .option('-k, --kind <kinds>', 'only these kinds: mail.received,login.attempt (docs/events.md)', list)
    .option('-s, --service <services>', 'only these services: smtp,http', list)
    .option('-a, --address <address>', 'only this address or prefix: 192.0.2.0/24')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nExamples:\n  sundew tail\n  sundew tail --kind login.attempt --service smtp\n  sundew tail --json | jq -r .source_ip\n\nIt waits for a hub that is restarted, and then tells what it missed.\n',
    )
    .action(async (options: TailOptions, command: Command) => {
      const stop = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())
      await new Tail(globals(command), options, stop.signal).run()
    })
}

class Tail {
  readonly #globals: Globals
  readonly #options: TailOptions
  readonly #signal: AbortSignal
  readonly #told = new Set<string>()
  #lastTime: string | undefined
  /** Since when something may have been missed. */
  #missedSince: string | undefined
  #tried = -Infinity

  constructor(given: Globals, options: TailOptions, signal: AbortSignal) {
    this.#globals = given
    this.#options = options
    this.#signal = signal
  }

  async run(): Promise<void> {
    let pause = againMs.first
    for (let first = true; !this.#signal.aborted; first = false) {
      try {
        // A hub that was restarted has a new token, maybe another port: it is looked for anew.
        const hub = await Hub.find(this.#globals.paths)
        for await (const { events, leftOut } of live(hub, this.#query, this.#signal)) {
          pause = againMs.first
          await this.#catchUp(hub)
          if (leftOut > 0)
            note(`sundew tail: ${leftOut} events were left out, since they came faster than they were read`)
          await this.#tell(events)
        }
        if (!this.#signal.aborted) note('sundew tail: the hub ended the stream; waiting for it')
      } catch (error) {
        if (this.#signal.aborted) return
        // At first it is an error; later it is a restart. What the hub refuses stays refused.
        if (error instanceof Failure && (first || error.exit !== exitCode.unavailable)) throw error
        if (pause === againMs.first) note('sundew tail: the hub is gone; waiting for it')
      }
      this.#missedSince ??= this.#lastTime
      await wait(pause, undefined, { signal: this.#signal }).catch(() => {})
      pause = Math.min(pause * 2, againMs.last)
    }
  }

  get #query() {
    return { kind: this.#options.kind, service: this.#options.service, address: this.#options.address }
  }

  /** Tells what was caught while the stream was broken, as soon as the store answers. */
  async #catchUp(hub: Hub): Promise<void> {
    const now = performance.now()
    if (this.#missedSince === undefined || now - this.#tried < catchUpMs) return
    this.#tried = now
    const query = { ...this.#query, since: this.#missedSince, limit: maxLimit }
    let missed: EventRow[]
    try {
      missed = await hub.json<EventRow[]>('/events', { query })
    } catch (error) {
      if (error instanceof Failure && error.exit === exitCode.unavailable) return
      throw error
    }
    this.#missedSince = undefined
    if (missed.length === maxLimit) {
      note(`sundew tail: more than ${maxLimit} events came in between; the oldest of them are left out here`)
    }
    await this.#tell(missed.reverse())
  }

  async #tell(events: readonly EventRow[]): Promise<void> {
    const fresh = events.filter((event) => !this.#told.has(event.id))
    if (fresh.length === 0) return
    const columns = process.stdout.isTTY ? process.stdout.columns : Infinity
    const line = (event: EventRow) => (this.#options.json ? JSON.stringify(event) : eventLine(event, columns))
    await print(`${fresh.map(line).join('\n')}\n`)
    for (const event of fresh) {
      this.#told.add(event.id)
      if (this.#lastTime === undefined || event.time > this.#lastTime) this.#lastTime = event.time
    }
    for (const id of this.#told) {
      if (this.#told.size <= remembered) break
      this.#told.delete(id)
    }
  }
}
