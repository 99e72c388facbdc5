import { createReadStream } from 'node:fs'
import { FirewallRow } from '../../collectors/syslog/firewall-row.ts'
import { lineTime, timeLength } from '../../collectors/syslog/line-time.ts'
import { LogLines } from '../../collectors/syslog/log-line.ts'
import type { FirewallParser } from '../../collectors/syslog/parser.ts'

/** The longest line that is looked at, bytes; longer ones are counted as unread. */
const longestLine = 64 * 1024
const lf = 0x0a

export interface FirewallLines {
  /** Lines that a parser took, took for something else, and that none took. */
  readonly told: number
  readonly other: number
  readonly unread: number
  /** The first that none took. */
  readonly sample: string
  readonly formats: readonly string[]
}

export interface LinesOptions {
  /** A path, or `-` for standard input. */
  readonly path: string
  readonly parsers: readonly FirewallParser[]
  readonly now: number
  /** Of clocks that tell no zone, from UTC, milliseconds. */
  readonly offset: number
}

/**
 * Reads a log of firewalls.
 *
 * @param tell called for each line that tells a packet, with the row (used again for the next) and when it was, ms since 1970; NaN
 *   where the line does not say
 */
export async function readFirewallLines(
  { path, parsers, now, offset }: LinesOptions,
  tell: (row: FirewallRow, at: number) => void,
): Promise<FirewallLines> {
  const lines = new LogLines(parsers)
  const row = new FirewallRow()
  const formats = new Set<string>()
  const counts = { told: 0, other: 0, unread: 0 }
  let sample = ''
  // Lines of one second have one time: what it was read from is compared, not read again.
  let last = Buffer.alloc(0)
  let lastTime = Number.NaN
  const timeOf = (bytes: Buffer, from: number, end: number) => {
    if (
      last.length > 0 &&
      from + last.length <= end &&
      bytes.compare(last, 0, last.length, from, from + last.length) === 0
    )
      return lastTime
    const head = bytes.toString('latin1', from, Math.min(end, from + timeLength))
    const read = lineTime(head, now, offset)
    // With the character after it: a fraction or a zone that follows is another time.
    last = read.length === 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(from, from + read.length + 1))
    lastTime = read.at
    return lastTime
  }
  const take = (bytes: Buffer, from: number, to: number) => {
    const end = to > from && bytes[to - 1] === 0x0d ? to - 1 : to
    if (end === from) return
    const parsed = end - from > longestLine ? undefined : lines.read(bytes, from, end, row)
    if (parsed === 'told') {
      counts.told++
      formats.add(lines.format)
      tell(row, row.logged || timeOf(bytes, from, end))
    } else if (parsed === 'other') counts.other++
    else {
      counts.unread++
      if (sample === '') sample = bytes.toString('utf8', from, Math.min(end, from + 200))
    }
  }
  let rest: Buffer = Buffer.alloc(0)
  const source = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: 1 << 18 })
  for await (const piece of source as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let from = 0
    for (let end = bytes.indexOf(lf, from); end >= 0; end = bytes.indexOf(lf, from)) {
      take(bytes, from, end)
      from = end + 1
    }
    // Of a line without end its beginning is enough to count it once.
    rest = bytes.subarray(from, Math.min(bytes.length, from + longestLine + 1))
  }
  take(rest, 0, rest.length)
  return { ...counts, sample, formats: [...formats] }
}
