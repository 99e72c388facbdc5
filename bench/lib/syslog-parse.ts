// How many lines of a firewall a second are read, by one core and without anything else.
import { FirewallRow } from '../../packages/sundew/src/collectors/syslog/firewall-row.ts'
import { LineReader } from '../../packages/sundew/src/collectors/syslog/line-reader.ts'
import { firewallParsers } from '../../packages/sundew/src/collectors/syslog/parsers/index.ts'
import { mikrotik } from '../../packages/sundew/src/collectors/syslog/parsers/mikrotik.ts'
import { median, round } from './measure.ts'
import type { SyslogLines } from './syslog-lines.ts'

export interface ParseFigures {
  /** Million messages a second of processor time through MikroTik's parser, the median of the runs. */
  readonly parseM: number
  /** The same of whole lines: header, the sender's parser. */
  readonly readM: number
}

/** @param options how many runs, and how long each takes at least */
export function measureSyslogParse(lines: SyslogLines, { runs = 7, runMs = 500 } = {}): ParseFigures {
  const { bytes, starts, messages } = lines
  const count = messages.length
  const row = new FirewallRow()
  const parse = (): void => {
    for (let line = 0; line < count; line++) {
      row.clear()
      if (mikrotik.parse(bytes, messages[line]!, starts[line + 1]!, row) !== 'told')
        throw new Error('a line was not understood')
    }
  }
  const reader = new LineReader(firewallParsers)
  const now = Date.now()
  const read = (): void => {
    for (let line = 0; line < count; line++)
      if (reader.read(bytes, starts[line]!, starts[line + 1]!, now, reader.parser) !== 'told')
        throw new Error('a line was not understood')
  }
  return { parseM: measure(parse, count, runs, runMs), readM: measure(read, count, runs, runMs) }
}

function measure(work: () => void, count: number, runs: number, runMs: number): number {
  for (let warm = 0; warm < 5; warm++) work()
  const rates: number[] = []
  for (let run = 0; run < runs; run++) {
    let lines = 0
    const until = performance.now() + runMs
    const before = process.cpuUsage()
    for (; performance.now() < until; lines += count) work()
    const { user, system } = process.cpuUsage(before)
    rates.push(lines / (user + system))
  }
  return round(median(rates))
}
