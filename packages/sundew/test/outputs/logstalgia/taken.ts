/** What Logstalgia 1.1.4 makes of a line; undefined where it drops it. */
export interface Taken {
  readonly second: number
  readonly host: string
  readonly path: string
  readonly code: string
  readonly size: number
  readonly success: boolean
  /** Six hexadecimal digits; empty where it takes one of its own. */
  readonly colour: string
  readonly vhost: string
  readonly pid: string
}

/**
 * Its rules, as tried with the real program: blanks at the end are cut off; what is no ASCII is `?`; a line is 5 to 11 fields with
 * `|` between; there are a time that is not 0, a host and a path; success is what the number 1 begins with, and so it is where the field
 * is empty.
 */
export function takenByLogstalgia(line: string): Taken | undefined {
  const ascii = Buffer.from(line, 'utf8')
    .toString('latin1')
    .replace(/[\x80-\xff]/g, '?')
    .replace(/[ \t\f\v\n\r]+$/, '')
  if (/[\n\r]/.test(ascii)) return undefined
  const fields = ascii.split('|')
  if (fields.length < 5 || fields.length > 11) return undefined
  const [time = '', host = '', path = '', code = '', size = '', success = '', colour = ''] = fields
  const second = Number.parseInt(time, 10) || 0
  if (second === 0 || host === '' || path === '') return undefined
  return {
    second,
    host,
    path,
    code,
    size: Number.parseInt(size, 10) || 0,
    success: success === '' || Number.parseInt(success, 10) === 1,
    colour: /^#?([0-9A-Fa-f]{6})/.exec(colour)?.[1] ?? '',
    vhost: fields[9] ?? '',
    pid: fields[10] ?? '',
  }
}

/**
 * Whether it would take this line for one of a web server's log (`host who user [date] "request" code size`), which it looks for
 * first: then no line of ours is read any more.
 */
export function takenForWebLog(line: string): boolean {
  return /^[^ ]+ .*\[.*\d+\/.+\/\d+:\d+:\d+:\d+ [+-]\d+.*\].*".*".+/.test(line)
}
