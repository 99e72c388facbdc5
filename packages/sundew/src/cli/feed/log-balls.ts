import { addAbortListener } from 'node:events'
import { stat } from 'node:fs/promises'
import { firewallParsers } from '../../collectors/syslog/parsers/index.ts'
import type { FirewallRow } from '../../collectors/syslog/firewall-row.ts'
import { makers } from '../../importers/cowrie/events.ts'
import { CowrieFields } from '../../importers/cowrie/fields.ts'
import { readRecord, type CowrieRecord } from '../../importers/cowrie/record.ts'
import { TextLog } from '../../importers/cowrie/text-log.ts'
import { formatAddress } from '../../match/parse-address.ts'
import { loginBall, packetBall } from '../../outputs/logstalgia/balls.ts'
import type { Ball } from '../../outputs/logstalgia/line.ts'
import { lineText } from '../../wire/cowrie/python-repr.ts'
import { firewallKinds } from '../../wire/firewall/layout.ts'
import { SyslogHeader } from '../../wire/syslog/header.ts'
import { readFirewallLines, type FirewallLines } from '../plot/firewall-lines.ts'
import { loginOfFields } from './login.ts'
import type { Kinds } from './stored-balls.ts'

/** What a line that tells of a login has in it, whatever version of Cowrie wrote it. */
const marks = ['login attempt [', 'cowrie.login.'].map((mark) => Buffer.from(mark))
const dayMs = 86_400_000
/** Times before are a clock that was never set. */
const earliest = Date.UTC(2000, 0, 1)

export interface LogOptions {
  /** A path, or `-` for standard input. */
  readonly path: string
  readonly kinds: Pick<Kinds, 'firewall' | 'logins'>
  /** Times without a year are none more than a day after it. */
  readonly asOf: number
  /** Of clocks that tell no zone, from UTC, by what they show. */
  readonly offset: (local: number) => number
  /** ms since 1970; the end is left out. */
  readonly from: number
  readonly to: number
  /** Called when all that has come is told, before more is read. */
  readonly between: () => Promise<void>
  /** Reads no more. */
  readonly signal: AbortSignal
}

export interface LogCounts extends FirewallLines {
  readonly logins: number
  /** Lines of before `from`, or not before `to`. */
  readonly elsewhen: number
  /** Lines of a time to come: clocks that are wrong, or forged. */
  readonly future: number
}

/**
 * Balls of a log, without a daemon: lines of firewalls, and of the honeypot Cowrie. A line that tells no time, or that
 * of a clock that was never set, is of now, in a file as the one before it.
 *
 * @returns undefined where the signal ended it
 */
export async function logBalls(
  options: LogOptions,
  tell: (ball: Ball) => void,
): Promise<LogCounts | undefined> {
  const { path, kinds, asOf, offset, from, to, signal } = options
  const counts = { logins: 0, elsewhen: 0, future: 0 }
  let last = path === '-' ? undefined : (await stat(path)).mtimeMs
  const told = (read: Ball) => {
    const now = Date.now()
    const said = read.at >= earliest ? read.at : (last ?? now)
    if (said > now + dayMs) return void counts.future++
    // Of a clock that is ahead.
    const at = Math.min(said, now)
    if (last !== undefined) last = at
    if (at < from || at >= to) counts.elsewhen++
    else tell({ ...read, at })
  }
  const cowrie = new CowrieLines(asOf, offset)
  const between = async () => {
    signal.throwIfAborted()
    await options.between()
  }
  const listening = addAbortListener(signal, () => {
    if (path === '-') process.stdin.destroy()
  })
  const lines = await readFirewallLines(
    {
      path,
      parsers: firewallParsers,
      now: asOf,
      offset,
      between,
      ...(kinds.logins && {
        takes: (line) => {
          const ball = cowrie.read(line)
          if (ball === undefined) return false
          counts.logins++
          told(ball)
          return true
        },
      }),
    },
    (row, at) => {
      if (kinds.firewall) told(packetOf(row, at))
    },
  ).catch((error: unknown): undefined => {
    if (!signal.aborted) throw error
  })
  listening[Symbol.dispose]()
  return lines && { ...lines, ...counts }
}

function packetOf(row: FirewallRow, at: number): Ball {
  return packetBall({
    at,
    source: formatAddress([row.source[0]!, row.source[1]!, row.source[2]!, row.source[3]!]),
    protocol: row.protocol,
    destinationPort: row.destinationPort,
    fate: row.kind === firewallKinds.block ? 'block' : row.kind === firewallKinds.allow ? 'allow' : 'other',
  })
}

/** Lines of Cowrie's, as JSON or text, also of a syslog. */
class CowrieLines {
  readonly #asOf: number
  readonly #offset: (local: number) => number
  readonly #header = new SyslogHeader()
  // What has no time of its own has none here.
  readonly #text = new TextLog(Number.NaN)

  constructor(asOf: number, offset: (local: number) => number) {
    this.#asOf = asOf
    this.#offset = offset
  }

  /** The login that it tells of, if it does. */
  read(line: Buffer): Ball | undefined {
    if (!marks.some((mark) => line.includes(mark))) return undefined
    const record = this.#record(lineText(line))
    const event = record?.eventid.slice('cowrie.'.length) ?? ''
    if (!record || (event !== 'login.success' && event !== 'login.failed')) return undefined
    const fields = new CowrieFields(record)
    const made = makers[event]?.(fields, 'ssh')
    if (made?.kind !== 'login.attempt') return undefined
    const at = Number.isNaN(record.ms) ? this.#timeOf(line) : record.ms
    return loginBall(loginOfFields(made.fields, { at, source: fields.address('src_ip') }))
  }

  /** By what a syslog daemon wrote before; NaN where there is none. */
  #timeOf(line: Buffer): number {
    this.#header.read(line, 0, line.length, this.#asOf)
    const { time, zoned } = this.#header
    return zoned ? time : time - this.#offset(time)
  }

  #record(text: string): CowrieRecord | undefined {
    if (text.startsWith('{')) return readRecord(text)
    const read = this.#text.read(text)
    return read.is === 'record' ? read.record : undefined
  }
}
