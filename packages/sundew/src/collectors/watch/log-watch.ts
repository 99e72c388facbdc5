import type { DnstapStatus, LogStatus, WatchStatus } from '../../core/collector-messages.ts'
import { explain, type Log } from '../../core/log.ts'
import type { AddressSet } from '../../match/address-set.ts'
import type { NameLookup } from '../../match/named.ts'
import { readable, type ByteString } from '../../event/bytes.ts'
import { DnstapWatch } from '../dnstap/dnstap-watch.ts'
import type { FirewallFiles } from './firewall-files.ts'
import { lineParsers } from '../tail/index.ts'
import { Positions } from '../tail/positions.ts'
import { Tailer, type TailSection } from '../tail/tailer.ts'
import { LogMatcher } from './log-matcher.ts'
import type { LogMatch } from './match-event.ts'

const tickMs = 100
/** Lines wait so long for the sets that they are matched against: what is read before is missed. */
const patienceMs = 60_000
/** So long where all of them are firewalls': what is received of those waits for nothing at all. */
const shortPatienceMs = 5_000
/** Logs whose status is told: those in trouble first. */
const mostShown = 200
/** Positions are written so often: longer than a hit waits to be told. */
const saveMs = 1_000

export interface LogWatchSettings {
  readonly tail: readonly TailSection[]
  readonly dnstap?: { readonly socket: string; readonly mode: string } | undefined
  readonly networks: readonly string[]
  readonly windowMs: number
  /** Where it is kept how far logs were read. */
  readonly positionsFile: string
}

export interface LogWatchParts {
  readonly log: Log
  /** Settles when the event is kept. */
  readonly emit: (match: LogMatch, service: 'tail' | 'dnstap') => Promise<void>
  /** Where the lines of firewalls' files go. */
  readonly firewalls?: FirewallFiles | undefined
  /** Something the owner should know. */
  readonly alert: (code: string, message: string) => void
}

/**
 * Watches logs and dnstap for what is listed. How far a log was read is written down only when every hit before is kept: after
 * whatever happens, lines are read twice rather than not at all.
 */
export class LogWatch {
  readonly #settings: LogWatchSettings
  readonly #parts: LogWatchParts
  readonly #matcher: LogMatcher
  readonly #positions: Positions
  readonly #tailer: Tailer
  readonly #dnstap: DnstapWatch | undefined
  readonly #timers: NodeJS.Timeout[] = []
  #kept: Promise<void> = Promise.resolve()
  /** Positions as they were when positions were written last. */
  #before = ''
  #saving = false

  constructor(settings: LogWatchSettings, parts: LogWatchParts) {
    const { tail, dnstap, networks, windowMs, positionsFile } = settings
    this.#settings = settings
    this.#parts = parts
    this.#matcher = new LogMatcher({ networks, windowMs, emit: (match) => this.#emit(match) })
    this.#positions = new Positions(positionsFile, parts.log)
    this.#tailer = new Tailer({
      sections: tail,
      parsers: lineParsers,
      positions: this.#positions,
      log: parts.log,
      hearer: (log) => ({
        sight: this.#matcher.sight,
        line: (parsed, service) => this.#matcher.line(parsed, { log, service }, Date.now()),
      }),
      feed: (path, format, usual) => parts.firewalls?.feed(path, format, usual),
      room: () => parts.firewalls?.room,
      unreadable: (path, why) =>
        parts.alert(
          'SUNDEW_LOG_UNREADABLE',
          `${path} cannot be followed: ${why}. Let the user that runs Sundew read it and its folder (Debian: usermod -aG adm USER).`,
        ),
    })
    this.#dnstap = dnstap && new DnstapWatch(dnstap.socket, this.#matcher)
  }

  /** Begins to watch; what could not be begun is told as notices. */
  async start(): Promise<string[]> {
    const notices: string[] = []
    const { dnstap } = this.#settings
    if (dnstap) {
      try {
        await this.#dnstap!.listen(parseInt(dnstap.mode, 8))
      } catch (error) {
        notices.push(
          `SUNDEW_DNSTAP_SOCKET: dnstap could not be taken on ${dnstap.socket}: ${explain(error)}. Let the user that runs Sundew write to its folder, see that no other program has it, or change collectors.dnstap.socket.`,
        )
      }
    }
    await this.#positions.restore()
    await this.#tailer.start()
    // Killed now, what is written from now on is still missed by nobody.
    await this.#positions.write(this.#positions.snapshot())
    this.#timers.push(
      setInterval(() => this.#matcher.tick(Date.now()), tickMs),
      setInterval(() => void this.#second(), saveMs),
      setTimeout(() => this.#tailer.read(), this.#patience),
    )
    return notices
  }

  /** From now on these sets are in force. */
  use(addresses: AddressSet | undefined, names: NameLookup | undefined): void {
    this.#matcher.use(addresses, names)
    this.#tailer.read()
  }

  get status(): WatchStatus {
    const { hits, events, untold } = this.#matcher
    const dnstap: DnstapStatus | undefined = this.#dnstap?.status
    return {
      logs: this.#tailer.status
        .toSorted((a, b) => Number(b.trouble !== undefined) - Number(a.trouble !== undefined))
        .slice(0, mostShown)
        .map(shown),
      ...(dnstap && { dnstap }),
      hits,
      events,
      untold,
    }
  }

  /** Reads to the ends, tells what is to be told, writes down how far it came. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#dnstap?.close()
    await this.#tailer.close()
    this.#matcher.close()
    await this.#kept
    await this.#parts.firewalls?.settled()
    await this.#positions.write(this.#positions.snapshot())
  }

  get #patience(): number {
    const { tail } = this.#settings
    const { firewalls } = this.#parts
    return tail.every(({ format }) => firewalls?.isFirewall(format)) ? shortPatienceMs : patienceMs
  }

  #emit(match: LogMatch): void {
    const service = match.fields.log === this.#settings.dnstap?.socket ? 'dnstap' : 'tail'
    this.#kept = this.#parts.emit(match, service)
  }

  async #second(): Promise<void> {
    if (this.#saving) return
    this.#saving = true
    try {
      const kept = this.#kept
      // What was read until then has been told since.
      const before = this.#before
      this.#tailer.note()
      this.#before = this.#positions.snapshot()
      await kept
      await this.#parts.firewalls?.settled()
      if (before !== '') await this.#positions.write(before)
    } catch (error) {
      this.#parts.log.error('how far logs were read could not be written', error)
    } finally {
      this.#saving = false
    }
  }
}

/** Samples of what others wrote, so that nothing in them moves a cursor. */
function shown(status: LogStatus): LogStatus {
  return { ...status, samples: status.samples.map((sample) => readable(sample as ByteString)) }
}
