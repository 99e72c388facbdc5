import { createReadStream } from 'node:fs'
import type { FirewallRow } from '../../collectors/syslog/firewall-row.ts'
import { LineReader } from '../../collectors/syslog/line-reader.ts'
import { offsetsOf } from '../../collectors/syslog/offsets.ts'
import type { FirewallParser } from '../../collectors/syslog/parser.ts'
import { longestLine } from '../../wire/syslog/limits.ts'
import { trimmedEnd } from '../../wire/syslog/lines.ts'

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
  /** Of clocks that tell no zone, from UTC, by what they show: {@link clockOffsets}. */
  readonly offset: (local: number) => number
  /** Asked first of each line: true where it is something else that the caller takes. */
  readonly takes?: (line: Buffer) => boolean
  /** Called when all that has come is told, before more is read. */
  readonly between?: () => Promise<void>
}

/** From UTC, milliseconds, by what a clock shows: this machine's, which is put on and back over the year, or UTC's. */
export function clockOffsets(utc = false): (local: number) => number {
  return utc ? () => 0 : offsetsOf()
}

/**
 * Reads a log of firewalls.
 *
 * @param tell called for each line that tells a packet, with the row (used again for the next) and when it was, ms since 1970; NaN
 *   where the line does not say
 */
export async function readFirewallLines(
  { path, parsers, now, offset, takes, between }: LinesOptions,
  tell: (row: FirewallRow, at: number) => void,
): Promise<FirewallLines> {
  const reader = new LineReader(parsers)
  const { row, header } = reader
  const formats = new Set<string>()
  const counts = { told: 0, other: 0, unread: 0 }
  let sample = ''
  let usual: FirewallParser | undefined
  const take = (bytes: Buffer, from: number, to: number) => {
    const end = trimmedEnd(bytes, from, to)
    if (end === from) return
    if (takes && end - from <= longestLine && takes(bytes.subarray(from, end))) return
    const parsed = end - from > longestLine ? undefined : reader.read(bytes, from, end, now, usual)
    if (parsed === 'told') {
      counts.told++
      if (usual !== reader.parser) {
        usual = reader.parser!
        formats.add(usual.format)
      }
      tell(row, row.logged || (header.zoned ? header.time : header.time - offset(header.time)))
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
    await between?.()
  }
  take(rest, 0, rest.length)
  await between?.()
  return { ...counts, sample, formats: [...formats] }
}
