const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** What the line before a message in an mbox says. */
export interface FromLine {
  /** Envelope sender, without angle brackets; empty where there was none. */
  readonly sender: string
  /** Milliseconds since the Unix epoch; undefined where the line has no date that can be read. */
  readonly ms: number | undefined
}

/** `Thu Nov  5 01:08:48 2026`, as asctime() writes it, also without seconds, and with a zone before or after the year. */
const asctime =
  /\b([A-Z][a-z]{2}) {1,2}(\d{1,2}) {1,2}(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([+-]\d{4}|[A-Z]{1,5}))? (\d{4})(?: ([+-]\d{4}))?[ \t]*$/

/** Reads `From sender date` (RFC 4155). A date without a numeric zone is UTC, as the RFC has it. */
export function readFromLine(line: string): FromLine {
  const word = (/^From +([^ ]*)/.exec(line)?.[1] ?? '').replace(/^<|>$/g, '')
  return { sender: word === 'MAILER-DAEMON' || word === '-' ? '' : word, ms: timeOf(line) }
}

function timeOf(line: string): number | undefined {
  const match = asctime.exec(line.slice(-80))
  if (!match) return undefined
  const [, month, day, hour, minute, second = '0', before, year, after] = match
  const ms = Date.UTC(
    Number(year),
    months.indexOf(month!),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const zone = after ?? (before?.match(/^[+-]/) ? before : '+0000')
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return months.includes(month!) ? ms - (zone.startsWith('-') ? -minutes : minutes) * 60_000 : undefined
}
